"""Saves are seen once each, however an editor writes; the process that waits is used, replaced, or given up."""

import os

import pytest

from kdl.grade import watch
from kdl.grade.watch import Changes, Watch

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef both(x, y):\n    return x + y, x - y\n"


@pytest.fixture
def session(toy, submit):
    now = [0.0]
    one = Watch(toy, submit(RIGHT), sandbox="process", clock=lambda: now[0])
    one.now = now
    yield one
    one.close()


def looks(changes, times=3) -> int:
    """How many of some looks see something new."""
    return sum(changes.look() for _ in range(times))


def test_every_way_to_save_is_seen_once_and_a_touch_is_not(submit, tmp_path):
    path = submit(RIGHT)
    changes = Changes(path)
    assert looks(changes) == 0, "nothing was saved yet"
    path.write_text(RIGHT + "# in place\n")
    assert looks(changes) == 1
    (tmp_path / "x.tmp").write_text(RIGHT + "# by rename\n")
    (tmp_path / "x.tmp").replace(path)
    assert looks(changes) == 1
    os.utime(path, (1, 1))
    assert looks(changes) == 0, "the same text"
    path.unlink()
    assert looks(changes) == 0, "gone for a moment"
    path.write_text(RIGHT + "# deleted and made anew\n")
    assert looks(changes) == 1


def test_a_file_that_is_still_being_written_waits(submit):
    """It counts when two looks in a row find it as it is."""
    path = submit(RIGHT)
    changes = Changes(path)
    changes.look()
    with open(path, "a") as file:
        for n in range(3):
            file.write(f"# part {n}\n")
            file.flush()
            assert not changes.look()
    assert changes.look() and not changes.look()


@pytest.mark.invariant("exercise", 16)
def test_the_process_that_waited_is_used_and_never_twice(session):
    session.prepare()
    first = session.spare
    assert session.judge(1).status == "pass" and session.spare is None
    assert first.process.returncode is not None, "it has seen the learner's code"
    session.prepare()
    assert session.spare is not first


def test_a_spare_that_died_meanwhile_costs_nothing_but_time(session):
    session.prepare()
    session.spare.process.kill()
    session.spare.process.wait()
    assert session.judge(1).status == "pass"


def test_an_idle_spare_is_given_up_and_its_folder_with_it(session):
    session.prepare()
    job = session.spare.plan.job
    session.now[0] = watch.IDLE_S
    session.look()
    assert session.spare is not None
    session.now[0] += 1
    session.look()
    assert session.spare is None and not job.exists()


@pytest.mark.parametrize(("runtime", "free", "low"), [("numpy", 1, False), ("keras", 2048, None), ("keras", 2049, True)])
def test_a_process_with_keras_waits_only_where_memory_is_free_and_imports_at_low_priority(
    session, monkeypatch, runtime, free, low
):
    from dataclasses import replace

    started = []
    monkeypatch.setattr(watch, "free_mb", lambda: free)
    monkeypatch.setattr(watch.child, "start", lambda exercise, sandbox, low: started.append(low))
    session.exercise = replace(session.exercise, runtime=runtime)
    session._fresh = 1  # no cases are needed here
    session.prepare()
    assert started == ([] if low is None else [low])


@pytest.mark.invariant("exercise", 16)
def test_the_cases_of_the_next_check_are_made_before_it_and_the_failed_ones_kept(session, monkeypatch):
    made = []
    real = watch.Reference
    monkeypatch.setattr(watch, "Reference", lambda exercise, seed: made.append(seed) or real(exercise, seed))
    session.path.write_text(RIGHT.replace("2 * x", "3 * x"))
    session.prepare()
    (fresh,) = made
    assert session.judge().seed == fresh
    session.prepare()
    assert len(made) == 2
    session.path.write_text(RIGHT)
    verdict = session.judge(first=fresh)
    assert (verdict.status, verdict.seed) == ("pass", made[1]) and len(made) == 2, "first what failed, then what is new"


@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_a_hundred_saves_get_a_hundred_verdicts_of_the_right_file(toy, submit):
    """Right and wrong in turn, by rename and in place; every verdict is that of its save, and nothing piles up."""
    path = submit(RIGHT)
    session, said = Watch(toy, path), []
    try:
        for n in range(100):
            text = f"{RIGHT if n % 2 else RIGHT.replace('2 * x', '3 * x')}# {n}\n"
            if n % 3:
                path.with_name("x.tmp").write_text(text)
                path.with_name("x.tmp").replace(path)
            else:
                path.write_text(text)
            while not session.look():
                pass
            said.append(session.judge().status)
            session.prepare()
        assert said == ["fail", "pass"] * 50
        assert len(session._made) <= 2
    finally:
        session.close()
