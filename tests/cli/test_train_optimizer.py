"""`kdl train --optimizer` and `--schedule`: chosen, set, shown, recorded, refused."""

import json

import pytest

from kdl.runs import record

QUICK = ("train", "lstm", "--set", "length=5", "--set", "units=4", "--batch-size", "4")
MOMENTUM = ("--optimizer", "momentum", "--set", "momentum=0.5", "--schedule", "one-cycle-policy")


def test_the_choice_is_recorded_and_its_command_trains_the_same_bits(kdl):
    told = json.loads(kdl(*QUICK, *MOMENTUM, "--steps", "3", "--json").out)

    recipe = record.find("last").record["recipe"]
    again = json.loads(kdl(*told["command"].split()[1:], "--json").out)

    assert (recipe["optimizer"], recipe["settings"], recipe["schedule"]) == ("momentum", {"momentum": 0.5}, "one-cycle-policy")
    assert {key: again[key] for key in ("score", "loss", "command")} == {key: told[key] for key in ("score", "loss", "command")}


def test_another_optimizer_begins_with_its_own_rate_and_the_default_with_that_of_the_header(kdl):
    """The header of the LSTM says 0.01 for Adam; Adadelta's file says 1, and what was asked for wins."""

    def rate(*arguments):
        return json.loads(kdl(*QUICK, *arguments, "--dry-run", "--json").out)["recipe"]["learning_rate"]

    assert (rate("--optimizer", "adadelta"), rate("--optimizer", "adam"), rate()) == (1.0, 0.01, 0.01)
    assert rate("--optimizer", "adadelta", "--lr", "0.5") == 0.5


def test_a_dry_run_shows_optimizer_settings_and_schedule(kdl):
    lines = [line.split() for line in kdl(*QUICK, *MOMENTUM, "--dry-run").out.splitlines()]

    assert ["optimizer", "momentum"] in lines
    assert ["momentum", "0.5"] in lines
    assert ["schedule", "one-cycle-policy"] in lines


def test_settings_of_the_header_are_shown_recorded_and_part_of_the_command(kdl):
    """The header of the GAN: Adam with beta_1 = 0.5, nothing clipped."""
    small = ("train", "gan", "--set", "width=4", "--batch-size", "8")
    lines = [line.split() for line in kdl(*small, "--dry-run").out.splitlines()]
    told = json.loads(kdl(*small, "--steps", "4", "--json").out)  # the first step does not depend on beta_2
    recipe = record.find("last").record["recipe"]

    assert ["beta_1", "0.5"] in lines and ["beta_2", "0.999"] in lines and ["clip_norm", "None"] in lines
    assert (recipe["settings"], recipe["clip_norm"]) == ({"beta_1": 0.5}, None)
    assert "--set clip_norm=None --set beta_1=0.5" in told["command"]
    again = json.loads(kdl(*told["command"].split()[1:], "--set", "beta_2=0.99", "--json").out)
    assert record.find("last").record["recipe"]["settings"] == {"beta_1": 0.5, "beta_2": 0.99}
    assert again["loss"] != told["loss"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--optimizer", "momentun"), 3, "Did you mean momentum?"),
        (("--schedule", "one-cycle"), 3, "Did you mean one-cycle-policy?"),
        (("--optimizer", "one-cycle-policy"), 3, "There is no optimizer called 'one-cycle-policy'"),
        (("--optimizer", "momentum", "--set", "momentun=0.5"), 2, "Did you mean momentum?"),
        (("--optimizer", "momentum", "--set", "momentum=1.5"), 2, "momentum must be at least 0 and below 1"),
        (("--optimizer", "rprop", "--schedule", "one-cycle-policy"), 2, "learning_rate must be a number"),
        (("--set", "momentum=0.5"), 2, "Neither adding, lstm nor adam has a setting 'momentum'"),
    ],
)
def test_what_does_not_fit_is_told_and_leaves_no_run(arguments, code, told, kdl, home):
    done = kdl(*QUICK, *arguments, "--steps", "1")

    assert (done.code, told in done.err) == (code, True), done.err
    assert not (home / "runs").exists()


def test_a_name_is_refused_before_keras_is_loaded(kdl):
    assert "Loading" not in kdl(*QUICK, "--optimizer", "momentun").err


def test_resume_takes_neither(kdl):
    run = record.create("train", "lstm", seed=0)
    run.finish("interrupted")

    assert "it takes no --optimizer" in kdl("train", "--resume", run.id, "--optimizer", "adam").err


def test_the_names_are_completed():
    from kdl.cli import completion

    assert [item.value for item in completion.optimizers(None, None, "mo")] == ["momentum"]
    assert [item.value for item in completion.schedules(None, None, "one")] == ["one-cycle-policy"]
