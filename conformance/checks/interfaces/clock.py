"""The test clock of the node: moved for a while, and always given back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from conformance.node import Session

_PATH: Final = "/sandbox/clock"
_OPERATOR: Final = "operator"
_CHINA: Final = timezone(timedelta(hours=8))


def at_time(day: date, hour: int, minute: int) -> datetime:
    """Return a moment of a day in China."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_CHINA)


@contextmanager
def borrowed_clock(run: Session, *roles: str) -> Iterator[Callable[[datetime], None]]:
    """Hand out what sets the node's clock; afterwards the clock is as it was.

    Args:
        run: the run.
        roles: identities that go on asking; their tokens are fetched anew after each move, as the old ones may be
            out of date by the new time.

    Raises:
        Untested: the profile declares no test clock.
        Failed: the node does not let its clock be set.
    """
    area = run.node.profile.access.sandbox
    if area is None or not area.clock:
        raise Untested(Text("沙箱没有测试时钟", "The sandbox has no test clock"))
    before = run.node.get(_PATH, role=_OPERATOR).expect(200).object.get("now")

    def renew() -> None:
        for role in (_OPERATOR, *roles):
            run.node.authenticate(role)

    def move(moment: datetime) -> None:
        run.node.post(_PATH, {"now": moment.isoformat(timespec="seconds")}, role=_OPERATOR).expect(200)
        renew()

    try:
        yield move
    finally:
        run.node.post(_PATH, {"now": before}, role=_OPERATOR).expect(200)
        renew()
