"""Holds one answer to what the contract declares for its operation: status, media type, headers, body."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message
from typing import TYPE_CHECKING, Any

import orjson

from conformance.node.contract.defects import Seen
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.evidence import Exchange
    from conformance.node.contract.document import Contract, Operation

RESPONSES = "API-002"
#: Headers and bodies that other requirements decide on.
OTHERS: Mapping[str, str] = {"x-request-id": "API-043", "allow": "API-050", "retry-after": "API-026"}
PROBLEM = "application/problem+json"
_JSON = re.compile(r"application/(?:[a-z0-9.-]+\+)?json|[a-z]+/[a-z0-9.-]+\+json")


def media_type(exchange: Exchange) -> str:
    """Return the media type of an answer without parameters, empty where it states none."""
    stated = header(exchange, "content-type")
    if stated is None:
        return ""
    message = Message()
    message["content-type"] = stated
    return message.get_content_type()


def header(exchange: Exchange, name: str) -> str | None:
    """Return the first header of a name (in small letters), None where there is none."""
    return next((value for key, value in exchange.headers if key.lower() == name), None)


def is_json(media: str) -> bool:
    """Tell whether a media type is JSON."""
    return _JSON.fullmatch(media) is not None


def held(contract: Contract, operation: Operation, exchange: Exchange) -> Iterator[Seen]:
    """Yield where an answer breaks the contract; what other requirements decide is named after them."""
    declared = contract.response(operation, exchange.status)
    status = Text(f"状态 {exchange.status}", f"status {exchange.status}")
    if declared is None:
        known = " / ".join(operation.data["responses"])
        yield _seen(operation, exchange, f"status {exchange.status}", status, Text(f"状态 {known}", f"status {known}"))
        return
    place, response = declared
    yield from _headers(contract, operation, exchange, response)
    content = response.get("content")
    if exchange.method == "HEAD" or exchange.aside is not None:
        return
    if not content:
        if exchange.body:
            came = Text(f"{len(exchange.body)} 字节的报文", f"a body of {len(exchange.body)} bytes")
            yield _seen(operation, exchange, f"{place}/content", came, Text("没有报文", "no body"))
        return
    yield from _content(contract, operation, exchange, place, content)


def _headers(
    contract: Contract, operation: Operation, exchange: Exchange, response: Mapping[str, Any]
) -> Iterator[Seen]:
    for name, given in response.get("headers", {}).items():
        if contract.resolved(given).get("required") and not header(exchange, name.lower()):
            words = Text(f"没有响应头 {name}", f"no header {name}"), Text(f"响应头 {name}", f"header {name}")
            seen = _seen(operation, exchange, f"header {name}", *words)
            yield replace(seen, requirement=OTHERS.get(name.lower(), RESPONSES))


def _content(
    contract: Contract, operation: Operation, exchange: Exchange, place: str, content: Mapping[str, Any]
) -> Iterator[Seen]:
    came = media_type(exchange)
    fitting = [one for one in content if _fits(one, came)]
    if not fitting:
        known = " / ".join(content)
        words = Text(came or "没有媒体类型", came or "no media type"), Text(known, known)
        seen = _seen(operation, exchange, f"media {exchange.status}", *words)
        yield replace(seen, requirement="API-010") if PROBLEM in content else seen
        return
    if not is_json(came) or "schema" not in content[fitting[0]]:
        return
    try:
        value = orjson.loads(exchange.body)
    except ValueError:
        return  # what is no JSON is API-014's
    escaped = fitting[0].replace("~", "~0").replace("/", "~1")
    otherwise = "API-010" if came == PROBLEM else RESPONSES
    for rule, breach in contract.schemas.breaches(f"{place}/content/{escaped}/schema", value, otherwise):
        yield Seen(breach.requirement, operation.label, rule, breach.pointer, breach.came, breach.due, exchange.n)


def _fits(declared: str, came: str) -> bool:
    major, _, minor = declared.partition("/")
    return declared in {came, "*/*"} or (minor == "*" and came.startswith(f"{major}/"))


def _seen(operation: Operation, exchange: Exchange, rule: str, came: Text, due: Text) -> Seen:
    return Seen(RESPONSES, operation.label, rule, "", came, due, exchange.n)
