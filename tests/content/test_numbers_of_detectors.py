"""What topics show behind `>>>` is what their lines print, one block after the other."""

import doctest
import re

import numpy as np
import pytest

from kdl import content

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.content("one-stage-detectors", "sentence-embeddings", "vae-and-gan", "bert-and-gpt", "subword-tokenisation"),
]

TOPICS = {  # file -> how many lines it shows at least
    "09-object-detection/one-stage-detectors.md": 30,
    "17-matching-recommendation-multimodal-and-generative-models/sentence-embeddings.md": 10,
    "17-matching-recommendation-multimodal-and-generative-models/vae-and-gan.md": 10,
    "14-the-transformer-and-subword-tokenisation/subword-tokenisation.md": 4,
    "15-pretrained-language-models/bert-and-gpt.md": 4,
}


@pytest.mark.parametrize("name", TOPICS)
def test_every_worked_number_is_printed_by_its_lines(name):
    topic = content.quizzes() / name
    blocks = re.findall(r"^```python\n(>>> .*?)^```$", topic.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = doctest.DocTestParser().get_doctest("\n".join(blocks), {"np": np}, topic.stem, str(topic), 0)
    said = []

    failed, tried = doctest.DocTestRunner(verbose=False).run(lines, out=said.append)

    assert (failed, "".join(said)) == (0, "") and tried >= TOPICS[name]
