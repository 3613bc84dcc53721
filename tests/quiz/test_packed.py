"""A packed dictionary is the dictionary that it was made of."""

import json

from hypothesis import given
from hypothesis import strategies as st

from kdl.quiz import library
from kdl.quiz.packed import Packed

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), values, max_size=6))
def test_it_reads_as_the_dictionary_does(one):
    """Names in their order, values of their types, and equal to it from both sides."""
    packed = Packed(one)

    assert list(packed) == list(one) and len(packed) == len(one) and repr(packed) == repr(one)
    assert packed == one and one == packed and packed == Packed(one)
    assert {**packed, "more": 1} == {**one, "more": 1}
    assert all(packed[name] == one[name] and (name in packed) for name in one) and packed.get("no such") == one.get("no such")


def test_a_loaded_item_writes_the_record_that_it_was_read_from():
    """Every committed items.json: nothing is lost by packing, and what is written is plain JSON again."""
    for folder in library.unit_folders():
        if (folder / library.FILE).is_file():
            stored = json.loads((folder / library.FILE).read_text(encoding="utf-8"))["items"]
            _, items, _ = library._load(folder / library.FILE)
            assert json.loads(json.dumps([item.record() for item in items])) == stored
