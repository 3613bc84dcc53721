"""What a model is asked: one error for all that it does not take."""

import re

import numpy as np
import pytest

from kdl import catalog, weights
from kdl.errors import UsageProblem

LONGEST, V, SEGMENTS = 9, 11, 3  # of the preset "tiny" of bert and gpt-2

WRONG = {
    "rows of different lengths": ({"tokens": [[1, 2], [3]]}, "different lengths"),
    "a mask of rows of different lengths": ({"tokens": [[1, 2], [3, 4]], "mask": [[1, 1], [1]]}, "different lengths"),
    "one row without a batch": ({"tokens": [1, 2]}, r"\(B, T\)"),
    "no text": ({"tokens": np.zeros((0, 3), int)}, r"\(B, T\)"),
    "too long": ({"tokens": np.ones((1, LONGEST + 1), int)}, f"to {LONGEST}"),
    "a text of letters": ({"tokens": [["a", "b"]]}, "whole numbers"),
    "fractions": ({"tokens": [[1.0, 2.0]]}, "whole numbers"),
    "a token that there is not": ({"tokens": [[0, V]]}, f"from 0 to {V - 1}"),
    "a negative token": ({"tokens": [[0, -1]]}, "Received: -1"),
    "a segment that there is not": ({"tokens": [[1, 2]], "segments": [[0, SEGMENTS]]}, f"from 0 to {SEGMENTS - 1}"),
    "a mask of another shape": ({"tokens": [[1, 2]], "mask": [[1]]}, r"of shape \(1, 2\)"),
    "a mask that weighs": ({"tokens": [[1, 2]], "mask": [[1, 2]]}, "from 0 to 1"),
}


@pytest.fixture
def bert(keras):
    return catalog.build("bert", "tiny", inputs=("tokens", "segments", "mask"))


@pytest.mark.parametrize("case", WRONG)
def test_what_a_model_does_not_take_is_refused(case, bert):
    given, said = WRONG[case]
    with pytest.raises(UsageProblem) as told:
        weights.run(bert, **given)

    assert re.search(said, f"{told.value.what} {told.value.why}")


def test_what_is_not_given_is_one_segment_and_no_place_hidden(bert):
    tokens = np.arange(6).reshape(2, 3)
    expected = weights.run(bert, tokens=tokens, segments=0 * tokens, mask=0 * tokens + 1)

    np.testing.assert_array_equal(weights.run(bert, tokens=tokens.tolist())["hidden"], expected["hidden"])


def test_an_input_that_the_model_has_not_and_a_model_that_is_none(keras):
    gpt = catalog.build("gpt-2", "tiny")
    with pytest.raises(UsageProblem, match="takes no segments"):
        weights.run(gpt, tokens=[[1, 2]], segments=[[0, 0]])
    with pytest.raises(UsageProblem, match="is no model"):
        weights.run(catalog.build("char-rnn", vocab_size=5), tokens=[[1, 2]])
