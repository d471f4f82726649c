"""Lifetimes that a node declares, and its clock moved beyond them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from conformance.checks.interfaces.clock import borrowed_clock
from conformance.checks.shared import words
from conformance.judge import Inapplicable, Untested
from conformance.node.discover import DESCRIPTOR
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.node import Session

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ROLES = ("reader",)


def lifetime(run: Session, member: str) -> timedelta:
    """Return a lifetime that the descriptor declares among its limits, such as `cursorLifetime`.

    Raises:
        Inapplicable: it declares none.
        Untested: what it declares is no duration of ISO 8601 in weeks, days, hours, minutes and seconds.
    """
    told = words(run.node.get(DESCRIPTOR, role=None).expect(200).object, "limits", member)
    if not told:
        raise Inapplicable(
            Text(f"节点描述未声明 limits.{member}，即永不过期", f"no limits.{member} is declared: they do not expire")
        )
    match = _DURATION.fullmatch(told)
    if match is None or not any(match.groups()):
        raise Untested(
            Text(f"limits.{member} 为 {told}，无法读取", f"limits.{member} is {told}: not a readable duration")
        )
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def node_time(run: Session) -> datetime:
    """Return the present moment of the node.

    Raises:
        Failed: it does not say it as RFC 3339.
    """
    answer = run.node.get("/time", role=None).expect(200)
    told = answer.member("time", str)
    try:
        return datetime.fromisoformat(told)
    except ValueError as error:
        due = Text("RFC 3339 的日期时间", "a date-time of RFC 3339")
        raise answer.wrong(Text(told, told), due) from error


@contextmanager
def moved(run: Session, moment: datetime) -> Iterator[None]:
    """Let the node's clock stand at a moment; afterwards it is as it was, whatever happened.

    Raises:
        Untested, Failed: as `conformance.checks.interfaces.clock.borrowed_clock`.
    """
    with borrowed_clock(run, *_ROLES) as move:
        move(moment)
        yield
