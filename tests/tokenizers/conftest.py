"""What the public packages said (`tools/tokenizer_fixture.py`), and folders with their vocabularies."""

import gzip
import json
from pathlib import Path

import pytest

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "tokenizers.json.gz"


@pytest.fixture(scope="session")
def said():
    """The answers of the packages."""
    return json.loads(gzip.decompress(FIXTURE.read_bytes()))


@pytest.fixture(scope="session")
def folders(said, tmp_path_factory):
    """Name -> a folder with its tokenizer.json."""
    made = {name: tmp_path_factory.mktemp(name) for name in ("uncased", "cased", "gpt-2")}
    for name, folder in made.items():
        (folder / "tokenizer.json").write_text(json.dumps(said[name]["file"]), encoding="utf-8")
    return made
