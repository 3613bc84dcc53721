"""`kdl generate` of a model that draws, and what a training of one shows at its end."""

import json

import numpy as np
import pytest

from kdl import catalog
from kdl.cli import generate_samples
from kdl.errors import BadContent
from kdl.report import samples
from kdl.runs import record
from kdl.tasks import Samples

SMALL = ("--set", "width=4", "--steps", "2", "--batch-size", "8")


@pytest.fixture
def drawer(keras, home):
    made = record.create("train", "gan", seed=0, task="draw-points", options={}, sizes={}, data={})
    catalog.build("gan", width=4).save(made.path / "model.keras")
    made.finish(score=1.0)
    return made


def said(kdl, *words):
    return json.loads(kdl("generate", *words, "--json").out)


def test_the_points_are_what_the_model_makes_of_the_noise_of_the_seed(kdl, drawer, keras):
    task = catalog.load(catalog.find("task", "draw-points")).make()
    expected = keras.models.load_model(drawer.path / "model.keras").predict(task.test(4)[0][:500], verbose=0)
    found = said(kdl, "last", "--seed", 4)

    assert (found["schema"], found["kind"], found["seed"]) == ("kdl.generate/1", "samples", 4)
    np.testing.assert_allclose(found["samples"], expected, atol=2e-5)
    assert found["measures"]["energy distance"] == pytest.approx(task.score(task.test(4)[1][:500], expected))


class Echo:
    """A model that draws its noise."""

    input_shape = output_shape = (None, 2)

    def predict(self, noise, verbose):
        return noise


def test_more_may_be_drawn_than_there_is_held_out_noise_and_none_of_it_twice(keras):
    card = catalog.find("task", "draw-points")
    task = catalog.load(card).make()
    drawn, true = generate_samples._drawn(Echo(), card, task, 0, 1200)

    assert len(true) == 1000 and drawn.shape == (1200, 2)
    np.testing.assert_array_equal(drawn[:1000], task.test(0)[0])
    assert len(np.unique(drawn, axis=0)) == 1200


def test_points_stand_beside_true_ones_with_what_is_measured_of_them(kdl, drawer):
    shown = kdl("generate", "last", "--count", 60)

    assert "draw-points: 60 points, drawn from seed 0" in shown.out
    assert "drawn" in shown.out and "true" in shown.out
    for name, value in said(kdl, "last", "--count", 60)["measures"].items():
        assert f"{name}  " in shown.out and f"{value:.3f}" in shown.out
    assert "next  kdl generate" in shown.out


def test_a_measure_stands_beside_its_target_or_what_true_points_have(kdl, drawer):
    """Without it nobody knows what a spread of 13 is."""
    task = catalog.load(catalog.find("task", "draw-points")).make()
    best = task.samples.measures(task.test(0)[1][:60])
    shown = kdl("generate", "last", "--count", 60).out

    assert f"(target at most {task.target:g})" in shown
    for name in ("mode coverage", "good points", "spread"):
        line = next(line for line in shown.splitlines() if line.startswith(name))
        assert line.endswith(f"(true points have {best[name]:.3f})")


def test_of_a_handful_nothing_is_measured(kdl, drawer):
    assert said(kdl, "last", "--count", 49)["measures"] == {}
    assert set(said(kdl, "last", "--count", 50)["measures"]) > {"energy distance", "mode coverage"}


def spoilt(drawer, keras, change):
    """The model of the run once more, its last bias changed."""
    model = keras.models.load_model(drawer.path / "model.keras")
    model.get_layer("sample").bias.assign(change)
    model.save(drawer.path / "model.keras")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_model_whose_weights_are_no_numbers_draws_none_and_says_so(kdl, drawer, keras, value):
    spoilt(drawer, keras, [value, 0.0])
    shown, found = kdl("generate", "last", "--count", 60), said(kdl, "last", "--count", 60)

    assert shown.code == 0
    assert "none: of 60 points none is made of finite numbers" in shown.out
    assert (found["samples"], found["measures"], found["not_finite"]) == ([], {}, 60)


def test_rows_that_are_not_finite_are_dropped_and_counted():
    drawn = np.array([[0.0, 1.0], [np.nan, 0.0], [2.0, np.inf], [3.0, 3.0]])
    kept, said = samples.finite(drawn, "points")

    np.testing.assert_array_equal(kept, drawn[[0, 3]])
    assert said == ["left out: 2 of 4 points, which are not made of finite numbers"]
    assert samples.finite(kept, "points")[1] == []


@pytest.mark.parametrize(("good", "line"), [(2, "left out: 1 of 3"), (0, "none: of 3 points")])
def test_the_end_of_a_training_tells_how_many_rows_are_lost(tmp_path, capsys, good, line):
    prediction = np.where(np.arange(3)[:, None] < good, np.ones((3, 2)), np.nan)
    np.savez(tmp_path / "arrays.npz", prediction=prediction, answer=np.zeros((3, 2)))

    generate_samples.of_run(tmp_path, Samples("points"))

    out = capsys.readouterr().out
    assert "what it draws from 3 rows of held-out noise" in out and line in out


def test_the_end_of_a_training_whose_file_is_damaged_is_one_error(tmp_path):
    (tmp_path / "arrays.npz").write_bytes(b"no zip")

    with pytest.raises(BadContent, match="is damaged: it is no archive") as told:
        generate_samples.of_run(tmp_path, Samples("points"))
    assert told.value.fix == "Train it again."


def test_options_of_text_are_refused(kdl, drawer):
    done = kdl("generate", "last", "--prompt", "jo")

    assert (done.code, done.out) == (2, "")
    assert "draw-points draws points, so --prompt has nothing to do" in done.err


def test_a_model_of_other_sizes_is_not_read(kdl, keras, tmp_path):
    catalog.build("gan", latent=5).save(tmp_path / "other.keras")

    done = kdl("generate", tmp_path / "other.keras", "--task", "draw-points")

    assert done.code == 2 and "It makes (2,) of (5,); the task, (2,) of (2,)" in done.err


@pytest.mark.slow
@pytest.mark.parametrize(("model", "task"), [("gan", "draw-points"), ("vae", "draw-clothes")])
def test_a_training_ends_with_samples_and_its_page_has_them(kdl, tmp_path, model, task):
    shown = kdl("train", model, "--task", task, *SMALL)
    page = tmp_path / "page.html"
    kdl("report", "last", "--out", page)

    assert "of held-out noise" in shown.out and "next  kdl generate" in shown.out
    assert 'id="samples"' in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_of_a_model_that_draws_nothing_has_no_samples(kdl, tmp_path):
    kdl("train", "mlp", "--steps", "2")
    page = tmp_path / "page.html"
    kdl("report", "last", "--out", page)

    assert 'id="samples"' not in page.read_text(encoding="utf-8")
