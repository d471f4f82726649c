"""One shell line that asks a node again what an exchange asked."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from conformance.report.clean import line, masked

if TYPE_CHECKING:
    from conformance.evidence import Exchange

_LONGEST = 4000
_BODY = 1500
_AUTOMATIC = frozenset(
    {"accept-encoding", "connection", "content-length", "cookie", "host", "traceparent", "tracestate", "user-agent"}
)
_METHODS = {"GET": [], "HEAD": ["--head"]}


def curl(exchange: Exchange) -> str | None:
    """Return the line, its secrets left to shell variables; None where it is too long, no text, or the node asked."""
    body = _body(exchange)
    if body is None or exchange.role.startswith("hub:"):
        return None
    words = ["curl", "-i", *_METHODS.get(exchange.method, ["-X", exchange.method])]
    if any(one in exchange.url for one in "[]{}"):
        words.append("--globoff")
    quoted = [shlex.quote(one) for one in words]
    quoted += [one for name, value in exchange.request_headers for one in _header(name, value)]
    shown = " ".join([*quoted, *body, shlex.quote(exchange.url)])
    return line(shown, _LONGEST) if len(shown) <= _LONGEST else None


def _header(name: str, value: str) -> list[str]:
    if name.lower() in _AUTOMATIC:
        return []
    if name.lower() != "authorization":
        return ["-H", shlex.quote(f"{name}: {value}")]
    if value.lower().startswith("basic"):
        return ["-u", '"$CLIENT_ID:$CLIENT_SECRET"']
    return ["-H", '"Authorization: Bearer $TOKEN"']


def _body(exchange: Exchange) -> list[str] | None:
    if not exchange.request_body:
        return []
    if len(exchange.request_body) > _BODY:
        return None
    try:
        return ["--data-raw", shlex.quote(masked(exchange.request_body.decode()))]
    except UnicodeDecodeError:
        return None
