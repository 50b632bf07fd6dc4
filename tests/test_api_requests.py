"""The JSON API request by request (tests/cases/api.yaml), each answer held to its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

import api_contract

CASES = yaml.load(
    (Path(__file__).parent / "cases" / "api.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
METHODS = ("get", "post", "put", "delete")
SOURCES = {"D": "source=declarations", "T": "source=table"}


def name(case: dict[str, Any]) -> str:
    return next(f"{method} {case[method]}" for method in METHODS if method in case)


def part_of(wanted: Any, found: Any) -> bool:
    """Whether what is wanted is in what was found; words stand for numbers, null and truth."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            key in found and part_of(one, found[key]) for key, one in wanted.items()
        )
    if isinstance(wanted, list):
        if not wanted:
            return found == []
        return isinstance(found, list) and len(found) >= len(wanted) and all(map(part_of, wanted, found))
    plain = {None: "null", True: "true", False: "false"}
    return str(wanted) == (plain[found] if found is None or isinstance(found, bool) else str(found))


def sent(client: TestClient, case: dict[str, Any]) -> Any:
    method = next(method for method in METHODS if method in case)
    path, _, query = case[method].partition("?")
    head, _, rest = query.partition("&")
    if head in SOURCES:
        query = SOURCES[head] + (f"&{rest}" if rest else "")
    headers = {"accept": case["accept"]} if "accept" in case else {}
    options: dict[str, Any] = {}
    if "body" in case:
        options["json"] = 3 if case["body"] == "3" else plainly(case["body"])
    if "raw" in case:
        options["content"], headers["content-type"] = case["raw"], case.get("type", "application/json")
    return client.request(
        method, f"/api/v1{path}" + (f"?{query}" if query else ""), headers=headers, **options
    )


def plainly(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: 3 if one == "3" else one for key, one in body.items()}
    return body


@pytest.mark.parametrize("case", CASES, ids=name)
def test_each_request(app_client: TestClient, case: dict[str, Any]) -> None:
    answer = sent(app_client, case)
    text = answer.content.decode("utf-8", "replace")
    assert answer.status_code == int(case.get("status", 200)), text[:500]
    method, path = answer.request.method, answer.request.url.path
    api_contract.hold(method, path, answer.status_code, answer.headers["content-type"], answer.content)
    if "code" in case:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == case["code"], text
        assert answer.json()["status"] == answer.status_code
    if "json" in case:
        assert part_of(case["json"], answer.json()), text[:2000]
    for piece in case.get("has", ()):
        assert piece in text.replace('\\"', '"'), text[:2000]
    for header, piece in case.get("headers", {}).items():
        assert piece in answer.headers[header], answer.headers


def test_every_operation_has_a_case() -> None:
    asked = {name(case).partition("?")[0] for case in CASES}
    for path, item in api_contract.document()["paths"].items():
        for method in item:
            near = (
                one
                for one in asked
                if api_contract.operation(method, f"/api/v1{one.split()[1]}") is item[method]
            )
            assert any(near) or path.endswith("openapi.json"), (method, path)


def test_the_document_describes_all_of_itself() -> None:
    document = api_contract.document()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for path, item in document["paths"].items():
        for one in item.values():
            assert one["summary"], path
            for parameter in one["parameters"]:
                told = api_contract.resolved(parameter)
                assert told["description"], (path, told)
                schema = told["schema"]
                Draft202012Validator.check_schema(schema)
                if "example" in told:
                    assert Draft202012Validator(schema).is_valid(told["example"]), (path, told["name"])
            assert {"200", "422", "429", "503"} <= set(one["responses"])
