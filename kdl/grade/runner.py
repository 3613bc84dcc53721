"""The process that runs the learner's code. It can only answer "call f with these inputs".

It holds no expected value, no reference solution, no score and no name of a test: whatever the learner's code finds or
patches in here, all that leaves is a value. Run as `python runner.py SETTINGS` with requests on stdin and answers on
stdout; this file, `frames.py` and `session.py` are the only ones of kdl that are copied into the job folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys

try:
    from kdl.grade import frames
    from kdl.grade.session import Session
except ImportError:  # in the job folder, where `python -I` does not look by itself
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import frames
    from session import Session

    del sys.path[0]


def limit(limits: dict) -> None:
    """Lower the limits of this process; what a platform does not have is left out."""
    try:
        import resource
    except ImportError:
        return
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (value, value))


def serve(requests, answers, session: Session) -> None:
    """Answer requests until the judge closes the pipe."""
    while True:
        try:
            request = frames.read(requests)
        except EOFError:
            return
        # What is printed from here on belongs to this request; it is in the pipe before the answer is.
        with contextlib.suppress(OSError):
            os.write(2, b"\x1e%d\x1f" % request["id"])
        answer = session.do(request)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        try:
            frames.write(answers, {"id": request["id"], **answer})
        except frames.Unsendable as error:
            frames.write(answers, {"id": request["id"], "status": "unsendable", "message": str(error)})
        except RecursionError:
            frames.write(answers, {"id": request["id"], "status": "unsendable", "message": "it is nested too deeply"})


def prepare(names: list[str], *, low: bool) -> None:
    """Import, and run one small operation where the first one is slow.

    Args:
        low: in a thread of lower priority, which a process can give up again by leaving the thread.
    """
    if low and sys.platform == "linux":
        import threading

        failed: list[BaseException] = []

        def work() -> None:
            try:
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)  # of this thread alone
                prepare(names, low=False)
            except BaseException as error:  # raised again where it is waited for
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return
    for name in names:
        if not getattr(__import__(name), "__file__", None):
            raise ImportError(f"{name} is an empty folder here")  # covered by a mount
    if "keras" in names:
        import keras
        import numpy as np

        # With a name and a seed of its own it leaves nothing behind that the learner's code could tell.
        start = keras.initializers.GlorotUniform(seed=0)
        keras.layers.Dense(1, name="warm", kernel_initializer=start)(np.zeros((1, 1), "float32"))


def main() -> None:
    settings = json.loads(sys.argv[1])
    # The pipes move to numbers of their own; fd 0 becomes empty and whatever the code prints goes where errors go.
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    limit(settings["limits"])
    frames.write(answers, {"id": 0, "status": "started"})
    sys.path.extend(settings["library"])
    prepare(settings["imports"], low=settings["low"])
    frames.write(answers, {"id": 0, "status": "ready"})
    code = 1
    try:
        serve(requests, answers, Session(main=True))
        code = 0
    finally:
        os._exit(code)  # at once, whatever threads the learner's code or a library has left


if __name__ == "__main__":
    main()
