"""A recipe takes its defaults from the model's header."""

import dataclasses

import pytest

from kdl import catalog
from kdl.errors import BadContent, NotFound, UsageProblem
from kdl.train.recipe import WORDS, Recipe, slower


def test_the_header_states_the_defaults():
    stated = catalog.find("model", "lstm").tasks["adding"]

    recipe = Recipe.of("lstm", "adding")

    assert recipe.learning_rate == float(stated["lr"])
    assert recipe.steps == int(stated["steps"])


def test_an_override_wins_and_none_counts_as_not_given():
    stated = Recipe.of("lstm", "adding")

    assert Recipe.of("lstm", "adding", steps=7, learning_rate=None) == dataclasses.replace(stated, steps=7)


def test_clip_norm_none_turns_clipping_off_where_the_header_turns_it_on():
    assert Recipe.of("lstm", "adding").clip_norm == 1.0
    assert Recipe.of("lstm", "adding", clip_norm=None).clip_norm is None


def test_a_slower_command_has_a_tenth_of_the_rate_and_at_most_that_of_the_header():
    """The header of the LSTM says 0.01 for adding."""
    assert slower("kdl train lstm --lr 1e+300 --seed 1", "lstm", "adding") == "kdl train lstm --lr 0.01 --seed 1"
    assert slower("kdl train lstm --lr 0.005", "lstm", "adding") == "kdl train lstm --lr 0.0005"


def test_a_task_that_the_header_does_not_name_gets_the_general_defaults():
    assert Recipe.of("lstm", "no-such-task") == Recipe()


@pytest.mark.parametrize("name", sorted(catalog.models()))
def test_every_default_of_every_header_is_a_setting(name):
    for task in catalog.find("model", name).tasks:
        assert Recipe.of(name, task).steps >= 1


def test_every_word_of_a_header_sets_a_field():
    """All but the optimizer's other settings, which stand there under their own names."""
    assert {field for field, _ in WORDS.values()} == {field.name for field in dataclasses.fields(Recipe)} - {"settings"}


@pytest.fixture
def header(monkeypatch):
    """Gives the LSTM another header: a function of what it says of `adding`."""

    def say(words):
        card = dataclasses.replace(
            catalog.find("model", "lstm"), tasks={"adding": dict(word.split("=") for word in words.split())}
        )
        find = catalog.find
        monkeypatch.setattr(catalog, "find", lambda noun, name: card if noun == "model" else find(noun, name))

    return say


def test_the_optimizers_other_settings_stand_in_the_header_too(header, keras):
    header("lr=1e-3 clip=none beta_1=0.5 amsgrad=True epsilon=1")

    recipe = Recipe.of("lstm", "adding")

    assert (recipe.clip_norm, recipe.settings) == (None, {"beta_1": 0.5, "amsgrad": True, "epsilon": 1})


def test_a_setting_that_is_given_wins_alone_and_another_optimizer_takes_none_of_the_header(header, keras):
    header("optimizer=momentum momentum=0.5")

    assert Recipe.of("lstm", "adding", steps=3).settings == {"momentum": 0.5}
    assert Recipe.of("lstm", "adding", settings={"momentum": 0.7}).settings == {"momentum": 0.7}
    assert Recipe.of("lstm", "adding", optimizer="momentum").settings == {"momentum": 0.5}
    assert Recipe.of("lstm", "adding", optimizer="adam", settings={"beta_1": 0.8}).settings == {"beta_1": 0.8}
    assert Recipe.of("lstm", "adding", optimizer="sgd").settings == {}


@pytest.mark.parametrize(
    "words", ["speed=3", "steps=many", "momentum=0.5", "beta_1=much", "beta_1=True", "amsgrad=1", "clip=None", "beta_1=(1,"]
)
def test_a_header_with_an_unknown_word_or_no_number_is_bad_content(words, header, keras):
    """`momentum` is no setting of Adam."""
    header(words)

    with pytest.raises(BadContent, match="is no value for one of: steps, batch, lr, clip"):
        Recipe.of("lstm", "adding")


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"batch_size": -1}, {"learning_rate": 0.0}, {"clip_norm": float("nan")}])
def test_impossible_settings_are_refused_with_what_was_received(wrong):
    ((name, value),) = wrong.items()

    with pytest.raises(UsageProblem, match=f"Received: {name}={value}"):
        Recipe(**wrong)


def test_an_unknown_model_is_not_found():
    with pytest.raises(NotFound, match="'lstn'"):
        Recipe.of("lstn", "adding")
