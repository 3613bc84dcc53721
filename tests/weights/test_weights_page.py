"""docs/weights.md: the table of what is proven is that of the fixtures."""

import re
from pathlib import Path

from made_folders import MODELS, Fixture

from kdl.weights import hub, plan

PAGE = Path(__file__).resolve().parents[2] / "docs" / "weights.md"
NAMES = {"bert": ("num_hidden_layers", "hidden_size", "num_attention_heads", "hidden_act", "layer_norm_eps")}
GPT = ("n_layer", "n_embd", "n_head", "layer_norm_epsilon")
NAMES |= {"gpt-1": (*GPT[:3], "afn", GPT[3]), "gpt-2": (*GPT[:3], "activation_function", GPT[3])}


def described(fixture) -> list[str]:
    """The cells of a row that are facts of the fixture."""
    reference = str(fixture.answers["reference"])
    sizes = [fixture.config[key] for key in NAMES[fixture.model_id]]
    return [
        fixture.name,
        reference.split(",")[0].rpartition(".")[2],
        *(f"{size:g}" if isinstance(size, float) else str(size) for size in sizes),
    ]


def rows() -> dict[str, list[str]]:
    text = PAGE.read_text(encoding="utf-8")
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", text, re.M)]
    return {row[0]: row for row in found if row[0] in MODELS}


def test_the_table_has_one_row_for_each_fixture_with_its_facts():
    found = rows()

    assert list(found) == list(MODELS)
    for name in MODELS:
        *facts, hidden, logits, losses = found[name]
        assert facts == described(Fixture(name))
        assert all(0 < float(share) <= 1e-5 for share in (hidden, logits, losses)), "what the tests hold"


def test_the_page_names_what_is_read_and_what_is_fetched():
    text = PAGE.read_text(encoding="utf-8")

    for name, family in plan.FAMILIES.items():
        assert f"| `{name}` | `{family.TYPE}` |" in text
    assert all(f"`{file}`" in text for file in hub.TOKENIZER)
