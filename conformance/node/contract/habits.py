"""What every answer has to keep whatever its operation: its encoding, its request id, the form of errors, silence."""

from __future__ import annotations

import hashlib
from email.message import Message
from typing import TYPE_CHECKING, Any

import orjson

from conformance.node.contract.answers import PROBLEM, header, is_json, media_type
from conformance.node.contract.defects import Seen
from conformance.node.contract.leaks import leaks
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence import Exchange

_MEMBERS: tuple[tuple[str, type], ...] = (
    ("type", str),
    ("title", str),
    ("status", int),
    ("detail", str),
    ("code", str),
    ("traceId", str),
)
_BOM = b"\xef\xbb\xbf"
_MOST_IDS = 2_000_000


def encoding(label: str, exchange: Exchange) -> Iterator[Seen]:
    """API-014: JSON is UTF-8 and says that it is JSON."""
    body, media = exchange.body, media_type(exchange)
    if not body or exchange.aside is not None or exchange.method == "HEAD":
        return
    due = Text(
        "UTF-8 编码、媒体类型为 application/json 或 +json 的 JSON", "JSON in UTF-8 of type application/json or +json"
    )
    if is_json(media):
        why = _no_json(body, header(exchange, "content-type") or "")
        if why:
            yield Seen("API-014", label, f"json {exchange.status}", "", why, due, exchange.n)
    elif body.lstrip()[:1] in {b"{", b"["} and media in {"", "text/plain", "text/html", "application/octet-stream"}:
        try:
            value = orjson.loads(body)
        except ValueError:
            return
        if isinstance(value, dict | list):
            came = Text(f"媒体类型 {media or '（无）'} 的 JSON", f"JSON of type {media or '(none)'}")
            yield Seen("API-014", label, f"type {exchange.status}", "", came, due, exchange.n)


def _no_json(body: bytes, stated: str) -> Text | None:
    message = Message()
    message["content-type"] = stated
    charset = message.get_content_charset()
    if charset not in {None, "utf-8", "utf8"}:
        return Text(f"字符集 {charset}", f"charset {charset}")
    if body.startswith(_BOM):
        return Text("以字节顺序标记开头", "a byte-order mark at its beginning")
    try:
        orjson.loads(body)
    except ValueError as error:
        return Text(f"不是 UTF-8 的 JSON：{error}", f"not JSON in UTF-8: {error}")
    return None


class RequestIds:
    """API-043: every answer names its request, each by another id."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}

    def judge(self, label: str, exchange: Exchange) -> Iterator[Seen]:
        """Yield where an answer has no id or one that another request had."""
        given = header(exchange, "x-request-id")
        due = Text("每个请求不同的 X-Request-Id", "an X-Request-Id, another for each request")
        if not given or not given.strip():
            came = Text("没有 X-Request-Id", "no X-Request-Id")
            yield Seen("API-043", label, "absent", "", came, due, exchange.n)
            return
        asked = next((value for name, value in exchange.request_headers if name.lower() == "x-request-id"), None)
        if given == asked:
            return
        key = hashlib.blake2b(given.encode("utf-8", "surrogateescape"), digest_size=10).digest()
        before = self._known.get(key)
        if before is not None:
            came = Text(f"与交换 {before} 相同的 {given[:40]}", f"{given[:40]}, as in exchange {before}")
            yield Seen("API-043", "*", "repeated", "", came, due, exchange.n)
        elif len(self._known) < _MOST_IDS:
            self._known[key] = exchange.n


def problem(label: str, exchange: Exchange, *, otherwise: bool) -> Iterator[Seen]:
    """API-010: an error is a problem document whose status is that of the answer.

    Args:
        label: of the operation.
        exchange: the exchange.
        otherwise: the contract gives this status of this operation another form.
    """
    if exchange.status < 400 or exchange.method == "HEAD" or otherwise:  # noqa: PLR2004
        return
    media, place = media_type(exchange), f"problem {exchange.status}"
    if media != PROBLEM:
        came = Text(media or "没有媒体类型", media or "no media type")
        yield Seen("API-010", label, f"{place} media", "", came, Text(PROBLEM, PROBLEM), exchange.n)
        return
    value = _value(exchange.body)
    if not isinstance(value, dict):
        came, due = Text("不是 JSON 对象", "not a JSON object"), Text("问题详情对象", "an object of problem details")
        yield Seen("API-010", label, f"{place} object", "", came, due, exchange.n)
        return
    for name, kind in _MEMBERS:
        given = value.get(name)
        if not isinstance(given, kind) or isinstance(given, bool) or given == "":
            came = Text(f"{name}：{_shown(given)}", f"{name}: {_shown(given)}")
            due = Text(f"成员 {name}", f"member {name}")
            yield Seen("API-010", label, f"{place} {name}", f"/{name}", came, due, exchange.n)
    stated = value.get("status")
    if isinstance(stated, int) and stated != exchange.status:
        came = Text(f"status 为 {stated}", f"status is {stated}")
        due = Text(f"与 HTTP 状态码 {exchange.status} 相同", f"the HTTP status, {exchange.status}")
        yield Seen("API-010", label, f"{place} differs", "/status", came, due, exchange.n)


def silence(label: str, exchange: Exchange, home: str) -> Iterator[Seen]:
    """API-011: an error reveals nothing of the inside."""
    if exchange.status < 400:  # noqa: PLR2004
        return
    due = Text(
        "不含堆栈、SQL 语句、内部地址和个人信息的错误响应",
        "an error without stack trace, SQL, inner address, personal data",
    )
    for what, shown in leaks(exchange, home):
        came = Text(f"{what.zh}：{shown}", f"{what.en}: {shown}")
        yield Seen("API-011", label, what.en, "", came, due, exchange.n)


def _value(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _shown(value: object) -> str:
    return "—" if value is None else str(value)[:40]
