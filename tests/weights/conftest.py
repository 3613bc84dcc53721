"""A sound checkpoint, which a test spoils in one place."""

import made_folders
import pytest
from made_folders import MISSING, Fixture


@pytest.fixture
def gpt(tmp_path):
    """Write a sound checkpoint of GPT-2, with changes."""
    fixture = Fixture("gpt-2-1")

    def write(change=None, arrays=None, **how):
        config = {key: value for key, value in (fixture.config | (change or {})).items() if value is not MISSING}
        weights = {key: value for key, value in (fixture.weights | (arrays or {})).items() if value is not MISSING}
        return made_folders.folder(tmp_path / "gpt", config, weights, **how)

    return write
