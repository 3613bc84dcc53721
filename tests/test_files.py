"""Files of a folder that may come from anybody; the folders themselves are in tests/weights and tests/tokenizers."""

import os

import pytest

from kdl import files
from kdl.errors import UsageProblem


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/b", "/a", "a\\b", "C:a", "a\0", "a\n", "\ud800", "é" * 200, "a" * 256]
)
def test_what_is_no_name_of_a_file_in_the_folder(name, tmp_path):
    """A file system counts bytes: é has two."""
    with pytest.raises(UsageProblem, match="names a file"):
        files.inside(tmp_path, name)


def test_the_longest_names_are_names(tmp_path):
    for name in ("é" * 127, "a" * 255):
        (tmp_path / name).touch()
        assert files.there(tmp_path, name) and files.inside(tmp_path, name) == tmp_path.resolve() / name


def test_a_link_is_there_wherever_it_leads_and_a_missing_file_is_not(tmp_path):
    (tmp_path / "link").symlink_to("nothing")
    (tmp_path / "file").touch()

    assert [files.there(tmp_path, name) for name in ("link", "nothing", "file")] == [True, False, True]
    assert not files.there(tmp_path / "file", "x") and not files.there(tmp_path / "no", "x")


def test_a_text_is_read_up_to_its_bound_and_in_utf_8_only(tmp_path):
    path = tmp_path / "a"
    path.write_bytes("é\r\n".encode())

    assert files.text_file(path, 4) == "é\r\n"
    with pytest.raises(UsageProblem) as told:
        files.text_file(path, 3)
    assert "more than 3 bytes" in told.value.why
    path.write_bytes(b"\xff")
    with pytest.raises(UsageProblem) as told:
        files.text_file(path, 4)
    assert "UTF-8" in told.value.why


def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageProblem, match="no plain file"):
        files.text_file(tmp_path / "pipe", 4)
