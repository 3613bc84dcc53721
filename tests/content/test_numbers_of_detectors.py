"""What the topic of detectors shows behind `>>>` is what its lines print, one block after the other."""

import doctest
import re

import numpy as np
import pytest

from kdl import content

pytestmark = [pytest.mark.oracle, pytest.mark.content("one-stage-detectors")]

TOPIC = content.quizzes() / "09-object-detection" / "one-stage-detectors.md"


def test_every_worked_number_is_printed_by_its_lines():
    blocks = re.findall(r"^```python\n(>>> .*?)^```$", TOPIC.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = doctest.DocTestParser().get_doctest("\n".join(blocks), {"np": np}, TOPIC.stem, str(TOPIC), 0)
    said = []

    failed, tried = doctest.DocTestRunner(verbose=False).run(lines, out=said.append)

    assert (failed, "".join(said)) == (0, "") and tried >= 20
