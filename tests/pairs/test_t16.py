"""T16, batch against layer normalisation: what each does with a batch of one and of two, and the figure's numbers."""

from statistics import fmean

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results
from kdl.pairs._networks import stack

CARD = catalog.find("pair", "T16")


@pytest.fixture
def normalised(keras):
    """`normalised(kind, x)`: what the first normalisation gives for a batch while the network is trained."""

    def look(kind, x):
        keras.utils.set_random_seed(2)
        model = stack(shape=(6,), outputs=3, depth=1, units=5, normalisation=kind)
        affine = model.get_layer("affine_1")(np.float32(x))
        return keras.ops.convert_to_numpy(model.get_layer("norm_1")(affine, training=True))

    return look


PICTURES = np.random.default_rng(4).normal(scale=10, size=(3, 6))


def test_a_batch_of_one_leaves_batch_norm_nothing_of_the_picture(normalised):
    """Each number minus the mean of a batch of one is that number minus itself."""
    assert not normalised("batch", PICTURES[:1]).any()
    assert normalised("layer", PICTURES[:1]).any()


def test_a_batch_of_two_leaves_batch_norm_which_of_both_is_larger(normalised):
    """With a = m + d and b = m - d the variance is d^2, so they become +1 and -1 for any d that is not tiny."""
    first, second = normalised("batch", PICTURES[:2])
    np.testing.assert_allclose(np.abs(first), 1, atol=0.02)
    np.testing.assert_allclose(first, -second, rtol=1e-5)


def test_what_layer_norm_gives_for_a_picture_does_not_depend_on_the_others(normalised):
    alone = normalised("layer", PICTURES[:1])
    np.testing.assert_allclose(normalised("layer", PICTURES)[:1], alone, atol=1e-6)
    assert not np.allclose(normalised("batch", PICTURES)[:1], normalised("batch", PICTURES[:2])[:1])


def test_when_it_is_tested_batch_norm_takes_running_averages_and_not_the_batch(keras):
    """They start at mean 0 and variance 1, so that what comes in nearly comes out, whatever else is in the batch."""
    keras.utils.set_random_seed(2)
    model = stack(shape=(6,), outputs=3, depth=1, units=5, normalisation="batch")
    given = model.get_layer("affine_1")(np.float32(PICTURES))
    tested = keras.ops.convert_to_numpy(model.get_layer("norm_1")(given, training=False))
    np.testing.assert_allclose(tested, keras.ops.convert_to_numpy(given), rtol=1e-3)


def test_batch_norms_training_loss_is_higher_too_with_batches_of_two():
    """In every seed: what running averages do comes on top."""
    losses = results.load(CARD)["scores"]["loss"]
    assert all(batch > layer for batch, layer in zip(losses["batch-norm"]["2"], losses["layer-norm"]["2"], strict=True))


def test_the_figure_says_the_mean_accuracies():
    committed = results.load(CARD)
    scores = committed["scores"]["accuracy"]
    means = {arm: [fmean(each) for each in sizes.values()] for arm, sizes in scores.items()}
    said = (f"{arm}: " + ", ".join(f"{mean:.3f}" for mean in each) for arm, each in means.items())
    assert committed["figure"]["message"] == "; ".join(said)
    for arm, values in committed["figure"]["series"].items():
        assert values == pytest.approx(means[arm], abs=1e-4)


def test_one_picture_at_a_time_batch_norm_guesses_and_layer_norm_reads():
    scores = results.load(CARD)["scores"]["accuracy"]
    assert fmean(scores["batch-norm"]["1"]) < 0.2 < 0.7 < fmean(scores["layer-norm"]["1"])
