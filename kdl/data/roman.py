"""
title: Roman numerals
kind: generated
source: spelled from the numbers, by the rules that are taught at school
licence: none needed: made by a rule
counts: 999 numerals of 7 letters: 810 to train, 189 to test

The numbers from 1 to 999 and their numerals, I to CMXCIX. A numeral has one to twelve letters: hundreds, then tens, then
ones, and nothing for a zero. So its length says little about the number (D is 500, DCCCLXXXVIII is 888), and no letter says
by itself what it stands for: X adds ten in XI, takes ten away in XC, and makes a nine of the I before it in IX.

The split depends on the number alone.
"""

import zlib

import numpy as np

LETTERS = "IVXLCDM"
LARGEST, LONGEST = 999, 12  # DCCCLXXXVIII has the most letters
NOTHING = -1  # the answer where none is asked for
PATTERNS = ("", "a", "aa", "aaa", "ab", "b", "ba", "baa", "baaa", "ac")  # a digit in the letters of its place


def spell(number):
    """`949` -> `"CMXLIX"`."""
    if not 1 <= number <= LARGEST:
        raise ValueError(f"number must be from 1 to {LARGEST}. Received: number={number}")
    letters = [LETTERS[4:7], LETTERS[2:5], LETTERS[0:3]]  # C D M, X L C, I V X: one, five and ten of each place
    pairs = zip(digits(number), letters, strict=True)
    return "".join(PATTERNS[digit].translate(str.maketrans("abc", place)) for digit, place in pairs)


def digits(number):
    """`49` -> `[0, 4, 9]`: hundreds, tens and ones."""
    return [int(digit) for digit in f"{number:03d}"]


def held_out(number):
    """Whether a number belongs to the test set: one in five, by a checksum of its digits."""
    return zlib.crc32(str(number).encode()) % 5 == 0


def split():
    """(training, test): two lists of numbers, in order."""
    parts = ([], [])
    for number in range(1, LARGEST + 1):
        parts[held_out(number)].append(number)
    return parts


def steps(numbers):
    """Their numerals as one-hot letters (B, T, M) float32, filled with zero vectors in front: the last step is a letter."""
    x = np.zeros((len(numbers), LONGEST, len(LETTERS)), np.float32)
    for row, number in enumerate(numbers):
        columns = [LETTERS.index(letter) for letter in spell(number)]
        x[row, np.arange(LONGEST - len(columns), LONGEST), columns] = 1
    return x


def shown(x):
    """The numeral that one row of `steps` spells, as a reader sees it."""
    return "".join(LETTERS[step.argmax()] for step in x if step.any())
