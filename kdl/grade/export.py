"""A result in the forms of others: exercism's and Gradescope's results.json.

exercism: https://exercism.org/docs/building/tooling/test-runners/interface (version 3).
Gradescope: https://gradescope-autograders.readthedocs.io/en/latest/specs/ (output format).
"""

from __future__ import annotations

from collections.abc import Callable

from kdl.grade.exercise import Exercise

EXERCISM_OUTPUT, EXERCISM_MESSAGE = 500, 65_535
GRADESCOPE_OUTPUT = 65_535


def exercism(exercise: Exercise, result: dict, output: str = "", seconds: float | None = None) -> dict:
    """Version 3: one test a case. `error` means that no test ran, so it has a message and no tests."""
    if result["status"] == "error" and not any(step["cases"] for step in result["steps"]):
        said = f"The file was not judged: {result['reason']}.\n{output}".strip()
        return {"version": 3, "status": "error", "message": cut(said, EXERCISM_MESSAGE), "tests": []}
    tests = []
    for number, (step, said) in enumerate(zip(exercise.steps, result["steps"], strict=True), 1):
        for case in said["cases"]:
            right = case["status"] == "pass"
            test = {"name": f"{step.title}: {case['name']}", "task_id": number, "test_code": case["call"]}
            tests.append(test | {"status": case["status"], "message": None if right else message(case, said), "output": None})
        if not said["cases"]:
            test = {"name": step.title, "task_id": number, "test_code": "", "status": "error"}
            tests.append(test | {"message": "This step was not run.", "output": None})
    if tests and output:
        first = next((test for test in tests if test["status"] != "pass"), tests[0])
        first["output"] = cut(output, EXERCISM_OUTPUT)
    # What could not be judged in a file that ran is a failed test there: `error` is kept for "nothing ran".
    return {"version": 3, "status": "pass" if result["status"] == "pass" else "fail", "message": None, "tests": tests}


def gradescope(exercise: Exercise, result: dict, output: str = "", seconds: float | None = None) -> dict:
    """One test a step, since points come by whole steps; their sum is the score."""
    tests = []
    for number, (step, said) in enumerate(zip(exercise.steps, result["steps"], strict=True), 1):
        wrong = [case for case in said["cases"] if case["status"] != "pass"]
        words = [f"{case['name']}: {message(case, said | {'diagnosis': None})}\n{case['call']}" for case in wrong]
        words = [f"Why: {said['diagnosis']['message']}", *words] if said["diagnosis"] and wrong else words
        if said["status"] != "pass" and not wrong:
            words = [f"This step was not judged: {result['reason'] or 'it is not there'}."]
        tests.append(
            {
                "score": said["score"],
                "max_score": said["max_score"],
                "status": "passed" if said["status"] == "pass" else "failed",
                "name": step.title,
                "number": str(number),
                "output": cut("\n\n".join(words), GRADESCOPE_OUTPUT),
                "visibility": "visible",
            }
        )
    whole = {"score": result["score"], "output": cut(output, GRADESCOPE_OUTPUT), "stdout_visibility": "visible"}
    whole |= {"tests": tests, "extra_data": {key: result[key] for key in ("schema", "exercise", "seed", "sandbox", "reason")}}
    return whole if seconds is None else whole | {"execution_time": round(seconds, 3)}


FORMATS: dict[str, Callable] = {"exercism": exercism, "gradescope": gradescope}


def message(case: dict, step: dict) -> str:
    """What is wrong with one case: got and expected, and why, where that was found out."""
    lines = [f"{case['reason']}: got {case['got']}, expected {case['expected']}" if case["got"] else str(case["reason"])]
    if worst := case["worst"]:
        place = f"[{', '.join(map(str, worst['index']))}]" if worst["index"] else ""
        lines.append(f"worst: {worst['output']}{place} is {worst['got']}, expected {worst['expected']}")
    if step["diagnosis"] and case["status"] == "fail":
        lines.append(step["diagnosis"]["message"])
    return cut("\n".join(lines), EXERCISM_MESSAGE)


def cut(text: str, most: int) -> str:
    """At most `most` characters, and said so where some are missing."""
    note = "\n... (cut here)"
    return text if len(text) <= most else text[: most - len(note)] + note
