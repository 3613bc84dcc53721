"""Numbers that the topics of units 14 and 15 tell in their text, computed anew."""

import re

import pytest

from kdl import content

pytestmark = [pytest.mark.contract, pytest.mark.content("bert-and-gpt", "subword-tokenisation")]

BERT = next(content.quizzes().rglob("bert-and-gpt.md"))
SUBWORDS = next(content.quizzes().rglob("subword-tokenisation.md"))


def table(path, head):
    """The rows of the text table that begins with `head`: name -> its cells; two spaces part them."""
    rows = path.read_text(encoding="utf-8").partition(f"\n{head}")[2].partition("\n```")[0].split("\n")[1:]
    return {name: cells for name, *cells in (re.split(" {2,}", row) for row in rows)}


def number(cell):
    return float(cell.replace(",", ""))


@pytest.mark.slow
@pytest.mark.parametrize(("model", "preset", "column"), [("gpt-2", "gpt-2-small", 1), ("bert", "bert-base", 2)])
def test_the_table_of_a_checkpoint_counts_its_arrays(model, preset, column):
    """Counted on models of two blocks and of one, from which the size of a block follows."""
    from kdl import backend, catalog

    backend.start()
    sizes = catalog.load(catalog.find("model", model)).PRESETS[preset]
    told = {name: number(cells[column]) for name, cells in table(BERT, "numbers  ").items()}
    V, N, D, n = sizes["vocab_size"], sizes["length"], sizes["width"], sizes["depth"]
    small = {**sizes, "vocab_size": 1, "length": 1}
    one, two = (catalog.build(model, **{**small, "depth": depth}).count_params() for depth in (1, 2))

    assert told["12 blocks"] == n * (two - one) == n * (12 * D**2 + 13 * D)
    assert told["tokens"] == V * D and told["places, learned in both"] == N * D
    assert told["all"] == sum(told.values()) - told["all"]
    bias = V - 1 if model == "bert" else 0
    assert told["all"] == one + (n - 1) * (two - one) + (V + N - 2) * D + bias
    if model == "gpt-2":
        assert f"{told['tokens'] / told['all']:.0%}".replace("%", " %") in BERT.read_text(encoding="utf-8")


def test_the_table_of_the_cache_adds_up():
    D, n = 768, 12
    told = {name: [number(cell) for cell in cells] for name, cells in table(BERT, "text of  ").items()}

    def step(t):
        return n * (12 * D**2 + 2 * t * D)

    for column, T in enumerate((100, 1000)):
        places = range(1, T + 1)
        assert told["places computed, without a cache"][column] == sum(places)
        assert told["places computed, with one"][column] == T
        assert told["billion multiply-adds, without"][column] == round(sum(t * step(t) for t in places) / 1e9, 1)
        assert told["billion multiply-adds, with one"][column] == round(sum(map(step, places)) / 1e9, 1)
        assert told["million bytes kept (float32)"][column] == round(4 * 2 * n * T * D / 1e6, 1)
    assert "costs 1.2 times" in BERT.read_text(encoding="utf-8") and round(step(1000) / step(1), 1) == 1.2


@pytest.mark.content("animal-sentences")
def test_what_nobody_can_pass_in_p73():
    from kdl.data.animal_sentences import best_guess

    told = re.search(r"so that is known: (0\.\d\d) .*?, (0\.\d\d) from\s+the left", BERT.read_text(encoding="utf-8"), re.S)

    assert [float(share) for share in told.groups()] == [round(best_guess(), 2), round(best_guess(both_sides=False), 2)]


@pytest.mark.content("wordpiece")
def test_three_rules_choose_three_pairs():
    """The table of three pairs, by the count, the gain and the quotient."""
    from kdl.tokenizers.wordpiece import gain

    N, rules = 100_000, {}
    rows = re.findall(
        r"^(\w \w) +([\d,]+) +([\d,]+) +([\d,]+) +([\d.]+) +([\d.,]+) +(-?\d+)   first by (\w+)$",
        SUBWORDS.read_text("utf-8"),
        re.M,
    )
    for pair, *cells, rule in rows:
        together, a, b, chance, times, found = map(number, cells)
        rules[rule] = (together, gain(together, a, b, N), together / (a * b))
        assert chance == a * b / N and times == pytest.approx(together / chance, rel=0.02), pair
        assert found == round(gain(together, a, b, N))

    assert [max(rules, key=lambda rule: rules[rule][place]) for place in range(3)] == ["count", "gain", "quotient"]


def test_one_word_by_three_tokenizers():
    """The rows of pieces under WordPiece, learned anew from the four words of the section before."""
    from kdl.tokenizers import bpe, byte_level_bpe, wordpiece

    counts = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
    rows = re.findall(r"^(BPE|WordPiece|byte-level BPE) {2,}(.+?)  ", SUBWORDS.read_text(encoding="utf-8"), re.M)

    assert f"counts = {counts}\n".replace("'", '"') in SUBWORDS.read_text(encoding="utf-8")
    assert {name: pieces.split() for name, pieces in rows} == {
        "BPE": bpe.make(counts, 8).tokens("lowest"),
        "WordPiece": wordpiece.make(counts, 8).tokens("lowest"),
        "byte-level BPE": byte_level_bpe.make(counts, 8).tokens(" lowest"),
    }
