"""`kdl doctor`: a check that fails says how to mend it, and the doctor never crashes."""

import json

import pytest

from kdl.cli import doctor
from kdl.errors import ENVIRONMENT, EnvironmentProblem


def test_every_check_of_a_sound_installation_passes(kdl):
    result = kdl("doctor", "--json")

    said = json.loads(result.out)
    assert said["schema"] == "kdl.doctor/1"
    assert [check["name"] for check in said["checks"]] == [check.__name__ for check in doctor.CHECKS]
    assert {check["status"] for check in said["checks"]} <= {"pass", "skip"}, said
    assert result.code == 0


def test_an_unwritable_home_fails_with_its_cure_and_exit_4(kdl, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KDL_HOME", str(tmp_path / "file" / "home"))

    result = kdl("doctor", "--fast", "--json")

    checks = {check["name"]: check for check in json.loads(result.out)["checks"]}
    assert result.code == ENVIRONMENT
    assert checks["home"]["status"] == checks["database"]["status"] == "fail"
    assert "KDL_HOME" in checks["home"]["fix"]
    assert checks["content"]["status"] == "pass"


@pytest.mark.parametrize("error", [EnvironmentProblem("no", fix="do this"), RuntimeError("boom")])
def test_an_error_in_a_check_is_a_failed_check(error):
    def broken():
        raise error

    outcome = doctor.examine(broken)

    assert (outcome.name, outcome.status) == ("broken", "fail")
    assert outcome.fix
