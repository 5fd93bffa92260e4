"""What is said of a wrong request: the field as the person knows it, one problem each, no word of pydantic's types."""

from __future__ import annotations

import pytest

from .conftest import Served

JSON = {"content-type": "application/json"}
WRONG = [
    (b'{"what": 3}', "what", 3, "text or an object", "openapi"),
    (b'{"what": null}', "what", None, "text or an object", "openapi"),
    (b'{"what": "' + b"x" * 1_000_001 + b'"}', "what", "x" * 199 + "…", "at most 1000000 characters", "openapi"),
    (b"{}", "what", "missing", "a value", "openapi"),
    (b"[]", "body", "[]", "an object", "openapi"),
    (b"", "body", "missing", "a value", "openapi"),
    (b'{"what": 1', "body", "no JSON", "JSON in UTF-8", "at character 11"),
    (b'{"what": "\xff"}', "body", "no text in UTF-8", "JSON in UTF-8", "Byte 0xff at offset 10"),
    (b"[" * 100_000, "body", "nested too deeply", "JSON of few levels", "five"),
]


@pytest.mark.parametrize(("body", "field", "value", "allowed", "try_next"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_body(served: Served, body: bytes, field: str, value: object, allowed: str, try_next: str) -> None:
    answer = served.ask("POST", "/api/experiment", content=body, headers=JSON)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["field"], problem["value"], problem["allowed"]) == (field, value, allowed)
    assert try_next in problem["try_next"]


def test_places_in_lists_and_several_faults_are_named(served: Served) -> None:
    answer = served.ask("POST", "/api/sessions", json={"experiments": [{}, 3, "x"]})
    assert [each["field"] for each in answer.json()["problems"]] == ["experiments.1", "experiments.2"]
    none = served.ask("POST", "/api/sessions", json={"experiments": []}).json()["problems"][0]
    assert none["allowed"] == "at least 1 item"


def test_a_body_that_is_not_said_to_be_json(served: Served) -> None:
    (problem,) = served.ask("POST", "/api/experiment", content=b'{"what": "moons"}').json()["problems"]
    assert (problem["field"], problem["allowed"]) == ("body", "content-type: application/json")


def test_a_wrong_question(served: Served) -> None:
    (problem,) = served.ask("GET", "/api/runs/x/export", params={"to": "pdf"}).json()["problems"]
    assert (problem["field"], problem["allowed"]) == ("to", "'script', 'notebook' or 'csv'")
