"""Modes, made safe in the transport: what a run may send at all, and how much of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.node.network import Request
    from conformance.node.profile import Access

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_QUESTIONS = frozenset({"/certificates/query", "/certificates/verify"})  # by POST, to keep names out of URLs
_EVENTS = "/events/subscriptions"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]*")  # a path segment that means itself: no dots, no escapes


class Guard:
    """Refuses what the mode does not allow, before anything leaves.

    `observe` sends GET, HEAD and OPTIONS, and the one POST that fetches a token. `sandbox` also writes where the
    path names a code below the declared prefix, an object that this run made, or the sandbox itself, or where the
    body names codes and all of them are below the prefix; and it asks the questions that are sent by POST.
    """

    def __init__(self, access: Access, base: str, mode: str, *, spent: int = 0) -> None:
        self.mode = mode
        self.base = base
        self._token = urlsplit(base).path.rstrip("/") + access.token_path
        self._prefix = access.sandbox.prefix if access.sandbox else ""
        self._left = access.budget - spent
        self._budget = access.budget
        self._made: set[str] = set()

    def adopt(self, name: str) -> None:
        """Remember an object that this run made and may therefore change."""
        if _NAME.fullmatch(name):
            self._made.add(name)

    def allow(self, request: Request) -> None:
        """Let a request through or refuse it.

        Raises:
            Untested: it is against the mode, outside the sandbox, to another host, or over the budget.
        """
        parts = urlsplit(request.url)
        home = urlsplit(self.base)
        if (parts.scheme, parts.netloc) != (home.scheme, home.netloc):
            raise Untested(
                Text("不向其他主机发送请求：{url}", "No request goes to another host: {url}").fill(url=request.url)
            )
        if request.method not in _SAFE and (request.method, parts.path) != ("POST", self._token):
            self._allow_write(request, parts.path)
        self._left -= 1
        if self._left < 0:
            raise Untested(Text("请求预算 {n} 次已用完", "The budget of {n} requests is used up").fill(n=self._budget))

    def _allow_write(self, request: Request, path: str) -> None:
        if self.mode != "sandbox":
            raise Untested(
                Text("observe 模式不发送 {method}", "Mode observe does not send {method}").fill(method=request.method)
            )
        asks = request.method == "POST" and path.removeprefix(urlsplit(self.base).path.rstrip("/")) in _QUESTIONS
        if not asks and not self._inside(path, request.body):
            raise Untested(
                Text("{method} {path} 不在声明的沙箱内", "{method} {path} is outside the declared sandbox").fill(
                    method=request.method, path=path
                )
            )

    def _inside(self, path: str, body: bytes) -> bool:
        segments = path.removeprefix(urlsplit(self.base).path.rstrip("/")).split("/")[1:]
        if not self._prefix or not all(_NAME.fullmatch(one) for one in segments):
            return False
        if segments[0] == "sandbox" or any(one.startswith(self._prefix) or one in self._made for one in segments):
            return True
        if "/".join(["", *segments]) == _EVENTS:
            return _about(_json(body)).startswith(self._prefix)
        codes = list(_codes(_json(body)))
        return bool(codes) and all(one.startswith(self._prefix) or one in self._made for one in codes)


def _about(value: Any) -> str:
    """How the subjects begin of the events that somebody subscribes to."""
    return str(value.get("subject") or "") if isinstance(value, dict) else ""


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _codes(value: Any) -> Iterator[str]:
    """Every catalog code that a body names."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name in {"code", "resource"}:
            yield str(inner)
        elif name == "object" and isinstance(inner, dict) and "id" in inner:
            yield str(inner["id"])
        else:
            yield from _codes(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _codes(inner)
