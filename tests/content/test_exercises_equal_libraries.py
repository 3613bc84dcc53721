"""The reference solutions give what well-known libraries give, on the graders' own cases or on others."""

import gzip
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from kdl.grade import exercise
from kdl.grade.judge import Reference

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"

pytestmark = [pytest.mark.oracle, pytest.mark.content]


def solution(slug) -> dict:
    names: dict = {}
    one = exercise.find(slug)
    exec(compile(one.read("solution.py"), f"{slug}/solution.py", "exec"), names)
    return names


def cases(slug, step, seeds=3) -> list:
    return [case for seed in range(seeds) for case in Reference(exercise.find(slug), seed).cases[step]]


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["adam-step"])
def test_adam_is_that_of_keras_once_epsilon_is_moved(slug):
    """Keras adds epsilon to the root of the uncorrected v: the paper's form with epsilon / sqrt(1 - beta2**t)."""
    import keras

    code, rng = solution(slug), np.random.default_rng(0)
    start, gs = rng.normal(size=(3, 2)), rng.normal(size=(6, 3, 2))
    theirs = keras.Variable(start.astype("float32"))
    optimizer = keras.optimizers.Adam(0.1, beta_1=0.8, beta_2=0.95, epsilon=0.3)
    theta, m, v = start, np.zeros_like(start), np.zeros_like(start)
    for t, g in enumerate(gs, start=1):
        optimizer.apply([keras.ops.convert_to_tensor(g.astype("float32"))], [theirs])
        theta, m, v = code["adam_step"](theta, g, m, v, t, 0.1, 0.8, 0.95, 0.3 / np.sqrt(1 - 0.95**t))
        np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs), theta, atol=2e-6)
    apart = abs(code["adam"](start, gs, 0.1, 0.8, 0.95, 0.3)[0] - start) - 0.1 * abs(gs[0]) / (abs(gs[0]) + 0.3)
    assert abs(apart).max() < 1e-12  # the first step by hand: m_hat = g and v_hat = g²


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["scaled-dot-product-attention"])
def test_attention_is_that_of_keras(slug):
    """`keras.ops.dot_product_attention`, in float32, where every query may look at something and scores are moderate."""
    import keras

    code, compared = solution(slug), 0
    for case in cases(slug, "attention"):
        q, k, v, mask = case.inputs.values()
        if not mask.any(axis=-1).all() or np.abs(code["attention_scores"](q, k)).max() > 100:
            continue
        heads = [array[:, :, None].astype("float32") for array in (q, k, v)]  # (B, T, 1 head, D)
        theirs = keras.ops.convert_to_numpy(keras.ops.dot_product_attention(*heads, mask=mask[:, None]))
        output, _ = code["attention"](q, k, v, mask)
        np.testing.assert_allclose(theirs[:, :, 0], output, atol=1e-5 * np.abs(output).max())
        compared += 1
    assert compared >= 12


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["non-maximum-suppression"])
def test_suppression_is_that_of_tensorflow(slug):
    """`tf.image.non_max_suppression` keeps the same boxes in the same order, ties and empty boxes included."""
    import tensorflow as tf

    code = solution(slug)
    for case in cases(slug, "nms", seeds=10):
        boxes, scores, threshold = case.inputs.values()
        turned = boxes[:, [1, 0, 3, 2]].astype("float32")  # y1, x1, y2, x2
        theirs = tf.image.non_max_suppression(turned, scores.astype("float32"), len(boxes), threshold)
        assert code["nms"](boxes, scores, threshold) == theirs.numpy().tolist(), case.name


@pytest.mark.parametrize("slug", ["viterbi"])
def test_viterbi_finds_what_trying_all_paths_finds(slug):
    """Of all K^T paths the best; of equal ones that whose last state is lowest, then the one before it, and so on."""
    code = solution(slug)
    for case in cases(slug, "sequence"):
        initial, transitions, emissions = case.inputs.values()

        def score(path, initial=initial, transitions=transitions, emissions=emissions):
            steps = sum(transitions[i, j] for i, j in itertools.pairwise(path))
            return initial[path[0]] + steps + sum(row[state] for row, state in zip(emissions, path, strict=True))

        paths = itertools.product(range(len(initial)), repeat=len(emissions))
        best = min(paths, key=lambda path: (-score(path), path[::-1]))
        path, found = code["viterbi"](initial, transitions, emissions)
        assert (path, found) == (list(best), score(best)), case.name


@pytest.mark.parametrize("slug", ["bleu"])
def test_bleu_is_that_of_sacrebleu(slug):
    """60 small corpora; `tools/bleu_fixture.py` asked sacrebleu, without smoothing and for text that is split already."""
    code = solution(slug)
    said = json.loads((FIXTURES / "bleu_sacrebleu.json").read_text(encoding="utf-8"))
    for row in said["corpora"]:
        candidates, references = row["candidates"], row["references"]
        counts = [code["clipped_counts"](*pair) for pair in zip(candidates, references, strict=True)]
        matches, totals = np.sum(counts, axis=0).tolist()
        assert matches == row["matches"]
        assert totals == row["totals"] or not any(matches)  # where nothing matches, sacrebleu stops counting
        lengths = [[len(one) for one in many] for many in references]
        assert code["brevity_penalty"]([len(one) for one in candidates], lengths) == pytest.approx(row["penalty"], abs=1e-12)
        assert code["corpus_bleu"](candidates, references) == pytest.approx(row["bleu"], abs=1e-12)
    assert sum(row["bleu"] > 0 for row in said["corpora"]) >= 20


@pytest.mark.parametrize("slug", ["byte-pair-encoding"])
def test_the_merges_are_those_of_the_authors_toolkit_and_encode_as_the_lesson_does(slug):
    """Twenty sets of words; `tools/tokenizer_fixture.py` asked subword-nmt. New words are encoded, too."""
    from kdl.tokenizers import bpe

    code = solution(slug)
    said = json.loads(gzip.decompress((FIXTURES / "tokenizers.json.gz").read_bytes()))
    for counts, merges in said["learned"]:
        words, expected = [list(bpe.spelled(word)) for word in counts], [" ".join(pair) for pair in merges]
        assert code["learn"](words, list(counts.values()), 40) == expected
        ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}
        for word in ("".join(pair) for pair in itertools.pairwise(counts)):
            assert code["encode"](list(bpe.spelled(word)), expected) == bpe.by_rank(bpe.spelled(word), ranks)
