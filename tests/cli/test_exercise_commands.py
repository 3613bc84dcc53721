"""`kdl exercise`: the loop of a learner, its exit codes, its JSON, and what it refuses."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from kdl.grade import exercise

CELL = exercise.find("lstm-cell")
MUTANT = "reads_old_cell"
MESSAGE = next(one.message for one in CELL.mutants if one.name == MUTANT)


@pytest.fixture
def submission(kdl, home):
    """A started exercise; returns the path of its file."""
    assert kdl("exercise", "start", "lstm-cell").code == 0
    return home / "workspace" / "lstm-cell" / "submission.py"


def put(path, name):
    shutil.copyfile(CELL.path / name, path)


def state(kdl):
    rows = json.loads(kdl("exercise", "list", "--json").out)["exercises"]
    return next(row["state"] for row in rows if row["id"] == "lstm-cell")


def test_the_list_has_every_field(kdl):
    result = json.loads(kdl("exercise", "list", "--json").out)
    assert result["schema"] == "kdl.exercises/1"
    row = next(row for row in result["exercises"] if row["id"] == "lstm-cell")
    assert list(row) == [
        "id", "title", "unit", "entries", "runtime", "difficulty", "minutes", "steps", "mutants", "solutions", "state",
    ]  # fmt: skip
    assert (row["unit"], row["runtime"], row["steps"], row["solutions"], row["state"]) == (11, "numpy", 3, 3, "new")
    assert row["mutants"] >= 6 and row["entries"] == ["lstm-gates", "lstm"]


@pytest.mark.parametrize(("columns", "gone"), [("140", []), ("100", ["runtime", "steps"]), ("80", ["runtime", "steps"])])
def test_no_title_is_cut_and_the_columns_that_tell_least_go_first(kdl, monkeypatch, columns, gone):
    monkeypatch.setenv("COLUMNS", columns)
    done = kdl("exercise", "list").out
    head, *lines = done.splitlines()
    titles = [one.title for one in exercise.exercises() if columns == "140" or len(one.title) <= 30]
    assert len(titles) > 8 and all(any(line.endswith(title) for line in lines) for title in titles)
    assert {"exercise", "state", "title"} <= set(head.split()) and not set(gone) & set(head.split())
    assert columns != "140" or {"difficulty", "time", "steps", "runtime"} <= set(head.split())
    assert all(len(line) <= int(columns) for line in lines) and "mastered: one without" in done


def test_the_list_goes_on_with_what_is_begun_the_last_one_first(kdl):
    for name in ("lstm-cell", "gru-cell"):
        kdl("exercise", "start", name)
        assert kdl("exercise", "list").out.rstrip().endswith(f"next  kdl exercise check {name}")


def test_a_hint_before_the_start_leads_to_the_start_and_is_no_touch(kdl):
    kdl("exercise", "start", "lstm-cell")
    assert "next  kdl exercise start bleu" in kdl("exercise", "hint", "bleu").out
    assert "Hint 2 of 3" in kdl("exercise", "hint", "bleu").out, "what was read stays read"
    assert "Hint 1 of 3" in kdl("exercise", "hint").out and "kdl exercise check lstm-cell" in kdl("exercise", "hint").out


def test_hints_and_reasons_are_rendered_as_the_task_is(kdl, monkeypatch):
    from kdl.grade.exercise import Hints

    text = "Write *one* thing:\n\n```python\nfor n in (1, 2):\n    pass\n```"
    monkeypatch.setattr(exercise, "read_hints", lambda one: Hints(text, {step.id: (text,) * 3 for step in one.steps}))
    assert "Write one thing:\n\n    for n in (1, 2):\n        pass\n" in kdl("exercise", "hint", "bleu").out


def test_listing_makes_no_database(kdl, home):
    kdl("exercise", "list")
    assert not home.exists()


def test_the_whole_loop(kdl, submission):
    """new, start, stub, wrong, right, mastered: with exit code, score and next command at each turn."""
    assert state(kdl) == "started"
    stub = kdl("exercise", "check")
    assert stub.code == 1 and "still the stub" in stub.out and f"write in {submission}" in stub.out
    put(submission, f"mutants/{MUTANT}.py")
    wrong = kdl("exercise", "check", "lstm-cell", "--seed", "7")
    assert wrong.code == 1
    assert "4 of 10 points   (seed 7)" in wrong.out
    assert "Why: " + MESSAGE[:30] in wrong.out
    assert wrong.out.rstrip().endswith("kdl exercise hint lstm-cell     hint 1 of 3 for step 2")
    assert state(kdl) == "attempted"
    put(submission, "solution_alt_loops.py")
    right = kdl("exercise", "check")
    assert right.code == 0
    assert "10 of 10 points" in right.out and "Why it works:" in right.out and "kdl compare P52" in right.out
    assert state(kdl) == "mastered"


def test_check_json_is_the_result_and_nothing_else(kdl, submission):
    put(submission, f"mutants/{MUTANT}.py")
    done = kdl("exercise", "check", "--json", "--seed", "3")
    result = json.loads(done.out)
    assert (done.code, result["schema"], result["status"], result["score"]) == (1, "kdl.result/1", "fail", 4)
    assert result["steps"][1]["diagnosis"] == {"mutant": MUTANT, "pattern": None, "message": MESSAGE}
    assert json.loads(kdl("exercise", "check", "--json", "--seed", "3").out) == result
    put(submission, "solution.py")
    done = kdl("exercise", "check", "--json")
    assert (done.code, json.loads(done.out)["status"]) == (0, "pass")


def test_a_file_of_ones_own_is_checked_by_its_path(kdl, tmp_path):
    put(tmp_path / "lstm_cell.py", "solution.py")
    assert kdl("exercise", "check", tmp_path / "lstm_cell.py").code == 0
    put(tmp_path / "mine.py", "solution.py")
    done = kdl("exercise", "check", tmp_path / "mine.py")
    assert done.code == 2 and "--exercise NAME" in done.err
    assert kdl("exercise", "check", tmp_path / "mine.py", "--exercise", "lstm-cell").code == 0


def test_after_a_check_of_ones_own_file_the_same_check_comes_next(kdl, tmp_path):
    """Without its file, the command would judge the file in the workspace."""
    mine = tmp_path / "my file.py"
    command = f"next  kdl exercise check '{mine}' --exercise lstm-cell"
    for text in ("def gates(:\n", CELL.read("stub.py"), (CELL.path / "mutants" / f"{MUTANT}.py").read_text()):
        mine.write_text(text)
        assert command in kdl("exercise", "check", mine, "--exercise", "lstm-cell").out.splitlines()


def test_what_is_not_there_is_told_with_a_cure(kdl):
    done = kdl("exercise", "check", "lstm-cel")
    assert done.code == 3 and "Did you mean lstm-cell" in done.err
    done = kdl("exercise", "check", "lstm-cell")
    assert done.code == 3 and "kdl exercise start lstm-cell" in done.err
    done = kdl("exercise", "check")
    assert done.code == 2 and "kdl exercise list" in done.err
    assert kdl("exercise", "check", "/nowhere/x.py", "--exercise", "lstm-cell").code == 3


def test_start_again_keeps_the_file(kdl, submission):
    submission.write_text("mine")
    done = kdl("exercise", "start", "lstm-cell")
    assert done.code == 0 and "stays as it is" in done.out and submission.read_text() == "mine"


def test_start_in_another_folder(kdl, tmp_path):
    done = kdl("exercise", "start", "lstm-cell", "--workspace", tmp_path / "class")
    path = tmp_path / "class" / "lstm-cell" / "submission.py"
    assert path.is_file() and f"kdl exercise check {path}" in done.out
    assert kdl("exercise", "check", path).code == 1


def test_who_works_in_a_notebook_is_led_to_it_and_checks_it_by_name(kdl, home):
    path = home / "workspace" / "lstm-cell" / "lstm-cell.ipynb"
    kdl("exercise", "notebook", "lstm-cell")
    goes_on = "kdl exercise notebook lstm-cell"
    for words in ("list", "show lstm-cell", "hint lstm-cell"):
        assert goes_on in kdl("exercise", *words.split()).out, words

    done = kdl("exercise", "check", "lstm-cell")
    assert done.code == 1 and f"write in {path}" in done.out
    old = path.read_text()
    path.write_text(old.replace("raise NotImplementedError", "pass"))
    done = kdl("exercise", "reset", "lstm-cell", "--yes")
    assert done.code == 0 and goes_on in done.out and "lstm-cell.1.ipynb" in done.out
    assert path.read_text() == old and "pass" in path.with_name("lstm-cell.1.ipynb").read_text()


def test_a_notebook_in_another_folder_is_checked_by_its_path(kdl, tmp_path):
    done = kdl("exercise", "notebook", "lstm-cell", "--workspace", tmp_path / "class")
    path = tmp_path / "class" / "lstm-cell" / "lstm-cell.ipynb"
    assert f"kdl exercise check {path}" in done.out
    assert kdl("exercise", "check", path).code == 1
    assert "checked by its path" in kdl("exercise", "check", "lstm-cell").err


def test_with_a_file_and_a_notebook_it_is_said_which_is_judged(kdl, submission):
    kdl("exercise", "notebook", "lstm-cell")
    put(submission, f"mutants/{MUTANT}.py")
    done = kdl("exercise", "check", "lstm-cell")

    book = submission.with_name("lstm-cell.ipynb")
    assert f"Judging submission.py, which was changed last; the other one: kdl exercise check {book}" in done.err
    assert "Judging" not in kdl("exercise", "check", book).err


def test_hints_come_one_at_a_time(kdl, submission):
    assert "Hint 1 of 3 for step 1" in kdl("exercise", "hint").out
    assert "Hint 2 of 3 for step 1" in kdl("exercise", "hint", "lstm-cell").out
    done = kdl("exercise", "hint")
    assert done.code == 2 and "nearly the code" in done.err
    put(submission, f"mutants/{MUTANT}.py")
    kdl("exercise", "check")
    assert "Hint 1 of 3 for step 2" in kdl("exercise", "hint").out
    assert "Hint 3 of 3 for step 1" in kdl("exercise", "hint", "--step", "gates").out
    assert "Hint 1 of 3 for step 1" in kdl("exercise", "hint", "--step", "1", "--level", "1").out
    assert kdl("exercise", "hint", "--step", "9").code == 3
    put(submission, "solution.py")
    assert kdl("exercise", "check").code == 0
    assert state(kdl) == "solved", "the third hint was read"


def test_code_in_a_hint_stands_in_a_block_of_its_own_and_is_not_wrapped(kdl, submission, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    put(submission, f"mutants/{MUTANT}.py")
    kdl("exercise", "check")
    third = [kdl("exercise", "hint", "--step", "gates").out for _ in range(3)][-1]
    line = "\n    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)\n"
    assert len(line.strip("\n")) > 40 and "squashed" in third and line in third


@pytest.mark.parametrize("colours", [True, False])
def test_a_check_with_keras_says_at_once_that_it_takes_seconds(kdl, home, colours):
    """On a terminal, before anything of Keras is imported; where a line cannot be wiped, it stays."""
    pty = pytest.importorskip("pty")
    kdl("exercise", "start", "multi-head-attention")
    ours, theirs = pty.openpty()
    env = {**os.environ, "KDL_HOME": str(home), "TERM": "xterm" if colours else "dumb"}
    command = [sys.executable, "-m", "kdl", "exercise", "check", "multi-head-attention"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env):
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):  # how the other end of a terminal says that it is closed
            while part := os.read(ours, 65536):
                said += part
    os.close(ours)
    start = "Starting Keras (some seconds) ..."
    assert said.decode().startswith(f"\r\x1b[K{start}\r\x1b[K" if colours else f"{start}\r\n")
    assert "still the stub" in said.decode()


def test_after_a_pass_the_next_command_is_the_next_exercise_where_there_is_neither_pair_nor_topic(kdl, home):
    """What builds on the solved one first, then its unit, then the easiest; the quiz where all are solved."""
    from kdl.cli import exercise_shared as shared

    one = exercise.find("scaled-dot-product-attention")
    assert not one.topic and not one.pairs
    kdl("exercise", "start", one.id)
    (home / "workspace" / one.id / "submission.py").write_text(one.read("solution.py"))
    done = kdl("exercise", "check", one.id)
    assert done.code == 0 and "next  kdl exercise start multi-head-attention     Multi-head attention, 3 of 5" in done.out
    shared.record("check", exercise.find("multi-head-attention"), status="pass")
    other, state = shared.following(one)
    assert (other.unit, state) == (one.unit, "new")
    rest = [each for each in exercise.exercises() if each.unit != one.unit]
    for each in exercise.exercises():
        if each.unit == one.unit:
            shared.record("check", each, status="pass")
    other, state = shared.following(one)
    assert (other.difficulty, state) == (min(each.difficulty for each in rest), "new")
    for each in exercise.exercises():
        shared.record("check", each, status="pass")
    assert shared.following(one) == (None, "")


def test_after_the_last_hint_there_are_no_more_and_the_solution_is_named(kdl, submission):
    put(submission, f"mutants/{MUTANT}.py")
    kdl("exercise", "check")
    kdl("exercise", "hint")
    assert "--step 2     hint 3 of 3 (nearly the code)" in kdl("exercise", "hint").out
    assert "hint 3 of 3 (nearly the code) for step 2" in kdl("exercise", "check").out
    third = kdl("exercise", "hint").out
    assert (
        "no more hints" not in third and "kdl exercise solution lstm-cell     opens after 3 different tries; 1 so far" in third
    )
    again = kdl("exercise", "hint")
    assert again.code == 0 and "There are no more hints for this step" in again.out
    assert "kdl exercise hint" not in kdl("exercise", "check").out
    for tail in ("# 2\n", "# 3\n"):
        submission.write_text(submission.read_text() + tail)
        last = kdl("exercise", "check").out
    assert last.rstrip().endswith("kdl exercise solution lstm-cell     the hints are used up")
    assert kdl("exercise", "hint").out.rstrip().endswith("kdl exercise solution lstm-cell     the solution")


@pytest.mark.parametrize("words", [["show"], ["start"], ["hint"], ["solution"], ["reset"], ["check"]])
def test_without_a_name_the_exercise_touched_last_is_meant(kdl, words):
    done = kdl("exercise", *words)
    assert done.code == 2 and "No exercise has been started yet" in done.err
    kdl("exercise", "start", "lstm-cell")
    done = kdl("exercise", *words)
    assert "No exercise" not in done.err and (words == ["reset"] or "lstm-cell" in done.out + done.err)


def seeds_of(kdl, *words):
    """Exit code and seed of a check."""
    done = kdl("exercise", "check", "--json", *words)
    return done.code, json.loads(done.out)["seed"]


def test_the_inputs_that_failed_come_again_until_they_pass_and_fresh_ones_confirm_it(kdl, submission, monkeypatch):
    from kdl.grade import check

    fresh = iter(range(100, 200))
    monkeypatch.setattr(check, "new_seed", lambda: next(fresh))
    assert seeds_of(kdl) == (1, 100), "the stub"
    put(submission, f"mutants/{MUTANT}.py")
    assert seeds_of(kdl) == (1, 101), "inputs of the stub are nothing to keep"
    assert seeds_of(kdl) == (1, 101)
    put(submission, "mutants/cell_not_carried.py")
    assert seeds_of(kdl) == (1, 101)
    assert seeds_of(kdl, "--seed", "7") == (1, 7)
    put(submission, "solution.py")
    assert seeds_of(kdl) == (0, 102), "7 passed, and then 102"
    assert seeds_of(kdl) == (0, 103)


def test_right_on_the_kept_inputs_alone_is_no_pass(kdl, submission, monkeypatch):
    """An answer that only fits what was shown fails on the fresh inputs, and that verdict is told."""
    from kdl.grade import check

    fresh = iter([11, 12])
    monkeypatch.setattr(check, "new_seed", lambda: next(fresh))
    put(submission, f"mutants/{MUTANT}.py")
    assert seeds_of(kdl) == (1, 11)
    reference = check.Reference(CELL, 11)
    known = [float(case.inputs["W"].sum()) for step in CELL.steps for case in reference.cases[step.id]]
    cheat = (
        (CELL.path / "solution.py")
        .read_text()
        .replace(
            "    return o * np.tanh(c_next), c_next",
            f"    return o * np.tanh(c_next), c_next + (float(W.sum()) not in {known})",
        )
    )
    submission.write_text(cheat)
    assert seeds_of(kdl) == (1, 12)


def test_nothing_is_said_of_output_where_the_case_that_is_shown_printed_nothing(kdl, submission):
    put(submission, f"mutants/{MUTANT}.py")
    submission.write_text(submission.read_text().replace("def lstm_step", "print('loaded')\n\n\ndef lstm_step"))
    assert "Your code printed" not in kdl("exercise", "check").out
    submission.write_text(submission.read_text().replace("    h_next = o", "    print('here')\n    h_next = o"))
    assert "Your code printed:\n    here" in kdl("exercise", "check").out


def test_the_solution_opens_after_three_different_tries_and_counts_as_seen(kdl, submission):
    done = kdl("exercise", "solution", "lstm-cell")
    assert done.code == 2 and "0 so far" in done.err
    put(submission, f"mutants/{MUTANT}.py")
    for tail in ("", "", "# 2\n", "# 3\n"):
        submission.write_text(submission.read_text() + tail)
        assert "def lstm_step" not in kdl("exercise", "solution", "lstm-cell", "--yes").out
        kdl("exercise", "check")
    done = kdl("exercise", "solution", "lstm-cell")
    assert done.code == 2 and "--yes" in done.err, "without a terminal nobody can confirm"
    shown = kdl("exercise", "solution", "lstm-cell", "--yes")
    assert shown.code == 0 and "c_next = f * c + i * g" in shown.out and "solution_alt_split.py: " in shown.out
    put(submission, "solution.py")
    kdl("exercise", "check")
    assert state(kdl) == "solved"
    everything = kdl("exercise", "solution", "lstm-cell", "--all").out
    assert all(f"# {path.name}" in everything for path in CELL.solutions)


def test_reset_asks_and_keeps_the_old_file(kdl, submission):
    submission.write_text("mine")
    assert kdl("exercise", "reset", "lstm-cell").code == 2
    done = kdl("exercise", "reset", "lstm-cell", "--yes")
    assert done.code == 0 and "submission.1.py" in done.out
    assert submission.with_name("submission.1.py").read_text() == "mine"
    assert submission.read_text() == CELL.read("stub.py")


def test_show_prints_the_task(kdl):
    done = kdl("exercise", "show", "lstm-cell")
    assert done.code == 0 and "c_next = f ⊙ c + i ⊙ g" in done.out and "kdl exercise start lstm-cell" in done.out
    assert "**" not in done.out and "```" not in done.out and "| --- |" not in done.out, "Markdown is rendered"


def test_the_pass_message_claims_no_more_than_pair_p52_measured(kdl):
    why = " ".join(exercise.read_hints(CELL).why.split())
    shown = re.findall(
        r"^(lstm, .+): ([\d.e-]+) left 49 steps back$", kdl("pair", "show", "P52", "--verdict").out, re.MULTILINE
    )
    told = re.search(
        r"the first of 50 steps gets ([\d.e-]+) of an LSTM's gradient before training and ([\d.e-]+) after it", why
    )
    measured = {name: float(value) for name, value in shown}
    assert list(map(float, told.groups())) == [measured["lstm, start"], measured["lstm, trained"]]


def test_verbose_prints_every_failing_case_and_all_output(kdl, submission):
    put(submission, f"mutants/{MUTANT}.py")
    submission.write_text(submission.read_text().replace("def lstm_step", "print('loaded')\n\n\ndef lstm_step"))
    short, long = kdl("exercise", "check", "--seed", "1").out, kdl("exercise", "check", "--seed", "1", "--verbose").out
    assert "cell, a sequence" not in short and "sequence, a sequence of one step: values" in long
    assert "sandbox: " in long and "    loaded" in long


def test_a_verdict_is_told_even_where_it_cannot_be_recorded(kdl, submission, home):
    put(submission, "solution.py")
    database = home / "progress.db"
    database.write_bytes(b"no database at all, but something else of some length" * 100)
    done = kdl("exercise", "check", "lstm-cell")
    assert done.code == 0 and "10 of 10" in done.out and "Not recorded" in done.err
    assert database.read_bytes().startswith(b"no database")


def test_no_colour_and_ascii_on_a_plain_pipe(kdl_process, submission):
    put(submission, f"mutants/{MUTANT}.py")
    done = kdl_process("exercise", "check", env={"PYTHONIOENCODING": "ascii", "NO_COLOR": "1"})
    assert done.code == 1 and done.out.isascii() and "\x1b" not in done.out and "\r" not in done.out


def test_a_numpy_check_imports_no_keras(submission):
    put(submission, "solution.py")
    program = (
        "import sys\nfrom kdl.cli import main\n"
        "try:\n    main(['exercise', 'check', 'lstm-cell'])\nexcept SystemExit as left:\n    assert not left.code\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    # A full pass is a review of the exercise's card, so that the scheduler is there.
    assert not {"keras", "tensorflow", "jax", "matplotlib", "rich"} & set(done.stdout.splitlines()[-1].split())


@pytest.mark.slow
def test_watch_judges_at_every_save_and_ends_at_a_pass(submission):
    """Saved in place, saved by rename, touched without a change, saved broken, saved right."""
    command = [sys.executable, "-m", "kdl", "exercise", "watch", "lstm-cell", "--until-pass"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    seen = []

    def wait_for(text):
        while text not in (line := process.stdout.readline()):
            assert line, f"ended before it said {text!r}"
            seen.append(line)

    try:
        wait_for("still the stub")
        put(submission, f"mutants/{MUTANT}.py")
        wait_for("4 of 10 points")
        wait_for("4 of 10, step 2 fails, ")
        time.sleep(0.5)
        submission.touch()
        put(submission.with_name("new.py"), "mutants/cell_not_carried.py")
        submission.with_name("new.py").replace(submission)
        wait_for("7 of 10 points")
        submission.write_text("def gates(:\n")
        wait_for("not valid Python")
        wait_for("0 of 10, not judged, ")
        put(submission, "solution.py")
        wait_for("10 of 10 points")
        wait_for("10 of 10, every step passes, ")
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert sum("points" in line for line in seen) == 2, (
        "one verdict for the broken file and one for the stub, none for the touch"
    )


def test_watch_without_a_terminal_would_never_end_and_says_so(kdl_process, submission):
    done = kdl_process("exercise", "watch", "lstm-cell")
    assert done.code == 2 and "no terminal" in done.err and "--until-pass" in done.err


def test_a_file_that_goes_away_is_told_once_and_judged_when_it_is_back(submission, monkeypatch, capfd):
    """Four polls without the file are the way some editors save; `GONE` polls are a file that is gone."""
    from kdl.cli import exercise as commands
    from kdl.cli.show import exercise_verdict
    from kdl.grade import watch

    polls = []

    def poll(seconds):
        polls.append(seconds)
        if len(polls) in (1, 6):
            submission.rename(submission.with_name("away.py"))
        if len(polls) in (5, 6 + 2 * watch.GONE):
            submission.with_name("away.py").rename(submission)
        return False

    monkeypatch.setattr(exercise_verdict, "pressed", poll)
    commands._wait(watch.Watch(CELL, submission))
    assert capfd.readouterr().err == "The file is gone; waiting for it.\n"
    assert len(polls) == 6 + 2 * watch.GONE
