"""The tools that some tests need; each is a failure where KDL_REQUIRE names it, and a printed skip elsewhere."""

import pytest


@pytest.mark.parametrize("tool", ["bwrap", "chromium", "jax", "onnx", "tokenizers"])
def test_the_tool_runs(tool, request):
    from selection import available, required

    if not available(tool) and not required(tool):
        pytest.skip(f"{tool} does not run here; the tests that need it are skipped")
    assert available(tool), f"KDL_REQUIRE names {tool}, and it does not run"
