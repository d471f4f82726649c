"""What a mask is: enough of a value hidden behind asterisks, and no identity number left in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks.shared import words
from conformance.rules.identity_token import MARK, alike

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.resources import Resource
    from conformance.law.data import Element

_MASK = frozenset("*＊")
_HIDDEN = 0.3  # share of the characters of a value that a mask hides at least
_SENSITIVE = frozenset({"personal", "sensitive"})


def sensitive_fields(resource: Resource, elements: Mapping[str, Element]) -> set[str]:
    """Return the fields of a resource that are sensitive: by its entry, by its schema or by their data element."""
    by_entry = {words(one, "field") for one in resource.entry.get("items") or [] if _is_sensitive(one, elements)}
    return by_entry | {words(one, "name") for one in resource.fields() if _is_sensitive(one, elements)} - {""}


def _is_sensitive(one: Any, elements: Mapping[str, Element]) -> bool:
    element = elements.get(words(one, "element"))
    return words(one, "sensitivity") in _SENSITIVE or (element is not None and element.sensitivity in _SENSITIVE)


def masked(value: Any) -> bool:
    """Tell whether a value is masked; a number that is an identity number in clear is not, whatever surrounds it."""
    text = value if isinstance(value, str) else str(value)
    hidden = sum(character in _MASK for character in text)
    return bool(text) and hidden >= _HIDDEN * len(text) and MARK not in text


def in_clear(body: bytes) -> bool:
    """Tell whether a body held identity numbers in clear: they are on record as tokens."""
    return alike(body) != body
