"""`kdl generate` of a model that draws, and what a training of one shows at its end."""

import json

import numpy as np
import pytest

from kdl import catalog
from kdl.runs import record

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


def test_more_may_be_drawn_than_there_is_held_out_noise_and_none_of_it_twice(kdl, drawer):
    samples = said(kdl, "last", "--count", 1200)["samples"]

    assert len(samples) == 1200
    assert samples[1000:] != samples[:200]


def test_points_stand_beside_true_ones_with_what_is_measured_of_them(kdl, drawer):
    shown = kdl("generate", "last", "--count", 60)

    assert "draw-points: 60 points, drawn from seed 0" in shown.out
    assert "drawn" in shown.out and "true" in shown.out
    for name, value in said(kdl, "last", "--count", 60)["measures"].items():
        assert f"{name}  " in shown.out and f"{value:.3f}" in shown.out
    assert "next  kdl generate" in shown.out


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
