"""Parameters of a description that stand for sensitive data elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks.shared import at, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.interfaces.contract import Description
    from conformance.node import Session

_IN_URLS = frozenset({"path", "query"})
_SENSITIVE = "sensitive"
#: What the identity number is called where no data element is named.
_CALLED = frozenset({"sfzh", "sfzhm", "idcard", "idcardno", "idnumber", "idno", "identitynumber", "citizenid"})


def sensitive_parameters(run: Session, description: Description) -> list[str]:
    """Return method, path and name of every parameter of a path or query that is a sensitive data element.

    Raises:
        Failed, CantTell: there is no description that can be read.
    """
    data, known = description.need(), _names(run)
    return [
        f"{method} {path} {words(one, 'name')}"
        for method, path, one in _parameters(data)
        if words(one, "in") in _IN_URLS and (_plain(words(one, "name")) in known or known & _named(one))
    ]


def _names(run: Session) -> set[str]:
    """Return what sensitive data elements are called: ids, names, synonyms, the fields of the published datasets."""
    law = run.law.data
    elements = {one.id: one for one in law.elements.values() if one.sensitivity == _SENSITIVE}
    names = {name for one in elements.values() for name in (one.id, one.name.zh, one.name.en, *one.synonyms)}
    fields = {one.name for dataset in law.datasets.values() for one in dataset.fields if one.element in elements}
    return {_plain(one) for one in names | fields} | set(_CALLED)


def _plain(name: str) -> str:
    return "".join(one for one in name.casefold() if one.isalnum())


def _named(parameter: Any) -> set[str]:
    """Return the data element that a parameter or its schema says it is."""
    told = (at(parameter, "x-element"), at(parameter, "schema", "x-element"), at(parameter, "schema", "title"))
    return {_plain(one) for one in told if isinstance(one, str)}


def _parameters(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    paths = data.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, one in item.items() if isinstance(item, dict) else ():
            listed = one if method == "parameters" else at(one, "parameters")
            for each in listed if isinstance(listed, list) else ():
                yield method.upper() if method != "parameters" else "*", str(path), _resolved(data, each)


def _resolved(data: Mapping[str, Any], value: Any) -> Any:
    reference = words(value, "$ref")
    if not reference.startswith("#/components/parameters/"):
        return value
    return at(data, "components", "parameters", reference.rsplit("/", 1)[-1])
