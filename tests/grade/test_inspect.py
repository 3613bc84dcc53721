"""What is said of a file before it runs."""

import pytest

from kdl.grade import inspect

BODY = "\ndef both(x, y):\n    return x + y, x - y\n"


def problems(toy, submit, code):
    source, problem = inspect.read(submit(code))
    return [problem] if problem else inspect.problems(toy, source)


GOOD = {
    "positional only": "def double(x, /): return 2 * x",
    "default": "def double(x, y=2): return y * x",
    "star": "def double(*args): return 2 * args[0]",
    "lambda": "double = lambda x: 2 * x",
    "in a branch": "if True:\n    def double(x): return 2 * x",
    "in a try": "try:\n    def double(x): return 2 * x\nexcept Exception:\n    pass",
    "partial": "from functools import partial\nimport numpy as np\ndouble = partial(np.multiply, 2)",
    "imported": "from numpy import square as double",
    "annotated": "from __future__ import annotations\nimport numpy\ndef double(x: numpy.ndarray) -> None: return 2 * x",
}


@pytest.mark.parametrize("name", GOOD)
def test_every_way_to_define_a_function_is_accepted(toy, submit, name):
    assert problems(toy, submit, GOOD[name] + BODY) == []


STEP = {
    "no such function": ("def triple(x): pass", "missing", "`double(x)`"),
    "method only": ("class A:\n    def double(self, x): pass", "missing", "`double(x)`"),
    "too few": ("def double(): pass", "signature", "`double()` cannot be called as `double(x)`"),
    "too many": ("def double(x, y): pass", "signature", "`double(x, y)`"),
    "keyword only": ("def double(*, x): pass", "signature", "cannot be called"),
    "async": ("async def double(x): pass", "signature", "async"),
}


@pytest.mark.parametrize("name", STEP)
def test_a_missing_or_uncallable_function_blocks_its_own_step_only(toy, submit, name):
    code, reason, text = STEP[name]
    (problem,) = problems(toy, submit, code + BODY)
    assert (problem.step, problem.reason) == ("double", reason)
    assert text in problem.message


REFUSED = {
    "import": ("x = 1\nimport keras.ops\n", 2, "import keras.ops"),
    "from": ("from tensorflow.nn import relu\n", 1, "import tensorflow.nn"),
    "relative": ("from . import secret\n", 1, "import ."),
    "inside a function": ("def double(x):\n    import torch\n", 2, "import torch"),
    "attribute": ("import numpy as np\nnp.einsum\n", 2, "`einsum`"),
    "name": ("from numpy import *\neinsum\n", 2, "`einsum`"),
    "dunder import": ("__import__('keras')\n", 1, "`__import__`"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_exercise_forbids_is_refused_with_its_line(toy, submit, name):
    code, line, text = REFUSED[name]
    (problem,) = problems(toy, submit, code + BODY)
    assert (problem.reason, problem.line) == ("refused", line)
    assert text in problem.message


def test_a_forbidden_word_in_a_string_or_comment_is_no_offence(toy, submit):
    assert problems(toy, submit, '"""einsum"""\n# import keras\ndef double(x): return 2 * x' + BODY) == []


def test_the_stub_with_other_comments_and_docstrings_is_still_the_stub(toy, submit):
    changed = '"""My notes."""\n# soon\n' + toy.read("stub.py").replace("Twice x.", "2x")
    assert [one.reason for one in problems(toy, submit, changed)] == ["stub"]
    assert problems(toy, submit, toy.read("stub.py").replace('raise NotImplementedError("step 1")', "return 2 * x")) == []


def test_a_syntax_error_names_its_line_and_no_process_is_started(toy, submit, monkeypatch):
    from kdl.grade import check

    monkeypatch.setattr(check.child, "start", lambda *_: pytest.fail("a process was started"))
    verdict = check.run(toy, submit("x = 1\ndef double(x:\n"), 1)
    assert (verdict.status, verdict.reason, verdict.problem.line) == ("error", "syntax", 2)


def test_the_rule_about_imports_names_what_is_allowed_beside_the_libraries(toy, submit):
    (problem,) = problems(toy, submit, "import torch\nimport math\n" + BODY)
    assert problem.line == 1 and "`import torch`; it allows numpy, " in problem.message
    assert problem.message.endswith(" and the safe part of the standard library, such as collections and math.")


def test_a_helper_of_the_file_may_have_a_name_that_is_forbidden_elsewhere(toy, submit):
    """`einsum` is forbidden: as an own function it is not that of NumPy, which stays forbidden."""
    body = "\ndef double(x): return einsum(x)\ndef both(x, y): return x + y, x - y\n"
    own = inspect.read(submit("def einsum(x): return 2 * x" + body))[0]
    assert inspect.problems(toy, own) == []
    used = inspect.read(submit("import numpy as np\ndef einsum(x): return np.einsum('i->i', x)" + body))[0]
    assert [one.reason for one in inspect.problems(toy, used)] == ["refused"]
