"""The contract of a node is proper OpenAPI 3.1, with examples that it allows itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from conformance.law.data import Dataset
from conformance.law.read_data import dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def bodies(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every JSON body that has a schema and examples, with its place."""
    for name, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        here = (*path, str(name))
        if re.fullmatch(r"application/(.+[+])?json", here[-1]) and {"schema", "examples"} <= set(inner):
            yield "/".join(here), inner
        yield from bodies(inner, here)


def absolute(schema: Any) -> Any:
    if isinstance(schema, list):
        return [absolute(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"urn:contract{one}" if name == "$ref" and str(one).startswith("#") else absolute(one)
        for name, one in schema.items()
    }


def test_examples_are_what_the_contract_allows(contract: dict[str, Any]) -> None:
    whole = Resource.from_contents(contract, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:contract", whole)
    wrong, seen = [], 0
    for place, body in bodies(contract):
        validator = Draft202012Validator(absolute(body["schema"]), registry=registry)
        for one in body["examples"].values():
            named = one.get("$ref", "").rsplit("/", 1)[-1]
            value = contract["components"]["examples"][named]["value"] if named else one["value"]
            wrong += [f"{place} {error.json_path}: {error.message}" for error in validator.iter_errors(value)]
            seen += 1

    assert [] == wrong
    assert 300 < seen


def test_the_example_of_a_dataset_can_be_read(law: Law, contract: dict[str, Any]) -> None:
    """What a node serves as a dataset is a description in our own format but for the languages of its titles."""
    value = contract["components"]["examples"]["dataset"]["value"]
    bilingual = {"title": {"zh": value["title"], "en": value["titleEn"]}}
    fields = [one | {"title": {"zh": one["title"], "en": one["name"]}} for one in value["fields"]]
    rules = [one | {"title": {"zh": one["title"], "en": one["id"]}} for one in value["rules"]]
    read = dataset(value | bilingual | {"fields": fields, "rules": rules}, law.data.elements)
    own = law.data.datasets["legal-person"]

    assert isinstance(read, Dataset)
    assert own.foreign_keys == read.foreign_keys
    assert own.rules[0].predicate == read.rules[0].predicate
    assert [] == [one.name for one in read.fields if one.name not in {field.name for field in own.fields}]


def check_character(body: str) -> str:
    """ISO 7064, MOD 37,36."""
    alphabet, rest = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 36
    for char in body:
        rest = 2 * ((rest + alphabet.index(char)) % 36 or 36) % 37
    return alphabet[(1 - rest) % 36]


def test_certificates_of_the_contract_have_their_check_character(contract: dict[str, Any]) -> None:
    """STD-036: over type, issuer, serial and version, as two identifiers in public use have it."""
    known = "11330105002500287C", "11100000000013338W009", "2025052201", "002"
    named = set(re.findall(r"1\.2\.156\.3005\.2\.[0-9A-Z.]+", str(contract)))
    parts = [one.removeprefix("1.2.156.3005.2.").split(".") for one in sorted(named)]

    assert "0" == check_character(known[1] + known[0] + known[2] + known[3])
    assert [5] == [len(one) for one in parts]
    assert [one[-1] for one in parts] == [check_character("".join(one[:-1])) for one in parts]


def test_persons_of_the_contract_cannot_be_real(contract: dict[str, Any]) -> None:
    """Identity numbers were introduced in the 1980s; nobody born before 1860 has one."""
    numbers = set(re.findall(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])", str(contract)))
    born = {int(one[6:10]) for one in numbers if one[6:8] in {"18", "19", "20"}}

    assert {1850} == born


def test_code_lists_of_the_contract_are_those_of_the_law(law: Law, contract: dict[str, Any]) -> None:
    named = set(re.findall(r"'codeList': '([^']+)'", str(contract)))

    assert set() == named - set(law.data.code_lists)
    assert {"gbt2261-2-marital", "cq-divisions-gbt2260"} <= named
