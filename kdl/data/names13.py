"""
title: Person names in 13 languages
kind: real
source: Faker 40.54.0, first and last names of 13 locales
licence: MIT, (c) 2012 Daniele Faraglia
counts: 7,315 names in 13 languages: 5,876 to train, 1,439 to test
file: vendored/names13.txt
sha256: 56dd4a5bc7e86d8ad6fc65ac38cbb96c3eeec4393a7b44286193d2c1e600a3de

First and last names as they are written, one word each, at most 600 to a language. A name that two languages share
stands in the list once for each of them, so no classifier can be right every time.

The split depends on the name alone: a name that is tested never occurs in training, whichever language it came with.
"""

import zlib
from pathlib import Path

FILE = Path(__file__).with_name("vendored") / "names13.txt"

LANGUAGES = (
    "Czech", "Dutch", "English", "Finnish", "French", "German", "Hungarian", "Icelandic", "Irish", "Italian", "Polish",
    "Spanish", "Turkish",
)  # fmt: skip


def names():
    """Every (language, name), sorted by language, then by name."""
    return [tuple(line.split("\t")) for line in FILE.read_text(encoding="utf-8").splitlines()]


def spell(name):
    """Lower-case letters of a name; the Turkish dotted capital would become two of them otherwise."""
    return name.replace("İ", "i").lower()


def held_out(name):
    """Whether a name belongs to the test set: one in five, by a checksum of its lower-case letters."""
    return zlib.crc32(name.lower().encode()) % 5 == 0


def split():
    """(training, test): two lists of (language, name) that share no name."""
    parts = ([], [])
    for language, name in names():
        parts[held_out(name)].append((language, name))
    return parts
