"""An item of every kind, made from a few lines of Markdown; how it is asked and judged."""

from kdl.quiz.kinds import KINDS

HEAD = "::: quiz {{#q kind={} entries=lstm}}\n\n"
TAIL = "\n\nWhy: because.\n\n:::\n"


def block(kind, body, machine=""):
    fence = f"\n\n```kdl\n{machine}\n```" if machine else ""
    return HEAD.format(kind) + body + fence + TAIL


OPTIONS = "Which?\n\n- [x] right — yes\n- [ ] wrong — no\n- [ ] worse — never\n"
STEPS = "In order?\n\n1. first — starts\n2. second — goes on\n3. third — ends"
PAIRS = "Which?\n\n| l | r | why |\n| --- | --- | --- |\n| one | eins | 1 |\n| two | zwei | 2 |\n| three | drei | 3 |"
CLOZE = "The {{c1: forget | forgetting}} gate keeps the old {{c2: cell}}."
CLOZE_WRONG = "wrong: c1: input => the input gate writes.\nwrong: c2: state => which of the two?"
CODE = "What?\n\n```python\ny = layers.Dense(4)(keras.Input((3,)))\nprint(y.shape)\n```"

TIMES = "draw: n = int(2, 9); m = int(20, 90)\nanswer: n * m\nwrong: n + m => times, not plus {{n}}"

EVERY = {
    "mcq": (block("mcq", OPTIONS), {}),
    "multi": (block("multi", OPTIONS.replace("[ ] wrong", "[x] wrong")), {}),
    "basic": (block("basic", "Why?\n\nAnswer: therefore."), {}),
    "explain": (block("explain", "Explain.\n\nRubric:\n\n- one point\n- another"), {}),
    "cloze": (block("cloze", CLOZE, CLOZE_WRONG), {}),
    "numeric": (block("numeric", "{{n}} and {{m}}?", TIMES), {}),
    "params": (block("params", CODE, "wrong: 3 * 4 => the biases are missing"), {"answer": 16}),
    "shape": (block("shape", CODE, "wrong: (None, 3) => that goes in"), {"answer": [None, 4]}),
    "output": (block("output", CODE, "wrong: (3, 4) => no"), {"answer": "(None, 4)"}),
    "order": (block("order", STEPS), {}),
    "match": (block("match", PAIRS), {}),
    "bug": (block("bug", CODE, "answer: 1\nfix: y = 1\nwrong: 2 => prints what is there"), {}),
}  # fmt: skip


def asked(item, seed=0, part=""):
    return KINDS[item.kind].present(item, part, seed)


def judged(item, text, seed=0, part=""):
    return KINDS[item.kind].judge(item, part, asked(item, seed, part), text)
