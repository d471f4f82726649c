"""The contract of a node is proper OpenAPI 3.1, with examples that it allows itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

if TYPE_CHECKING:
    from conformance.law import Law

METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


@pytest.fixture(scope="module")
def contract(law: Law) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load((law.folder / "interfaces" / "openapi.yaml").read_bytes(), Loader=loader))  # noqa: S506 - safe


def operations(contract: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, one)
        for path, item in contract["paths"].items()
        for method, one in item.items()
        if method in METHODS
    ]


def test_contract_is_valid(contract: dict[str, Any]) -> None:
    validate(contract, cls=OpenAPIV31SpecValidator)

    assert "3.1." in contract["openapi"]


def test_operations_are_told_apart(contract: dict[str, Any]) -> None:
    names = [one["operationId"] for _, _, one in operations(contract)]

    assert len(set(names)) == len(names)
    assert 80 < len(names)


def test_probed_paths_are_in_the_contract(law: Law, contract: dict[str, Any]) -> None:
    probed = {one.probe.split("?")[0] for one in law.classes().values() if one.probe}
    served = {path for method, path, _ in operations(contract) if method == "get"}
    templates = {"/ogc/collections/catalog": "/ogc/collections/{collectionId}"}

    assert set() == {path for path in probed if path not in served and templates.get(path) not in served}


def test_operations_speak_both_languages(contract: dict[str, Any]) -> None:
    silent = [
        f"{method} {path}"
        for method, path, one in operations(contract)
        if not one.get("summary") or not one.get("x-summary-zh")
    ]

    assert [] == silent
