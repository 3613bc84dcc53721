"""The catalogue: ids from files, cards from headers, and one clear error for each broken file."""

import shutil

import pytest

from kdl import atlas, catalog
from kdl.errors import BadContent, NotFound, UsageProblem

GOOD = '''"""
title: Toy
entry: gru
paper: none
year: 2014
tasks: adding: lr=1e-2 steps=5; copy
pairs: P53
"""
PRESETS = {"tiny": {}}
'''


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A package folder of its own, whose catalogue starts empty."""
    monkeypatch.setattr(catalog, "PACKAGE", tmp_path)
    catalog._read.cache_clear()
    (tmp_path / "models" / "rnn").mkdir(parents=True)
    yield tmp_path
    catalog._read.cache_clear()


def test_the_atlas_has_420_entries_in_18_units():
    assert len(atlas.entries()) == 420
    assert sorted({entry.unit for entry in atlas.entries().values()}) == list(range(1, 19)) == sorted(atlas.units())


def test_every_content_file_of_kdl_is_sound():
    assert catalog.problems() == []


def test_a_card_comes_from_the_header(empty):
    (empty / "models" / "rnn" / "gru.py").write_text(GOOD)

    card = catalog.find("model", "gru")

    assert (card.family, card.unit, card.year, card.presets) == ("rnn", 11, 2014, ("tiny",))
    assert card.tasks == {"adding": {"lr": "1e-2", "steps": "5"}, "copy": {}}


def test_one_broken_file_leaves_the_others_usable(empty):
    (empty / "models" / "rnn" / "gru.py").write_text(GOOD)
    (empty / "models" / "rnn" / "irnn.py").write_text('"""\ntitle\n"""\n')

    assert list(catalog.models()) == ["gru"]
    assert [error.line for error in catalog.problems()] == [2]
    with pytest.raises(BadContent, match="irnn.py:2"):
        catalog.find("model", "irnn")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("entry: gru", "entry: nothing", "not in the atlas"),
        ("entry: gru", "entry: lstm", "must be called lstm.py"),
        ('PRESETS = {"tiny": {}}', "", "defines no PRESETS"),
        ("lr=1e-2", "lr", "is not `task"),
        ("2014", "soon", "must be a number"),
        ("2014", "199²", "must be a number"),
        ("adding: lr=1e-2 steps=5; copy", ";", "names no task"),
        ("pairs: P53", "parts: encoder", "is not `part=model"),
        ('{"tiny": {}}', "{TINY: {}}", "plain names"),
    ],
)
def test_what_a_model_header_may_not_say(empty, old, new, wrong):
    (empty / "models" / "rnn" / "gru.py").write_text(GOOD.replace(old, new))

    assert [wrong in error.what for error in catalog.problems()] == [True]


def test_a_file_in_another_encoding_is_a_fault_and_the_rest_is_listed(empty):
    (empty / "models" / "rnn" / "gru.py").write_text(GOOD)
    text = "# -*- coding: latin-1 -*-\n" + GOOD.replace("gru", "irnn").replace("Toy", "Caf\u00e9")
    (empty / "models" / "rnn" / "irnn.py").write_bytes(text.encode("latin-1"))

    assert list(catalog.models()) == ["gru"]
    assert [error.path.endswith("irnn.py") for error in catalog.problems()] == [True]


PAIR = '''"""
question: Which?
pair: P52
arms: simple-rnn, lstm
budget: short
"""
CLAIMS = []
'''


@pytest.mark.parametrize("names", [("P52",), ("p52",), ("lstm", "simple-rnn")])
def test_a_broken_pair_is_told_with_file_and_line_under_every_name(empty, names):
    (empty / "pairs").mkdir()
    (empty / "pairs" / "p52_simple_rnn_lstm.py").write_text(PAIR.replace("budget: short\n", ""))

    with pytest.raises(BadContent, match="p52_simple_rnn_lstm.py:1: header lacks budget"):
        catalog.find_pair(*names)


def test_one_model_alone_names_the_pairs_it_takes_part_in():
    with pytest.raises(NotFound) as error:
        catalog.find_pair("lstm")
    assert "P52" in error.value.fix


def test_a_pair_takes_no_second_name():
    with pytest.raises(UsageProblem, match="no second name"):
        catalog.find_pair("P52", "lstm")


def test_two_files_with_one_id_are_a_fault(empty):
    (empty / "models" / "rnn" / "gru.py").write_text(GOOD)
    shutil.copytree(empty / "models" / "rnn", empty / "models" / "text")

    assert "also defined by" in catalog.problems()[0].what


def test_an_unknown_id_offers_the_nearest():
    with pytest.raises(NotFound, match="no model called 'lsmt'") as error:
        catalog.find("model", "lsmt")
    assert error.value.fix == "Did you mean lstm?"
    assert error.value.exit_code == 3


def test_a_pair_is_found_by_id_in_any_case_and_by_its_arms_in_any_order():
    by_id = catalog.find_pair("p52")

    assert by_id.id == "P52"
    assert catalog.find_pair("lstm", "simple-rnn") == by_id == catalog.find_pair("simple-rnn", "lstm")


def test_arms_that_form_no_pair_name_the_pairs_they_are_in():
    with pytest.raises(NotFound) as error:
        catalog.find_pair("lstm", "cnn")
    assert "P52" in error.value.fix


def written(folder, name, arms):
    """A pair file whose id is the first word of its name."""
    (folder / "pairs").mkdir(exist_ok=True)
    text = PAIR.replace("P52", name.split("_")[0].upper()).replace("simple-rnn, lstm", arms)
    (folder / "pairs" / f"{name}.py").write_text(text)


def test_two_names_find_a_pair_of_three_where_no_other_has_both(empty):
    written(empty, "t20_convolutions", "convolution-2d, group-convolution, depthwise-separable-convolution")
    written(empty, "p52_simple_rnn_lstm", "simple-rnn, lstm")

    assert catalog.find_pair("group-convolution", "convolution-2d").id == "T20"
    assert catalog.find_pair("lstm", "simple-rnn").id == "P52"


def test_names_that_meet_in_several_pairs_have_to_say_which(empty):
    written(empty, "p53_lstm_gru", "lstm, gru, simple-rnn")
    written(empty, "p54_lstm_gru", "gru, lstm, irnn")
    with pytest.raises(UsageProblem, match="gru and lstm meet in P53, P54") as error:
        catalog.find_pair("lstm", "gru")
    assert error.value.fix == "Say which: kdl compare P53"

    written(empty, "p55_lstm_gru", "gru, lstm")  # one that is about these two alone needs no more words
    assert catalog.find_pair("lstm", "gru").id == "P55"


def test_one_broken_pair_does_not_hide_another_that_two_names_find(empty):
    written(empty, "p52_simple_rnn_lstm", "simple-rnn, lstm")
    (empty / "pairs" / "p53_lstm_gru.py").write_text("no header")

    assert catalog.find_pair("lstm", "simple-rnn").id == "P52"


def test_an_id_is_found_by_its_file_name_and_no_other_file_is_read(empty, monkeypatch):
    written(empty, "p52_simple_rnn_lstm", "simple-rnn, lstm")
    written(empty, "p53_lstm_gru", "lstm, gru")
    (empty / "models" / "rnn" / "gru.py").write_text(GOOD)
    (empty / "models" / "rnn" / "lstm.py").write_text("no header")
    with monkeypatch.context() as alone:
        alone.setattr(catalog, "_read", lambda noun: pytest.fail("every file was read"))
        assert catalog.find("pair", "P52").path.name == "p52_simple_rnn_lstm.py"
        assert catalog.find("model", "gru").title == "Toy"


def test_a_file_that_is_called_like_another_pair_is_still_found_by_its_id(empty):
    written(empty, "p52_simple_rnn_lstm", "simple-rnn, lstm")
    (empty / "pairs" / "p52_simple_rnn_lstm.py").rename(empty / "pairs" / "p99_other.py")

    assert catalog.find("pair", "P52").path.name == "p99_other.py"
    with pytest.raises(NotFound):
        catalog.find("pair", "P99")


def test_a_size_that_build_does_not_have_is_a_usage_problem_with_a_suggestion():
    with pytest.raises(UsageProblem, match="no size called 'unit'") as error:
        catalog.build("lstm", unit=3)
    assert error.value.fix == "Did you mean units?"


def test_only_the_catalogue_imports_by_name_below_the_engines():
    """DESIGN: `catalog` makes the one permitted upward reach."""
    users = set()
    for path in catalog.PACKAGE.rglob("*.py"):
        room = path.relative_to(catalog.PACKAGE).parts[0]
        if room not in ("cli", "quiz", "grade", "pairs") and "import_module(" in path.read_text(encoding="utf-8"):
            users.add(path.relative_to(catalog.PACKAGE).as_posix())
    assert users == {"catalog.py"}


ALGORITHM = '''"""
title: Toy
entry: adam
paper: none
year: 2014
makes: optimizer
"""
'''


def test_an_optimizer_is_an_entry_by_its_header(empty):
    (empty / "optimizers").mkdir()
    (empty / "optimizers" / "adam.py").write_text(ALGORITHM)

    card = catalog.find("algorithm", "adam")

    assert (card.id, card.unit, card.year, card.makes) == ("adam", 2, 2014, "optimizer")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("entry: adam", "entry: adamax", "not in the atlas"),
        ("entry: adam", "entry: nadam", "must be called nadam.py"),
        ("2014", "soon", "must be a number"),
        ("makes: optimizer", "makes: sense", "makes must be optimizer or schedule"),
    ],
)
def test_what_the_header_of_an_algorithm_may_not_say(empty, old, new, wrong):
    (empty / "optimizers").mkdir()
    (empty / "optimizers" / "adam.py").write_text(ALGORITHM.replace(old, new))

    assert [wrong in error.what for error in catalog.problems()] == [True]


DECODER = '''"""
title: Toy
unit: 13
paper: none
year: 2019
makes: filter
"""
'''


def test_an_algorithm_that_the_atlas_does_not_have_says_its_unit(empty):
    (empty / "decoding").mkdir()
    (empty / "decoding" / "top_a_sampling.py").write_text(DECODER)

    assert catalog.problems() == []
    card = catalog.find("algorithm", "top-a-sampling")
    assert (card.id, card.unit, card.makes) == ("top-a-sampling", 13, "filter")


@pytest.mark.parametrize(
    ("file", "old", "new", "wrong"),
    [
        ("top_a_sampling", "unit: 13", "unit: 19", "a unit that is none"),
        ("top_a_sampling", "unit: 13\n", "", "header lacks entry"),
        ("top_a_sampling", "filter", "optimizer", "makes must be choice, filter or search"),
        ("beam_search", "filter", "search", "the atlas has an entry of this name"),
    ],
)
def test_what_the_header_of_a_decoder_may_not_say(empty, file, old, new, wrong):
    (empty / "decoding").mkdir()
    (empty / "decoding" / f"{file}.py").write_text(DECODER.replace(old, new))

    assert [wrong in error.what for error in catalog.problems()] == [True]


# ---- models that contain models ----------------------------------------------------------------------------------------


def test_the_arguments_of_a_whole_are_its_own_and_behind_them_those_of_its_parts():
    known = catalog.arguments("sentence-bert")

    assert list(known)[:4] == ["encoder", "pooling", "pad_id", "vocab_size"]
    assert set(known) == {"encoder", "pooling"} | set(catalog.arguments("bert"))


def test_a_part_is_built_with_the_sizes_of_the_whole_that_it_knows(keras):
    """Without a head BERT has V D + (N + 2) D + 2 D numbers before its blocks."""
    model = catalog.build("sentence-bert", vocab_size=11, width=8, num_heads=2, length=5, depth=0, pooling="max")

    assert model.count_params() == (11 + 5 + 2 + 2) * 8
    assert model.get_layer("pooling").pooling == "max"


def test_a_size_that_whole_and_part_have_goes_to_both(keras):
    """Filling hidden from the pooling alone would still be attended to."""
    model = catalog.build("sentence-bert", vocab_size=11, width=8, num_heads=2, pad_id=3)
    short = keras.ops.convert_to_tensor([[[4, 5], [6, 7]]])
    filled = keras.ops.pad(short, ((0, 0), (0, 0), (0, 4)), constant_values=3)

    assert float(model(short)[0, 0]) == pytest.approx(float(model(filled)[0, 0]), abs=1e-6)


@pytest.mark.parametrize("said", ["bert", {"depth": 0}, {"preset": "tiny"}, "a model"])
def test_a_part_may_be_an_id_a_mapping_or_a_model(keras, said):
    encoder = catalog.build("bert", head=False) if said == "a model" else said
    expected = {"depth": 0} if said == {"depth": 0} else {}
    part = catalog.build("bert", "tiny" if said == {"preset": "tiny"} else None, **{**expected, "head": False})

    assert catalog.build("sentence-bert", encoder=encoder).count_params() == part.count_params()


def test_sizes_of_the_whole_win_over_those_that_its_preset_gives_to_a_part(keras):
    given = catalog.build("sentence-bert", "tiny", width=12)

    assert (
        given.get_layer("encoder").output.shape[-1] == 12 != catalog.build("bert", "tiny").get_layer("hidden").output.shape[-1]
    )


def test_a_size_that_neither_whole_nor_part_has_is_refused():
    with pytest.raises(UsageProblem, match="sentence-bert has no size called 'widht'") as told:
        catalog.build("sentence-bert", widht=3)
    assert "width" in told.value.fix


def test_a_model_that_is_given_as_a_part_stays_as_it_is_and_can_be_trained_for_a_task(keras):
    """A task names the sizes of all that it trains, `vocab_size` among them: the part has its own."""
    from kdl.train.fit import Trainer
    from kdl.train.recipe import Recipe

    task = catalog.load(catalog.find("task", "graded-pairs")).make()
    encoder = catalog.build("bert", head=False, width=12, **task.sizes)
    trainer = Trainer("sentence-bert", task, Recipe(steps=1), encoder=encoder, pooling="max")

    assert trainer.model.count_params() == encoder.count_params()
    assert trainer.model.get_layer("pooling").pad_id == task.sizes["pad_id"]


def test_a_size_that_no_part_is_built_with_is_refused():
    with pytest.raises(UsageProblem, match="cannot use vocab_size here"):
        catalog.build("sentence-bert", encoder={"vocab_size": 20}, vocab_size=30)
    with pytest.raises(UsageProblem, match="cannot use segments here"):
        catalog.build("sentence-bert", encoder="gpt-1", segments=3)


def test_what_is_said_of_a_part_alone_wins_over_the_preset_and_the_whole(keras, monkeypatch):
    """V D + (N + 2) D + 2 D numbers, where the preset says of the whole V = 9 and D = 8, and of its part N = 5."""
    from kdl.models.matching import sentence_bert

    preset = {"encoder": {"length": 5, "depth": 0, "num_heads": 1}, "vocab_size": 9, "width": 8, "pad_id": 3}
    monkeypatch.setitem(sentence_bert.PRESETS, "odd", preset)

    def params(**overrides):
        return catalog.build("sentence-bert", "odd", **overrides).count_params()

    assert params() == (9 + 5 + 2 + 2) * 8
    assert params(length=7) == (9 + 7 + 2 + 2) * 8
    assert params(encoder={"width": 4, "depth": 0, "length": 6}) == (9 + 6 + 2 + 2) * 4


def test_a_model_that_is_a_part_of_itself_is_one_error(monkeypatch):
    from dataclasses import replace

    cards = {name: catalog.find("model", name) for name in ("bert", "sentence-bert")}
    cards["bert"] = replace(cards["bert"], parts={"inner": "sentence-bert"})
    monkeypatch.setattr(catalog, "find", lambda noun, name: cards[name])
    with pytest.raises(BadContent, match="parts go round in a circle: sentence-bert, bert, sentence-bert"):
        catalog.arguments("sentence-bert")
