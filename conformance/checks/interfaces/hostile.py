"""Requests that no node may take at face value: wrong, oversized, or meant to break something."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

from conformance.checks.interfaces.asking import described, role_of, unknown
from conformance.checks.shared import at
from conformance.judge import CantTell, Untested

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.interfaces.contract import Description
    from conformance.node import Answer, Session

_LIST = "/catalog/resources"
_SPELLS = (
    "' OR '1'='1' --",
    "1; DROP TABLE entries",
    '" UNION SELECT name FROM sqlite_master --',
    "{{7*7}}",
    "${jndi:ldap://127.0.0.1/a}",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "%00",
    "\u202e\ufeff",
)
_LONG = 6000
_DEEP = 50_000


@dataclass(frozen=True)
class Bad:
    """One request.

    Attributes:
        name: what is wrong with it.
        refused: whether it has to be refused; else it may also be answered with nothing found.
    """

    name: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    refused: bool = True
    role: str | None = "reader"
    method: str = "GET"
    body: bytes | None = None


def reads() -> Iterator[Bad]:
    """Yield bad requests that only read."""
    for value in ("0", "-1", "501", "99999999999999999999", "1.5", "ten", "", "0x10", "١٠"):
        yield Bad(f"limit {value!r}", _LIST, {"limit": value}, refused=value != "")
    for spell in _SPELLS:
        yield Bad(f"cursor {spell[:16]!r}", _LIST, {"cursor": spell})
        yield Bad(f"q {spell[:16]!r}", _LIST, {"q": spell}, refused=False)
    yield Bad("long cursor", _LIST, {"cursor": "A" * _LONG})
    yield Bad("share type that does not exist", _LIST, {"shareType": "everything"})
    yield Bad("date that does not exist", _LIST, {"modifiedSince": "2026-02-30T25:61:00+08:00"})
    yield Bad("date with SQL", _LIST, {"modifiedSince": "2026-01-01' OR 1=1 --"})
    for path in ("/files/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", f"{_LIST}/..%2f..%2f/1"):
        yield Bad(f"path {path}", path)
    for path in (f"{_LIST}/%ff%fe/1", f"{_LIST}/%00/1", f"{_LIST}/307500103001/%F0%9F%92%A9", f"{_LIST}/a%0d%0ab/1"):
        yield Bad(f"path {path}", path)
    yield Bad("query that is no UTF-8", f"{_LIST}?cursor=%ff%fe%c0%80")
    yield Bad("header in a query", f"{_LIST}?cursor=a%0d%0aX-Injected:%20yes")
    yield Bad("parameter twice", f"{_LIST}?limit=1&limit=nonsense", refused=False)
    yield Bad("id that would break a header", f"{_LIST}/399000000/0", headers={"x-request-id": "a b\tc"})
    yield Bad("huge id of a request", f"{_LIST}/399000000/0", headers={"x-request-id": "a" * 4000})
    yield Bad("broken credentials", _LIST, headers={"authorization": "Bearer ' OR 1=1 --"}, role=None)
    yield Bad("credentials of an unknown kind", _LIST, headers={"authorization": "Negotiate AAAA"}, role=None)


def ordinary(run: Session, description: Description) -> Iterator[Bad]:
    """Yield what goes wrong every day: names that exist nowhere, wrong methods, types that nobody gives."""
    for one in described(run, description):
        role = role_of(run, one)
        if one.method == "GET" and "{" in one.path:
            yield Bad(f"unknown {one.label}", unknown(run, one), headers={"accept": "*/*"}, role=role)
        elif one.method == "GET":
            headers = {"accept": "application/x-nobody-gives-this"}
            yield Bad(f"type of {one.label}", one.path, headers=headers, refused=False, role=role)
        elif "{" not in one.path and description.lists(replace(one, method="GET")) is None:
            yield Bad(f"GET {one.path}", one.path, role=role)


def bodies(path: str, entry: Mapping[str, Any], most: int) -> Iterator[Bad]:
    """Yield bad bodies for a draft that this run has made.

    Args:
        path: of the draft.
        entry: what it holds.
        most: bytes that a node says it takes at most, 0 where it does not say.
    """
    good = orjson.dumps({"entry": entry, "reason": "conformance test"})
    made = {
        "cut off": good[:-9],
        "no JSON": b"<entry/>",
        "empty text": b'""',
        "list": b"[" + good + b"]",
        "number": b"12",
        "no UTF-8": good[:-2] + b"\xff\xfe" + good[-2:],
        "lone surrogate": good.replace(b"conformance test", b"\\ud800"),
        "nested deeply": b'{"entry":' + b"[" * _DEEP + b"]" * _DEEP + b"}",
        "not a number": good.replace(b'"conformance test"', b"NaN"),
        "huge number": good.replace(b'"conformance test"', b"1e99999"),
        "comment": b"/* */" + good[:-9],
        "wrong type": orjson.dumps({"entry": "everything", "reason": ["x"]}),
    }
    if most:
        made["larger than announced"] = orjson.dumps({"entry": dict(entry), "reason": "x" * (most + 1)})
    for name, body in made.items():
        yield Bad(f"body: {name}", path, method="PUT", body=body, role="editor")
    twice = good.replace(b'"reason":', b'"reason":"other","reason":')
    yield Bad("body: a member twice", path, method="PUT", body=twice, role="editor", refused=False)


@dataclass(frozen=True)
class Provoked:
    """What came of the bad requests: an answer each, or why there is none."""

    answers: tuple[tuple[Bad, Answer], ...]
    silent: tuple[tuple[Bad, CantTell], ...]


def provoke(run: Session, wanted: Iterator[Bad]) -> Provoked:
    """Send bad requests; those that the mode does not allow are left out."""
    answers, silent = list[tuple[Bad, "Answer"]](), list[tuple[Bad, CantTell]]()
    for bad in wanted:
        headers = {"content-type": "application/json", **bad.headers} if bad.body is not None else dict(bad.headers)
        role = bad.role if bad.role is None or run.node.has(bad.role) else "reader"
        try:
            answer = run.node.ask(
                bad.method, bad.path, role=role, params=bad.query or None, headers=headers, json=bad.body
            )
        except CantTell as why:
            silent.append((bad, why))
        except Untested:
            continue
        else:
            answers.append((bad, answer))
    return Provoked(tuple(answers), tuple(silent))


def found_nothing(answer: Answer) -> bool:
    """Tell whether a good answer holds nothing at all."""
    if answer.status != 200 or not answer.body:
        return answer.status < 300
    if answer.media_type != "application/json":
        return False
    return at(answer.json, "items") in ([], None) or at(answer.json, "total") == 0
