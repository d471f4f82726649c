"""Excerpts of exchanges: only those that a finding needs are read, and each cut is announced."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from conformance.evidence.exchange import from_har
from conformance.evidence.writer import EXCHANGES
from conformance.report.clean import block, line, masked
from conformance.report.curl import curl
from conformance.report.values import Excerpt, Side
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.evidence import Aside, Exchange, RunFolder
    from conformance.evidence.exchange import Headers

_HEADERS = 40
_BODY = 3000
_REFORMATTED = 65536
_HEX = 48
_HIDDEN = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "authentication-info"}
)
_MISSING = Text(
    "存档中没有该交换记录，或其内容与摘要不符（写入中断）。",
    "The archive does not hold this exchange, or not as its digest says: writing was broken off.",
)
_MORE_HEADERS = Text("另有 {n} 个首部未列出。", "{n} more headers are not shown.")
_JSON = Text("为便于阅读，JSON 已重新缩进。", "The JSON is indented anew for reading.")
_BINARY = Text("非文本内容，共 {n} 字节，以十六进制显示开头。", "Not text: {n} bytes; the first in hexadecimal.")
_PART = Text(
    "共 {of} 字节，仅显示开头部分；全文见 exchanges.har。", "The first of {of} bytes; exchanges.har holds all."
)


_ASIDE = Text(
    "正文 {n} 字节存入文件，不作为证据保存；此后文件共 {of} 字节，SHA-256 为 {digest}。",
    "The body of {n} bytes went into a file and is no part of the evidence; after it the file had {of} bytes and the "
    "SHA-256 {digest}.",
)


def read(folder: RunFolder, wanted: Collection[int]) -> dict[int, Exchange]:
    """Return the exchanges `wanted` that the archive holds unchanged."""
    places = {place: n for place, n in enumerate(folder.digests, 2) if n in wanted}
    found: dict[int, Exchange] = {}
    if not places or not (folder.path / EXCHANGES).exists():
        return found
    with (folder.path / EXCHANGES).open("rb") as file:
        for place, raw in enumerate(file, 1):
            if place in places:
                entry = raw.rstrip(b"\r\n").removesuffix(b",")
                if hashlib.sha256(entry).hexdigest() == folder.digests[places[place]]:
                    found[places[place]] = from_har(orjson.loads(entry))
            if len(found) == len(places):
                break
    return found


def excerpt(n: int, exchange: Exchange | None) -> Excerpt:
    """Return what a reader is shown of exchange `n`."""
    if exchange is None:
        return Excerpt(n, missing=_MISSING)
    return Excerpt(
        n,
        owner=line(exchange.owner),
        role=line(exchange.role, 80),
        method=line(exchange.method, 20),
        url=line(exchange.url),
        target=line(exchange.target),
        status=exchange.status,
        phrase=_phrase(exchange.status),
        refused=line(f"{exchange.refused.kind}: {exchange.refused.detail}") if exchange.refused else "",
        started=exchange.started.isoformat(timespec="milliseconds"),
        seconds=exchange.seconds,
        request=_side(exchange.request_headers, exchange.request_body),
        response=_side(exchange.headers, exchange.body, exchange.aside),
        curl=curl(exchange),
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _side(headers: Headers, body: bytes, aside: Aside | None = None) -> Side:
    shown, notes = _body(body)
    if aside is not None:
        notes = (_ASIDE.fill(n=f"{aside.bytes:,}", of=f"{aside.file_bytes:,}", digest=aside.file_sha256), *notes)
    left = len(headers) - _HEADERS
    if left > 0:
        notes = (_MORE_HEADERS.fill(n=left), *notes)
    return Side(tuple(_header(name, value) for name, value in headers[:_HEADERS]), shown, notes)


def _header(name: str, value: str) -> tuple[str, str]:
    if name.lower() in _HIDDEN:
        scheme, _, rest = value.partition(" ")
        value = f"{scheme} ***" if rest and "=" not in scheme else "***"
    return line(name, 80), line(value)


def _body(body: bytes) -> tuple[Text, tuple[Text, ...]]:
    part = body[: 4 * _BODY]
    if b"\0" in part or _foreign(part):
        return block(part[:_HEX].hex(" ")), (_BINARY.fill(n=f"{len(body):,}"),)
    data = _json(body) if len(body) <= _REFORMATTED else None
    if data is not None:
        indented = orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
        return block(masked(indented), _BODY), (_JSON,)
    notes = (_PART.fill(of=f"{len(body):,}"),) if len(body) > len(part) else ()
    return block(masked(part.decode(errors="replace")), _BODY), notes


def _foreign(part: bytes) -> bool:
    """Whether a body is hardly text: more than one character in ten is not UTF-8."""
    shown = part.decode(errors="replace")
    return 10 * shown.count("\N{REPLACEMENT CHARACTER}") > len(shown)


def _json(body: bytes) -> Any:
    """Return the data of a JSON array or object; None for everything else."""
    if body[:1] not in {b"{", b"["}:
        return None
    try:
        return orjson.loads(body)
    except ValueError:
        return None
