"""`kdl model import`: a folder becomes a .keras file; the hub is asked only by name."""

import inspect
import json
import sys
from pathlib import Path

import made_folders
import numpy as np
import pytest
from made_folders import Fixture

from kdl.errors import UsageProblem

FAKE_HUB = '''
"""Stands for huggingface_hub: writes down what it was asked, and gives a folder or an error."""
import json, os
from . import errors

def snapshot_download(name, **options):
    with open(os.environ["FAKE_HUB"] + ".asked", "w") as file:
        json.dump({"name": name, **options}, file, default=str)
    match os.environ["FAKE_HUB_SAYS"]:
        case "offline":
            raise errors.LocalEntryNotFoundError("no snapshot")
        case "unknown":
            raise errors.RepositoryNotFoundError("404")
        case "broken":
            raise ValueError("the line was cut\\nand more")
    return os.environ["FAKE_HUB"]
'''
ASKED = ("allow_patterns", "ignore_patterns", "cache_dir", "etag_timeout")
FAKE_ERRORS = "class LocalEntryNotFoundError(OSError): ...\nclass RepositoryNotFoundError(OSError): ...\n"


@pytest.fixture
def gpt(tmp_path):
    fixture = Fixture("gpt-2-1")
    return made_folders.folder(tmp_path / "my gpt", fixture.config, fixture.weights)


@pytest.fixture
def hub(tmp_path, monkeypatch, gpt):
    """A package huggingface_hub that reaches no network."""
    package = tmp_path / "site" / "huggingface_hub"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(FAKE_HUB)
    (package / "errors.py").write_text(FAKE_ERRORS)
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("FAKE_HUB", str(gpt))
    for name in [name for name in sys.modules if name.partition(".")[0] == "huggingface_hub"]:
        monkeypatch.delitem(sys.modules, name)
    yield lambda says: monkeypatch.setenv("FAKE_HUB_SAYS", says)
    for name in [name for name in sys.modules if name.partition(".")[0] == "huggingface_hub"]:
        del sys.modules[name]


# ---- a folder --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_folder_becomes_a_file_that_answers_as_the_checkpoint(kdl, gpt, home, keras):
    from kdl import weights
    from kdl.train import saved

    done = kdl("model", "import", "gpt-2", gpt)
    path = home / "imports" / "gpt-2-my-gpt.keras"
    fixture = Fixture("gpt-2-1")

    assert done.code == 0, done.err
    count = sum(array.size for array in fixture.weights.values())
    assert f"parameters  {count:,}" in done.out and "that of the tokens" in done.out
    assert done.out.splitlines()[-1].startswith("next  kdl model export") and "--to saved-model" in done.out
    # Row 0 of the fixture has no token that only fills up, so it needs no mask.
    found = weights.run(saved.load(path), tokens=fixture.asked["tokens"][:1])
    np.testing.assert_allclose(
        found["logits"], fixture.answers["logits"][:1], rtol=0, atol=1e-5 * np.abs(fixture.answers["logits"]).max()
    )
    assert list(path.parent.iterdir()) == [path], "nothing half written is left"


@pytest.mark.slow
def test_the_result_as_json_and_where_it_was_asked_for(kdl, tmp_path, keras):
    fixture = Fixture("bert-1")
    width = fixture.config["hidden_size"]
    more = {"bert.pooler.dense.weight": np.ones((width, width)), "bert.pooler.dense.bias": np.ones(width)}
    folder = made_folders.folder(tmp_path / "bert", fixture.config, fixture.weights | more)
    said = json.loads(kdl("model", "import", "bert", folder, "--out", tmp_path / "b.keras", "--json").out)

    assert said["schema"] == "kdl.import/1" and said["path"] == str(tmp_path / "b.keras") and said["hub"] is None
    assert said["bytes"] == (tmp_path / "b.keras").stat().st_size
    assert said["params"] == sum(array.size for array in fixture.weights.values())
    assert said["unused"] == ["pooler.dense.bias", "pooler.dense.weight"] and said["own_head"] is False
    assert said["sizes"]["width"] == width


@pytest.mark.slow
def test_the_tokenizer_beside_the_weights_is_the_next_thing_to_try(kdl, gpt, keras):
    (gpt / "tokenizer.json").write_text("{}")

    assert f"kdl tokenize \"What is attention?\" --vocab '{gpt}'" in kdl("model", "import", "gpt-2", gpt).out


@pytest.mark.slow
def test_weights_that_overflow_are_refused(kdl, tmp_path, keras, home):
    fixture = Fixture("gpt-2-1")
    huge = fixture.weights | {"transformer.ln_f.weight": np.full(15, 3e38, np.float32)}
    done = kdl("model", "import", "gpt-2", made_folders.folder(tmp_path / "gpt", fixture.config, huge))

    assert done.code == 2 and "no finite numbers" in done.err and done.out == ""
    assert not (home / "imports").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["gpt-2"], 2, "Name one checkpoint"),
        (["gpt-2", "folder", "--from-hub", "x/y"], 2, "Name one checkpoint"),
        (["gpt-3", "folder"], 3, "gpt-2"),
        (["lstm", "folder"], 2, "bert, gpt-1, gpt-2"),
        (["gpt-2", "nowhere"], 2, "no folder"),
        (["gpt-2", "nowhere", "--out", "model.h5"], 2, "model.keras"),
        (["gpt-2", "nowhere", "--out", __file__], 2, ".keras"),
    ],
)
def test_what_cannot_be_is_refused_without_keras(kdl_process, words, code, said):
    done = kdl_process("model", "import", *words)

    assert done.code == code and said in done.err and "Traceback" not in done.err and "Loading Keras" not in done.err


def test_a_file_that_is_there_is_kept(kdl, gpt, tmp_path):
    (tmp_path / "kept.keras").write_text("mine")
    done = kdl("model", "import", "gpt-2", gpt, "--out", tmp_path / "kept.keras")

    assert done.code == 2 and (tmp_path / "kept.keras").read_text() == "mine"


@pytest.mark.parametrize("source", ["another folder of that name", "the hub"])
def test_a_file_that_is_there_from_another_source_is_kept_too(source, kdl, gpt, home):
    """Both are called `my-gpt.keras` where no --out is named; refused before anything is fetched."""
    path = home / "imports" / "gpt-2-my-gpt.keras"
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    done = kdl("model", "import", "gpt-2", *([gpt] if source != "the hub" else ["--from-hub", "my/gpt"]))

    assert done.code == 2 and "there already" in done.err and "--out" in done.err and "Fetching" not in done.err
    assert path.read_text() == "mine"


def test_tab_offers_the_models_that_are_read():
    from kdl.cli.model_import import _models

    assert [item.value for item in _models(None, None, "g")] == ["gpt-1", "gpt-2"]


# ---- the hub ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_only_safe_files_are_fetched_into_the_cache_with_a_time_limit(kdl, hub, gpt, home, keras):
    hub("here")
    done = kdl("model", "import", "gpt-2", "--from-hub", "openai-community/gpt2")
    asked = json.loads(Path(f"{gpt}.asked").read_text())

    assert done.code == 0, done.err
    assert (home / "imports" / "gpt-2-openai-community-gpt2.keras").is_file()
    assert set(asked) == {"name", *ASKED}
    assert asked["name"] == "openai-community/gpt2" and asked["cache_dir"] == str(home / "cache" / "hub")
    assert 0 < asked["etag_timeout"] <= 10 and asked["ignore_patterns"] == "*/*"
    assert set(asked["allow_patterns"]) == {
        "config.json", "*.safetensors", "*.safetensors.index.json", "tokenizer.json", "tokenizer_config.json",
        "special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt",
    }  # fmt: skip


def test_what_a_killed_import_from_the_hub_left_is_taken_up_again(kdl, hub, gpt, tmp_path, monkeypatch):
    """A vocabulary that equals the fetched one is no obstacle: the checkpoint is read next. Another one is."""

    def read(name, path):
        raise UsageProblem("The checkpoint is read now.", fix="-")

    hub("here")
    monkeypatch.setattr("kdl.weights.plan.made", read)
    for folder in (gpt, tmp_path / "a.vocab"):
        folder.mkdir(exist_ok=True)
        (folder / "merges.txt").write_text("a b")
    words = ["model", "import", "gpt-2", "--from-hub", "x/y", "--out", tmp_path / "a.keras"]
    assert "The checkpoint is read now." in kdl(*words).err

    (tmp_path / "a.vocab" / "merges.txt").write_text("mine")
    assert "a.vocab is there already" in kdl(*words).err
    (tmp_path / "a.vocab" / "merges.txt").unlink()
    (tmp_path / "a.vocab" / "merges.txt").mkdir()
    assert "a.vocab is there already" in kdl(*words).err


@pytest.mark.requires("tokenizers")
def test_the_real_package_takes_what_the_fake_one_is_asked_with():
    """It is there wherever `tokenizers` is, which needs it. No network is used."""
    import huggingface_hub
    from huggingface_hub import errors

    inspect.signature(huggingface_hub.snapshot_download).bind("x/y", **dict.fromkeys(ASKED))
    assert issubclass(errors.LocalEntryNotFoundError, Exception) and issubclass(errors.RepositoryNotFoundError, Exception)


@pytest.mark.parametrize(
    ("says", "code", "said"), [("offline", 4, "cannot be reached"), ("unknown", 2, "no such model"), ("broken", 4, "was cut")]
)
def test_a_hub_that_gives_nothing_is_one_clear_error(kdl, hub, says, code, said):
    hub(says)
    done = kdl("model", "import", "gpt-2", "--from-hub", "openai-community/gpt2")

    assert done.code == code and said in done.err and "and more" not in done.err and "Traceback" not in done.err


def test_without_the_package_the_install_line_is_told(kdl, monkeypatch):
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "huggingface_hub" else real(name, *a))
    done = kdl("model", "import", "gpt-2", "--from-hub", "openai-community/gpt2")

    assert done.code == 4 and "pip install" in done.err and "[weights]" in done.err


@pytest.mark.parametrize("name", ["../x", "a/b/c", "https://x/y", "a b/c", "", "/x", "a/..", "a--b/c"])
def test_a_name_that_cannot_be_is_not_asked_for(kdl, hub, name):
    done = kdl("model", "import", "gpt-2", "--from-hub", name)

    assert done.code == 2 and "no name on the hub" in done.err
