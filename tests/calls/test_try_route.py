"""`vigie try route`: the documented files, and what is said of files that cannot be used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vigie.config.cli.try_route import NoSuchFile, UnreadableSituation, try_route

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def refused(tmp_path: Path, text: str, name: str = "situation.yaml") -> dict[str, Any]:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(UnreadableSituation) as refusal:
        try_route(file)
    assert refusal.value.code == "unreadable_situation"
    return refusal.value.details


def given_to(name: str) -> dict[str, str]:
    return {one["call"]: one["agent"] for one in try_route(EXAMPLES / name)["assignments"]}


def test_the_examples_of_the_documentation_say_what_it_says() -> None:
    assert given_to("route-critical-first.yaml") == {"line-stopped": "amel"}
    assert given_to("route-reserve.yaml") == {"first": "amel"}
    assert given_to("route-missing-skill.yaml") == {"german": "amel"}
    assert given_to("route-leave-empty.yaml") == {}


def test_those_left_are_given_a_reason_and_a_way() -> None:
    empty = {one["call"]: one for one in try_route(EXAMPLES / "route-leave-empty.yaml")["unmatched"]}

    assert (empty["alone"]["diversion"], empty["alone"]["way"]) == ("leave_empty", "callback")
    assert (empty["refused"]["diversion"], empty["refused"]["way"]) == ("overflow", "oncall")
    assert try_route(EXAMPLES / "route-reserve.yaml")["unmatched"][0]["reasons"] == ["reserved"]


def test_every_field_of_an_answer_is_plain_json() -> None:
    for file in sorted(EXAMPLES.glob("route-*.yaml")):
        decision = try_route(file)
        assert json.loads(json.dumps(decision)) == decision
        assert [place["position"] for place in decision["order"]]


def test_the_same_situation_may_be_written_in_json(tmp_path: Path) -> None:
    file = tmp_path / "situation.json"
    file.write_text('{\n\t"agents": [{"id": 7}],\n\t"calls": [{"id": 1, "client": 3, "stakes": "critical"}]\n}')

    assert try_route(file)["assignments"][0]["agent"] == "7"


def test_a_wrong_word_is_found_by_line_and_field(tmp_path: Path) -> None:
    details = refused(tmp_path, "agents:\n  - id: amel\n    state: asleep\n")

    assert (details["line"], details["field"]) == (3, "agents[0].state")
    assert "available" in details["what"]


def test_a_field_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "calls:\n  - id: a\n    client: c\n    waitd_s: 3\n")["field"] == "calls[0]"


def test_a_setting_that_cannot_be_used_names_its_client(tmp_path: Path) -> None:
    details = refused(tmp_path, "policies:\n  conditia:\n    ring_s: 15\n    reserve: many\n")

    assert (details["line"], details["field"]) == (4, "policies.conditia.reserve")


def test_a_missing_field_a_double_and_a_negative_wait_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "calls:\n  - id: a\n")["field"] == "calls[0]"
    assert refused(tmp_path, "agents:\n  - id: a\n  - id: a\n")["line"] == 3
    assert refused(tmp_path, "agents:\n  - id: a\n    tier: 1\n    tier: 2\n")["line"] == 4
    assert refused(tmp_path, "calls:\n  - {id: a, client: c, waited_s: -1}\n")["field"] == "calls[0].waited_s"
    assert refused(tmp_path, "calls:\n  - {id: a, client: c, waited_s: .nan}\n")["field"] == "calls[0].waited_s"
    assert refused(tmp_path, "calls:\n  - {id: a, client: c, excluded: [bob]}\n")["field"] == "calls[0].excluded[0]"


def test_a_text_that_is_neither_yaml_nor_json_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "agents: [\n")["line"] == 2
    assert refused(tmp_path, '{"agents": [\n}', name="situation.json")["line"] == 2
    assert refused(tmp_path, "")["what"] == "the file is empty"
    assert refused(tmp_path, "- just\n- a list\n")["line"] == 1


def test_a_file_that_is_not_there_has_a_code_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        try_route(tmp_path / "absent.yaml")


def test_the_rule_is_tried_without_django() -> None:
    code = "import sys, vigie.config.cli.try_route; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
