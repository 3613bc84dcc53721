"""Tab completes ids wherever one is typed, by click's own interface, and imports nothing heavy for it."""

import os
import subprocess
import sys

import click
import pytest
from click.shell_completion import ShellComplete

from kdl.cli import cli, completion


def completed(*words: str, command=cli) -> list[str]:
    """What the shell is offered for the last word."""
    *before, incomplete = words
    return [one.value for one in ShellComplete(command, {}, "kdl", "_KDL_COMPLETE").get_completions(before, incomplete)]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("model show ls", ["lstm"]),
        ("model diff lstm simple-r", ["simple-rnn"]),
        ("task show addi", ["adding"]),
        ("data show names", ["names13"]),
        ("pair show P52", ["P52"]),
        ("pair show p52", ["P52"]),
        ("notes lst", ["lstm"]),
        ("exercise check lstm-c", ["lstm-cell"]),
        ("exercise show lstm-c", ["lstm-cell"]),
        ("model show no-such", []),
    ],
)
def test_an_id_is_completed(words, offered):
    assert completed(*words.split()) == offered


def test_every_item_says_what_it_is():
    found = ShellComplete(cli, {}, "kdl", "_KDL_COMPLETE").get_completions(["exercise", "start"], "lstm-cell")
    assert [one.help for one in found] == ["The LSTM cell"]


def test_runs_are_completed_newest_first_after_last():
    from kdl.runs import record

    assert completed("run", "show", "") == []
    run = record.create("train", "lstm on adding", seed=0)
    assert completed("run", "show", "") == ["last", run.id]
    assert completed("run", "delete", "la") == ["last"]


@click.command()
@click.argument("names", nargs=-1, shell_complete=completion.pairs_and_arms)
@click.option("--predict", shell_complete=completion.predictions)
def compare(names, predict):
    """As `kdl compare` takes them."""


@click.command()
@click.argument("model")
@click.option("--task", shell_complete=completion.tasks)
def train(model, task):
    """As `kdl train` takes them."""


def test_a_pair_or_its_arms_are_completed():
    assert completed("P52", command=compare) == ["P52"]
    assert "simple-rnn" in completed("simple", command=compare)
    assert "simple-rnn" in completed("lstm", "", command=compare)
    assert "P52" not in completed("lstm", "", command=compare)


@pytest.mark.parametrize("names", [["P52"], ["lstm", "simple-rnn"]])
def test_a_prediction_is_one_of_the_pairs_choices(names):
    assert completed(*names, "--predict", "", command=compare) == ["lstm", "simple-rnn", "neither"]


def test_without_a_pair_there_is_nothing_to_predict():
    assert completed("--predict", "", command=compare) == completed("nothing", "--predict", "", command=compare) == []


def test_a_task_is_one_that_the_model_is_trained_on():
    from kdl import catalog

    for card in catalog.models().values():
        assert set(completed(card.id, "--task", "", command=train)) == set(card.tasks)
    assert set(completed("--task", "", command=train)) == set(catalog.tasks())


def test_completing_imports_no_keras_and_writes_nothing(home):
    program = (
        "import sys\nfrom kdl.cli import cli, completion\nfrom click.shell_completion import ShellComplete\n"
        "import click\n"
        "for words in (['model', 'show'], ['task', 'show'], ['data', 'show'], ['pair', 'show'], ['run', 'show'], ['notes'],\n"
        "              ['exercise', 'check']):\n"
        "    ShellComplete(cli, {}, 'kdl', 'X').get_completions(words, '')\n"
        "ctx = click.Context(cli)\nctx.params['names'] = ('P52',)\n"
        "assert completion.predictions(ctx, None, '')\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & {"keras", "tensorflow", "jax", "numpy", "scipy", "matplotlib", "markdown_it"} == set()
    assert not home.exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_alone_goes_into_a_pipe(kdl, shell):
    done = kdl("completion", shell)
    assert done.code == 0 and "_KDL_COMPLETE" in done.out and done.err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_a_terminal_is_told_how_to_install_it():
    leader, follower = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kdl", "completion", "fish"], stdout=follower, stderr=subprocess.PIPE, text=True, timeout=60
        )
    finally:
        os.close(follower)
        os.close(leader)
    assert "To install it:  kdl completion fish >" in done.stderr
