"""An answer of the node as checks read it."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from conformance.judge import CantTell, Failed, Finding
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.evidence import Exchange

_SHOWN = 160


@dataclass(frozen=True)
class Answer:
    """A recorded exchange that has a response."""

    exchange: Exchange

    @property
    def n(self) -> int:
        """Number of the exchange."""
        return self.exchange.n

    @property
    def status(self) -> int:
        """HTTP status code."""
        return self.exchange.status

    @property
    def body(self) -> bytes:
        """The body, as recorded."""
        return self.exchange.body

    def header(self, name: str) -> str | None:
        """Return the first header of that name, or None."""
        return next((value for key, value in self.exchange.headers if key == name.lower()), None)

    @property
    def media_type(self) -> str:
        """Media type without parameters, in lower case."""
        message = Message()
        message["content-type"] = self.header("content-type") or "application/octet-stream"
        return message.get_content_type()

    @cached_property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Failed: it is not JSON in UTF-8.
        """
        try:
            return orjson.loads(self.body)
        except ValueError as error:
            raise self.wrong(
                Text(f"不是 JSON:{error}", f"not JSON: {error}"), Text("UTF-8 编码的 JSON", "JSON in UTF-8")
            ) from error

    @property
    def object(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            Failed: it is none.
        """
        if not isinstance(self.json, dict):
            raise self.wrong(came(self.json), Text("JSON 对象", "a JSON object"))
        return self.json

    def member(self, name: str, kind: type) -> Any:
        """Return a member of the JSON object.

        Raises:
            Failed: it is missing or of another type.
        """
        value = self.object.get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            words = {list: Text("数组", "an array"), str: Text("字符串", "a string"), int: Text("整数", "an integer")}
            due = Text("成员 {name}:{kind}", "member {name}: {kind}").fill(
                name=name, kind=words.get(kind, Text("对象", "an object"))
            )
            raise self.wrong(came(value), due)
        return value

    def expect(self, *statuses: int) -> Answer:
        """Return this answer if its status is one of `statuses`.

        Raises:
            Failed: it is another one.
        """
        if self.status in statuses:
            return self
        due = " / ".join(str(one) for one in statuses)
        raise self.wrong(Text(f"状态 {self.status}", f"status {self.status}"), Text(f"状态 {due}", f"status {due}"))

    def wrong(self, came: Text, due: Text, *, others: tuple[int, ...] = ()) -> Failed:
        """Return the failure that this answer shows."""
        return Failed(came, (Finding("", came, due, exchanges=(*others, self.n)),))


def came(value: Any) -> Text:
    """Return a JSON value as the text of what came, cut where it is long."""
    shown = orjson.dumps(value).decode()
    return Text(*([shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"] * 2))


def broken_off(exchange: Exchange) -> CantTell:
    """Return the decision over an exchange without a response."""
    refused = exchange.refused
    assert refused is not None
    return CantTell(
        Text(
            "交换 {n} {method} {target}：{kind}（{detail}）", "Exchange {n} {method} {target}: {kind} ({detail})"
        ).fill(
            n=exchange.n,
            method=exchange.method,
            target=exchange.target,
            kind=_KIND.get(refused.kind, Text(refused.kind, refused.kind)),
            detail=refused.detail,
        )
    )


_KIND = {
    "timeout": Text("超时", "timed out"),
    "connect": Text("无法连接", "cannot connect"),
    "cut": Text("连接中断", "connection cut"),
    "tls": Text("TLS 失败", "TLS failed"),
    "too-large": Text("响应过大", "response too large"),
    "overlong": Text("文件长于宣告", "file longer than announced"),
    "disk": Text("本机无法写入文件", "the file cannot be written on this machine"),
    "protocol": Text("不符合 HTTP", "not proper HTTP"),
    "encoding": Text("内容编码错误", "wrong content encoding"),
    "proxy": Text("代理失败", "proxy failed"),
}
