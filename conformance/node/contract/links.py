"""API-030: no link of a response carries an identity number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from conformance.node.contract.defects import Seen
from conformance.rules.identity_token import MARK, TOKEN
from conformance.rules.read import pointer
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence import Exchange

_HEADERS = frozenset({"link", "location", "content-location"})
_STARTS = ("/", "./", "../", "?", "http:", "https:", "urn:")
_DUE = Text("不含公民身份号码的链接", "a link without identity number")
_CAME = Text("链接中有公民身份号码（此处不予显示）", "an identity number in a link (not shown here)")
_MARK = MARK.encode()


def links(label: str, exchange: Exchange) -> Iterator[Seen]:
    """Yield the links of an answer that carry an identity number; in evidence a token stands for it."""
    for name, value in exchange.headers:
        if name in _HEADERS and TOKEN.search(value):
            yield Seen("API-030", label, f"header {name}", name, _CAME, _DUE, exchange.n)
    if _MARK not in exchange.body:
        return
    for place in _linked(_json(exchange.body), ()):
        yield Seen("API-030", label, f"body {place[-1] if place else ''}", pointer(*place), _CAME, _DUE, exchange.n)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _linked(value: Any, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the places of links that carry a token."""
    if isinstance(value, str) and value.startswith(_STARTS) and TOKEN.search(value):
        yield place
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from _linked(inner, (*place, name))
    for number, inner in enumerate(value) if isinstance(value, list) else ():
        yield from _linked(inner, (*place, str(number)))
