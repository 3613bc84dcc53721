"""The decoders against brute force, and against plain NumPy transcriptions of their headers."""

import itertools

import numpy as np
import pytest

from kdl import catalog
from kdl.decoding import log_softmax, softmax, written

END = 0
DECODERS = sorted(card.id for card in catalog.algorithms().values() if card.path.parent.name == "decoding")


def oracle(name):
    """The test counts as proof of `name` against an independent computation."""

    def mark(test):
        for one in (pytest.mark.parametrize("name", [name]), pytest.mark.content, pytest.mark.oracle):
            test = one(test)
        return test

    return mark


def make(name, *args, **options):
    return catalog.load(catalog.find("algorithm", name)).make(*args, **options)


def table(seed, V):
    """A language model of random logits (V,) for every beginning, the same at every call."""

    def next_logits(text):
        return np.random.default_rng([seed, len(text), *text]).normal(scale=2.0, size=V)

    return next_logits


def probabilities(z):
    """The softmax, by its definition."""
    return [np.exp(one) / sum(np.exp(other) for other in z) for one in z]


def every_text(next_logits, V, length):
    """Every text that ends with END or has `length` numbers, and its log probability: brute force, best first."""
    texts = {}
    for numbers in itertools.product(range(V), repeat=length):
        text = numbers[: numbers.index(END) + 1] if END in numbers else numbers
        steps = [probabilities(next_logits([END, *text[:t]]))[text[t]] for t in range(len(text))]
        texts[text] = float(np.log(steps).sum())
    return sorted(texts.items(), key=lambda one: -one[1])


# ---- greedy and beam -------------------------------------------------------------------------------------------------


@oracle("greedy-decoding")
@pytest.mark.parametrize("seed", range(5))
def test_greedy_writes_the_likeliest_number_at_every_place(name, seed):
    next_logits, text = table(seed, 6), [END]
    while len(text) < 9 and (len(text) == 1 or text[-1] != END):
        p = probabilities(next_logits(text))
        text.append(p.index(max(p)))

    assert list(written(next_logits, [END], END, 8, make(name))) == text[1:]


@oracle("greedy-decoding")
def test_greedy_misses_the_likeliest_text_as_its_header_says(name):
    """p(a) = 0.6 and then 0.2 at best; p(b) = 0.4 and then 0.9."""
    after = {(): [0.6, 0.4, 0, 0, 0], (0,): [0.2] * 5, (1,): [0.9, 0.1, 0, 0, 0]}

    def next_logits(text):
        with np.errstate(divide="ignore"):
            return np.log(after[tuple(text[1:])])

    a, _ = written(next_logits, [9], 7, 2, make(name))
    (best, score), *_ = make("beam-search", 2)(next_logits, [9], 7, 2)

    assert a == 0
    assert (best, np.exp(score)) == ([1, 0], pytest.approx(0.36))


@oracle("beam-search")
@pytest.mark.parametrize(("seed", "V", "length"), [(0, 3, 4), (1, 4, 4), (2, 5, 3), (3, 2, 7)])
def test_a_beam_that_is_wide_enough_finds_what_trying_every_text_finds(name, seed, V, length):
    """The whole list, in order: no beginning is lost where all V^(length - 1) of them fit."""
    next_logits = table(seed, V)
    expected = every_text(next_logits, V, length)[: V ** (length - 1)]

    found = make(name, V ** (length - 1))(next_logits, [END], END, length)

    assert [tuple(text) for text, _ in found] == [text for text, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], rtol=1e-12)


@oracle("beam-search")
@pytest.mark.parametrize("seed", range(8))
def test_a_beam_of_one_is_greedy(name, seed):
    next_logits = table(seed, 6)
    ((text, score),) = make(name, 1)(next_logits, [END], END, 8)
    greedy = list(written(next_logits, [END], END, 8, make("greedy-decoding")))

    assert text == greedy
    steps = [log_softmax(next_logits([END, *text[:t]]))[text[t]] for t in range(len(text))]
    assert score == pytest.approx(sum(steps))


def beams_by_hand(next_logits, V, width, length):
    """The equations of the header, over NumPy arrays of all B V scores at once."""
    texts, scores, done = [[]], np.zeros(1), []
    for _ in range(length):
        grown = np.stack([score + log_softmax(next_logits([END, *text])) for text, score in zip(texts, scores, strict=True)])
        best = np.argsort(-grown, axis=None, kind="stable")[:width]
        pairs = [([*texts[i // V], int(i % V)], grown.flat[i]) for i in best]
        done += [one for one in pairs if one[0][-1] == END]
        going = [one for one in pairs if one[0][-1] != END]
        if not going:
            texts = []
            break
        texts, scores = [text for text, _ in going], np.array([score for _, score in going])
    everything = done + list(zip(texts, scores, strict=True) if texts else [])
    return sorted(everything, key=lambda one: -one[1])[:width]


@oracle("beam-search")
@pytest.mark.parametrize("width", [2, 3, 5])
@pytest.mark.parametrize("seed", range(6))
def test_ending_early_changes_nothing(name, width, seed):
    """The same search without the last rule of the header, to the full length."""
    next_logits = table(seed, 6)
    found, expected = make(name, width)(next_logits, [END], END, 7), beams_by_hand(next_logits, 6, width, 7)

    assert [text for text, _ in found] == [text for text, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], rtol=1e-12)


# ---- draws -----------------------------------------------------------------------------------------------------------


@oracle("sequence-sampling")
def test_a_draw_is_the_inverse_of_the_running_sum(name):
    """p = 0.5, 0.2, 0.3: u below 0.5 is the first, below 0.7 the second, then the third."""
    choose = catalog.load(catalog.find("algorithm", name)).choose
    z = np.log([0.5, 0.2, 0.3])

    assert [choose(z, u) for u in (0.0, 0.49, 0.51, 0.69, 0.71, 1 - 2**-53)] == [0, 0, 1, 1, 2, 2]


@oracle("sequence-sampling")
def test_texts_come_as_often_as_the_model_believes_in_them(name):
    """4,000 texts; each count of N p lies within 4 deviations sqrt(N p (1 - p))."""
    next_logits, count, draw = table(5, 3), 4000, make(name, seed=1)
    drawn = [tuple(written(next_logits, [END], END, 2, draw)) for _ in range(count)]

    for text, log_p in every_text(next_logits, 3, 2):
        p = np.exp(log_p)
        assert abs(drawn.count(text) - count * p) <= 4 * np.sqrt(count * p * (1 - p)), text


@oracle("sequence-sampling")
def test_what_has_no_probability_is_never_drawn(name):
    z = np.array([-np.inf, 0.0, -np.inf, 1.0, -np.inf])
    draw = make(name, seed=2)

    assert {draw(z) for _ in range(500)} == {1, 3}


@oracle("sequence-sampling")
def test_the_seed_decides_the_text(name):
    def text(seed):
        return list(written(table(0, 30), [END], END, 20, make(name, seed=seed)))

    assert text(3) == text(3) != text(4)


# ---- filters ---------------------------------------------------------------------------------------------------------


@oracle("temperature-sampling")
@pytest.mark.parametrize("T", [0.2, 0.5, 1.0, 3.0])
def test_a_temperature_raises_every_ratio_to_its_inverse(name, T):
    z = np.random.default_rng(0).normal(size=7)
    p = np.array(probabilities(z))
    expected = p ** (1 / T) / (p ** (1 / T)).sum()

    np.testing.assert_allclose(softmax(make(name, T)(z)), expected, rtol=1e-12)


@oracle("temperature-sampling")
def test_a_low_temperature_is_greedy_and_a_high_one_takes_anything(name):
    z = np.array([1.0, 3.0, 2.0])

    np.testing.assert_allclose(softmax(make(name, 1e-3)(z)), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(softmax(make(name, 1e6)(z)), [1 / 3] * 3, atol=1e-5)


@oracle("top-k-sampling")
@pytest.mark.parametrize("k", [1, 3, 7, 20])
def test_top_k_shares_the_probability_among_the_k_likeliest(name, k):
    z = np.random.default_rng(k).normal(size=7)
    p = probabilities(z)
    kept = sorted(range(7), key=lambda i: -p[i])[:k]
    expected = [p[i] / sum(p[j] for j in kept) if i in kept else 0 for i in range(7)]

    np.testing.assert_allclose(softmax(make(name, k)(z)), expected, rtol=1e-12)


@oracle("top-k-sampling")
def test_symbols_as_likely_as_the_kth_stay_with_it(name):
    np.testing.assert_allclose(softmax(make(name, 2)(np.array([0.0, 1.0, 0.0, -1.0]))) > 0, [True, True, True, False])


@oracle("top-p-sampling")
@pytest.mark.parametrize("P", [1e-9, 0.3, 0.7, 0.95, 1.0])
def test_top_p_shares_the_probability_among_the_smallest_set_that_has_it(name, P):
    """The smallest set, found by trying every set."""
    z = np.random.default_rng(3).normal(scale=2, size=6)
    p = np.array(probabilities(z))
    sets = [list(one) for m in range(1, 7) for one in itertools.combinations(range(6), m)]
    enough = [one for one in sets if p[one].sum() >= P - 1e-12]
    smallest = min(enough, key=lambda one: (len(one), -p[one].sum()))
    expected = np.where(np.isin(np.arange(6), smallest), p, 0) / p[smallest].sum()

    np.testing.assert_allclose(softmax(make(name, P)(z)), expected, rtol=1e-9)


@oracle("top-p-sampling")
def test_the_nucleus_of_the_header_has_three_symbols(name):
    assert np.isfinite(make(name, 0.9)(np.log([0.05, 0.5, 0.15, 0.3]))).tolist() == [False, True, True, True]


# ---- all of them -----------------------------------------------------------------------------------------------------


def test_every_decoder_is_proved_here():
    proved = ["beam-search", "greedy-decoding", "sequence-sampling", "temperature-sampling", "top-k-sampling", "top-p-sampling"]
    assert proved == DECODERS


def test_writing_stops_at_the_end_or_at_the_length():
    def always(number):
        return lambda text: np.eye(3)[number]

    assert list(written(always(END), [END], END, 5, make("greedy-decoding"))) == [END]
    assert list(written(always(2), [END], END, 5, make("greedy-decoding"))) == [2] * 5


def test_huge_logits_do_not_overflow():
    np.testing.assert_array_equal(softmax(np.array([1e4, 0.0, -1e4])), [1, 0, 0])


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        (
            "temperature-sampling",
            0.0,
            "temperature must be above 0; greedy decoding is its limit at 0. Received: temperature=0.0",
        ),
        ("temperature-sampling", float("nan"), "Received: temperature=nan"),
        ("top-k-sampling", 0, "k must be at least 1. Received: k=0"),
        ("top-p-sampling", 0.0, "p must be above 0 and at most 1. Received: p=0.0"),
        ("top-p-sampling", 1.1, "p must be above 0 and at most 1. Received: p=1.1"),
        ("beam-search", 0, "width must be at least 1. Received: width=0"),
    ],
)
def test_settings_that_mean_nothing_are_refused(name, value, wrong):
    with pytest.raises(ValueError) as told:
        make(name, value)
    assert wrong in str(told.value)
