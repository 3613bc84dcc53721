"""`kdl model show --layers`, `kdl model diff` and `kdl model export`."""

import json
import re

import pytest

from kdl import catalog
from kdl.runs import record


@pytest.fixture
def run(keras, home):
    """A finished run with a small model that was never trained."""
    sizes = {"vocab_size": 73, "units": 4}
    made = record.create("train", "char-rnn", seed=0, task="names-text", options={}, sizes=sizes, data={})
    catalog.build("char-rnn", **sizes).save(made.path / "model.keras")
    made.finish(score=6.0)
    return made


# ---- layers ----------------------------------------------------------------------------------------------------------


def test_show_layers_draws_every_layer_with_shape_and_costs(kdl):
    """LeNet-300-100 has 784 x 300 + 300 x 100 + 100 x 10 products, and 410 biases more parameters."""
    shown = kdl("model", "show", "mlp", "--preset", "lenet-300-100")

    assert re.search(r"● hidden_1 +Hidden +\(B, 300\) +235,500 +235,200", shown.out)
    assert "parameters     266,610" in shown.out and "multiply-adds  266,200" in shown.out
    assert shown.out.splitlines()[-1] == "next  kdl train mlp"


def test_show_layers_says_what_a_free_size_counts_as(kdl):
    shown = kdl("model", "show", "lstm", "--layers")

    assert "(B, ?, 2)" in shown.out and "counts as 10" in shown.out


@pytest.mark.parametrize("columns", ["60", "80"])
def test_a_narrow_terminal_gets_no_longer_lines(kdl, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)

    assert max(map(len, kdl("model", "show", "mlp", "--layers").out.splitlines())) <= int(columns)


def test_an_ascii_terminal_gets_ascii(kdl, monkeypatch):
    monkeypatch.setenv("KDL_ASCII", "1")

    assert kdl("model", "show", "mlp", "--layers").out.isascii()


def test_show_layers_as_json(kdl):
    said = json.loads(kdl("model", "show", "mlp", "--layers", "--json").out)

    assert set(said) == {"schema", "id", "preset", "free", "layers", "params", "multiply_adds"}
    assert said["schema"] == "kdl.model-layers/1"
    assert said["params"] == sum(layer["params"] for layer in said["layers"]) == 64 * 64 + 64 + 64 * 10 + 10
    assert [layer["reads"] for layer in said["layers"]] == [[], ["picture"], ["flatten"], ["hidden_1"]]


def test_diff_of_layers_says_what_changed_and_by_how_much(kdl):
    """An LSTM has four gates where a simple RNN has one sum: four times the parameters of the recurrence."""
    shown = kdl("model", "diff", "simple-rnn", "lstm", "--layers")

    before, after = (re.search(rf"^\{mark} recurrence +RNN .*", shown.out, re.M)[0].split() for mark in "-+")
    assert int(after[-2].replace(",", "")) == 4 * int(before[-2].replace(",", ""))
    assert re.search(r"^  head +Dense", shown.out, re.M)


def test_diff_as_json_of_layers_and_of_files(kdl):
    layers = json.loads(kdl("model", "diff", "simple-rnn", "lstm", "--layers", "--json").out)
    code = json.loads(kdl("model", "diff", "simple-rnn", "lstm", "--json").out)

    assert layers["schema"] == code["schema"] == "kdl.model-diff/1"
    assert {row["change"] for row in layers["layers"]} == {"same", "changed"}
    assert layers["totals"]["b"]["params"] == catalog.build("lstm").count_params()
    assert code["code"][0] == "--- rnn/simple_rnn.py"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("show mlp --preset tinny", 3, "Did you mean tiny?"),
        ("show mlp --layers --code", 2, "Ask for one of them."),
        ("diff mlp gru --preset lenet-300-100", 3, "gru has"),
        ("diff mlp gru --layers --all", 2, "Ask for one of them."),
        ("show mpl --layers", 3, "Did you mean"),
    ],
)
def test_what_cannot_be_shown_is_one_error(kdl, words, code, says):
    result = kdl("model", *words.split())

    assert (result.code, result.out) == (code, "")
    assert says in result.err and "Traceback" not in result.err


def test_a_model_names_the_pairs_in_whose_arms_it_stands(kdl):
    """Its own header may name none: the pair came later."""
    cards = [catalog.find("model", name) for name in ("cnn", "resnet", "bert")]
    assert [catalog.pairs_of(card) for card in cards] == [("P02",), ("P07",), ("P73", "P87")]
    assert re.search(r"^pairs +P02$", kdl("model", "show", "cnn").out, re.M)
    assert json.loads(kdl("model", "show", "resnet", "--json").out)["pairs"] == ["P07"]
    listed = {row["id"]: row["pairs"] for row in json.loads(kdl("model", "list", "--json").out)["models"]}
    for card in catalog.models().values():
        assert set(listed[card.id]) == set(card.pairs) | {pair.id for pair in catalog.pairs().values() if card.id in pair.arms}


# ---- export ----------------------------------------------------------------------------------------------------------


def test_an_export_says_where_it_is_and_that_it_answers_the_same(kdl, run, home):
    done = kdl("model", "export", "last", "--to", "tflite")

    path = home / "exports" / f"{run.id}.tflite"
    assert done.code == 0 and path.is_file()
    assert str(path) in done.out and "answers     the same" in done.out


def test_an_export_of_a_file_to_a_place_as_json(kdl, run, tmp_path):
    out = tmp_path / "here" / "names"
    said = json.loads(kdl("model", "export", run.path / "model.keras", "--to", "saved-model", "--out", out, "--json").out)

    assert said["schema"] == "kdl.export/1" and said["path"] == str(out) and said["difference"] <= 1e-5
    assert said["bytes"] == sum(file.stat().st_size for file in out.rglob("*") if file.is_file())


def test_what_is_there_is_not_overwritten(kdl, run, tmp_path):
    out = tmp_path / "model.tflite"
    out.write_text("mine")
    done = kdl("model", "export", "last", "--to", "tflite", "--out", out)

    assert (done.code, out.read_text()) == (2, "mine")
    assert "is there already" in done.err


def test_a_run_without_a_model_says_how_to_get_one(kdl, home):
    stopped = record.create("train", "lstm", seed=0, task="adding")
    stopped.finish("interrupted")
    done = kdl("model", "export", stopped.id, "--to", "keras")

    assert done.code == 2
    assert "has no model" in done.err and f"kdl train --resume {stopped.id}" in done.err


def test_a_comparison_has_no_model_to_export(kdl, home):
    record.create("compare", "P52", seed=None).finish()

    assert "is a comparison, which keeps no model" in kdl("model", "export", "last", "--to", "keras").err


@pytest.mark.parametrize(("name", "says"), [("nothing.keras", "There is no file"), ("nothing", "There is no run")])
def test_what_is_not_there_is_one_error(kdl, name, says):
    done = kdl("model", "export", name, "--to", "keras")

    assert done.code in (2, 3) and says in done.err and "Loading" not in done.err


def test_another_file_is_refused_before_keras_is_loaded(kdl, tmp_path):
    (tmp_path / "model.keras").write_text("no model")
    done = kdl("model", "export", tmp_path / "model.keras", "--to", "tflite")

    assert done.code == 2 and "is no Keras model" in done.err and "Loading" not in done.err
