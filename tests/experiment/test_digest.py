"""What a committed result depends on: code and data, not words about them."""

import itertools

import pytest

from kdl import catalog
from kdl.experiment import digest

SOURCE = '''"""
title: one thing
"""

import keras  # the framework


def build(units=3):
    """Build it."""
    text = """kept

    # not a comment"""
    return f"{units} # {text}", 'a # b'


class Cell:
    """A cell."""

    size = 4
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: one thing", "title: another"),
        ("  # the framework", ""),
        ("# the framework", "# something else"),
        ("Build it.", "Build it, carefully.\n\n    With care.\n    "),
        ("class Cell", "\n\n# why\nclass Cell"),
        ('    """A cell."""\n\n', ""),
    ],
)
def test_words_do_not_count(old, new):
    assert old in SOURCE
    assert digest.code(SOURCE.replace(old, new)) == digest.code(SOURCE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("units=3", "units=4"),
        ("size = 4", "size = 5"),
        ("kept\n\n", "kept\n"),  # a blank line inside a string is part of it
        ("# not a comment", "# not a  comment"),
        ("'a # b'", "'a # c'"),
        ("    size = 4", "    size = 4\n    depth = 1"),
        ("import keras", "import keras as k"),
    ],
)
def test_code_counts(old, new):
    assert old in SOURCE
    assert digest.code(SOURCE.replace(old, new)) != digest.code(SOURCE)


def test_no_two_lines_of_code_are_lost():
    """The stripped text still compiles to the same thing: only docstrings are gone."""
    scope = {}
    exec(digest.code(SOURCE).replace("import keras", ""), scope)
    assert scope["Cell"].size == 4
    assert scope["build"]()[0].startswith("3 # kept\n\n")


def names(card):
    return {path.relative_to(catalog.PACKAGE).as_posix() for path in digest.sources(card.path)}


@pytest.mark.contract
@pytest.mark.content
@pytest.mark.parametrize("pair", list(catalog.pairs()))
def test_a_pair_depends_on_its_models_tasks_data_and_training_and_not_on_the_engine(pair):
    card = catalog.find("pair", pair)
    found = names(card)
    assert card.path.relative_to(catalog.PACKAGE).as_posix() in found
    for arm in set(card.arms) & set(catalog.models()):
        assert catalog.find("model", arm).path.relative_to(catalog.PACKAGE).as_posix() in found
    rooms = {name.split("/")[0] for name in found}
    assert rooms <= digest.ROOMS | {"pairs"}
    if "train/fit.py" in found:
        assert "train/recipe.py" in found  # imported by what is imported


def test_p52_depends_on_the_generator_two_imports_away():
    assert {"data/adding.py", "tasks/adding.py", "tasks/__init__.py", "train/fit.py"} <= names(catalog.find("pair", "P52"))


def test_the_digest_does_not_depend_on_the_order_of_imports(tmp_path):
    """Files are hashed in the order of their names."""
    lines = ["from kdl.data import adding", "import kdl.tasks.adding", "from kdl.train import fit, recipe"]
    for number, order in enumerate(itertools.permutations(lines)):
        path = tmp_path / f"pair_{number}.py"
        path.write_text('"""\nquestion: q\narms: affine-transformation\n"""\n' + "\n".join(order))
        assert [file.name for file in digest.sources(path)[1:]] == [
            file.name for file in digest.sources(tmp_path / "pair_0.py")[1:]
        ]


def test_imports_inside_functions_are_followed(tmp_path):
    path = tmp_path / "lazy.py"
    path.write_text("def f():\n    from kdl.train.fit import Trainer\n    import kdl.data.adding as a\n")
    found = {file.relative_to(catalog.PACKAGE).as_posix() for file in digest.imports(path)}
    assert found == {"train/__init__.py", "train/fit.py", "data/__init__.py", "data/adding.py"}


def test_what_a_pair_names_in_its_code_counts_and_its_words_do_not(tmp_path):
    """`trained("mlp", "digits", optimizer="momentum")` depends on three files, and on the recorded digits."""
    path = tmp_path / "pair.py"
    path.write_text(
        '"""\nquestion: unlike lstm?\narms: sgd\n"""\nARM = trained("mlp", "digits", optimizer="momentum")  # gru\n'
    )
    found = {file.relative_to(catalog.PACKAGE).as_posix() for file in digest.sources(path)[1:]}
    assert {"models/mlp/mlp.py", "tasks/digits.py", "optimizers/momentum.py", "data/digits8.py"} <= found
    assert not {"models/rnn/lstm.py", "models/rnn/gru.py"} & found


def test_what_a_pair_imports_from_its_own_room_counts(tmp_path):
    path = tmp_path / "pair.py"
    path.write_text('"""\nquestion: q\narms: sgd\n"""\nfrom kdl.pairs._networks import stack\n')
    assert catalog.PACKAGE / "pairs" / "_networks.py" in digest.sources(path)


def test_what_a_named_model_is_built_of_counts(tmp_path):
    path = tmp_path / "pair.py"
    path.write_text('"""\nquestion: q\narms: sentence-bert\n"""\n')
    assert {"models/matching/sentence_bert.py", "models/transformer/bert.py", "layers/encoder_block.py"} <= {
        file.relative_to(catalog.PACKAGE).as_posix() for file in digest.sources(path)[1:]
    }
