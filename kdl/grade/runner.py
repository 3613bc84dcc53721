"""The process that runs the learner's code. It can only answer "call f with these inputs".

It holds no expected value, no reference solution, no score and no name of a test: whatever the learner's code finds or
patches in here, all that leaves is a value. Run as `python runner.py SETTINGS` with requests on stdin and answers on
stdout; this file and `frames.py` are the only ones of kdl that are copied into the job folder.

The judge uses `Session` too, in its own process, for the trusted code: reference solutions and mutants.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import types
import warnings

try:
    from kdl.grade import frames
except ImportError:  # in the job folder, where `python -I` does not look by itself
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import frames

    del sys.path[0]

SUBMISSION = "submission.py"
MAX_MESSAGE = 2000


class Session:
    """One loaded file of code and the objects made from it.

    `do` takes a request (a dict with "op" and the arguments of that op) and always returns an answer:
    `{"status": "value", "value": ..., "inputs": [...]}` with the arguments as the call left them,
    `{"status": "exception", "type", "message", "lines"}` for whatever the code raised,
    `{"status": "missing", "message"}` for a name that is not there, or
    `{"status": "weights", "message"}` for a layer whose weights are not those that were named.
    """

    def __init__(self, *, main: bool = False):
        self.main = main
        self.module: types.ModuleType | None = None
        self.objects: dict[str, object] = {}

    def do(self, request: dict) -> dict:
        # BaseException: sys.exit() in the learner's code must not end the session with a clean exit code.
        try:
            return getattr(self, f"op_{request['op']}")(
                **{key: value for key, value in request.items() if key not in ("op", "id")}
            )
        except _Missing as error:
            return {"status": "missing", "message": str(error)}
        except _Unlike as error:
            return {"status": "weights", "message": str(error)}
        except BaseException as error:
            return {"status": "exception", **told(error)}

    # ---- operations: each returns an answer

    def op_load(self, source: str) -> dict:
        self.module = types.ModuleType("submission")
        self.module.__file__ = SUBMISSION
        if self.main:
            sys.modules["submission"] = self.module
            if keras := sys.modules.get("keras"):
                keras.config.disable_traceback_filtering()  # it rewrites messages
                warnings.filterwarnings("ignore", module=r"keras\.")
        code = compile(source, SUBMISSION, "exec", dont_inherit=True)
        exec(code, self.module.__dict__)
        return {"status": "value", "value": None, "inputs": []}

    def op_call(self, function: str, args: list) -> dict:
        return {"status": "value", "value": plain(self._named(function)(*args)), "inputs": args}

    def op_calls(self, function: str, many: list) -> dict:
        """The values of many calls at once."""
        call = self._named(function)
        return {"status": "value", "value": [plain(call(*args)) for args in many], "inputs": []}

    def op_new(self, name: str, args: list, kwargs: dict, handle: str) -> dict:
        self.objects[handle] = self._named(name)(*args, **kwargs)
        return {"status": "value", "value": None, "inputs": args}

    def op_method(self, handle: str, name: str, args: list) -> dict:
        target = self.objects[handle]
        if not hasattr(target, name):
            raise _Missing(f"{type(target).__name__} has no method called {name}")
        return {"status": "value", "value": plain(getattr(target, name)(*args)), "inputs": args}

    def op_set_weights(self, handle: str, weights: dict) -> dict:
        found = named_weights(self.objects[handle], list(weights))
        for name, value in weights.items():
            if tuple(found[name].shape) != value.shape:
                raise _Unlike(f"the weight {name} has shape {tuple(found[name].shape)}, not {value.shape}")
        for name, value in weights.items():
            found[name].assign(value)
        return {"status": "value", "value": None, "inputs": []}

    def op_get_weights(self, handle: str, names: list) -> dict:
        found = named_weights(self.objects[handle], names)
        return {"status": "value", "value": [plain(found[name]) for name in names], "inputs": []}

    def op_model_call(self, handle: str, args: list, kwargs: dict) -> dict:
        value = self.objects[handle](*args, **kwargs)
        return {"status": "value", "value": plain(value), "inputs": [*args, *kwargs.values()]}

    def op_train_step(self, handle: str, args: list, kwargs: dict, target, loss: str, optimizer: str, rate: float) -> dict:
        """One step of an optimizer on a layer; the value is the loss before it."""
        import keras

        layer = self.objects[handle]

        class Around(keras.Model):
            def __init__(self):
                super().__init__()
                self.layer = layer

            def call(self, first):
                return self.layer(first, *args[1:], **kwargs)

        model = Around()
        chosen = keras.optimizers.get({"class_name": optimizer, "config": {"learning_rate": rate}})
        model.compile(optimizer=chosen, loss=loss, run_eagerly=True, jit_compile=False)
        value = model.train_on_batch(args[0], target)
        return {"status": "value", "value": float(value), "inputs": [*args, *kwargs.values()]}

    def _named(self, name: str):
        found = getattr(self.module, name, None)
        if found is None:
            raise _Missing(f"there is no {name} in the file")
        return found


class _Missing(Exception):
    pass


class _Unlike(Exception):
    pass


def named_weights(layer, names: list[str]) -> dict:
    """The weights of a layer by the names that were agreed on: the end of a path, or the way through its attributes.

    Raises:
        _Unlike: a name has no weight, two names have the same, or a weight has no name.
    """
    listed = ", ".join(weight.path for weight in layer.weights) or "none"
    found: dict = {}
    for name in names:
        weight = _weight(layer, name)
        if weight is None:
            raise _Unlike(f"there is no weight {name}; the layer has: {listed}")
        if twin := next((other for other, one in found.items() if one is weight), None):
            raise _Unlike(f"{twin} and {name} are one and the same weight")
        found[name] = weight
    if more := [weight.path for weight in layer.weights if not any(weight is one for one in found.values())]:
        raise _Unlike(f"there is a weight too many, {more[0]}; asked for are {', '.join(names) or 'none'}")
    return found


def _weight(layer, name: str):
    ends = [weight for weight in layer.weights if f"/{weight.path}".endswith(f"/{name}")]
    if len(ends) == 1:
        return ends[0]
    found = layer
    for part in name.split("/"):
        found = getattr(found, part, None)
    return next((weight for weight in layer.weights if weight is found), None)


def plain(value):
    """Tensors and variables of Keras as NumPy arrays, to any depth; everything else as it is."""
    keras = sys.modules.get("keras")
    if keras is None:
        return value
    if type(value) in (list, tuple):
        return type(value)(plain(one) for one in value)
    if type(value) is dict:
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, keras.Variable) or keras.ops.is_tensor(value):
        return keras.ops.convert_to_numpy(value)
    return value


def told(error: BaseException) -> dict:
    """Type, message and the learner's own lines of an exception, innermost last."""
    lines, trace = [], error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SUBMISSION:
            lines.append([trace.tb_lineno, trace.tb_frame.f_code.co_name])
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == SUBMISSION:
        lines.append([error.lineno or 1, "<module>"])
    try:
        message = str(error)
    except BaseException as second:
        message = f"its message could not be made: {type(second).__name__}"
    if len(message) > MAX_MESSAGE:
        message = message[:MAX_MESSAGE] + f" ... (cut here; it has {len(message):,} characters)"
    return {"type": type(error).__name__, "message": message, "lines": lines[-20:]}


# ---- the process -----------------------------------------------------------------------------------------------------


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
    serve(requests, answers, Session(main=True))
    os._exit(0)  # whatever threads the learner's code has left


if __name__ == "__main__":
    main()
