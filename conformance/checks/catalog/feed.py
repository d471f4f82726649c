"""The change feed read to its end, and what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.shared import words
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Answer, Session

_SLACK = 10_000


@dataclass(frozen=True, slots=True)
class Feed:
    """Every event from the start.

    Attributes:
        exchanges: the exchange that brought each event.
        tokens: the token after each page, with the number of events before it.
        pages: number of the exchange of each page.
    """

    events: tuple[dict[str, Any], ...]
    exchanges: tuple[int, ...]
    tokens: tuple[tuple[int, str], ...]
    pages: tuple[int, ...]

    def active(self) -> dict[str, dict[str, Any]]:
        """Replay the feed: the last event of each code that is not revoked."""
        state: dict[str, dict[str, Any]] = {}
        for event in self.events:
            if event.get("op") == "revoke":
                state.pop(words(event, "code"), None)
            else:
                state[words(event, "code")] = event
        return state

    def revoked(self) -> dict[str, int]:
        """The revoked codes, and how many events came before each revocation."""
        return {words(one, "code"): index for index, one in enumerate(self.events) if one.get("op") == "revoke"}


def read_page(run: Session, since: str | None, limit: int) -> tuple[Answer, list[dict[str, Any]], str]:
    """Return one page of the feed: answer, events, token to go on with."""
    answer = run.node.get("/catalog/changes", params={"since": since, "limit": limit}).expect(200)
    events = [one for one in answer.member("changes", list) if isinstance(one, dict)]
    return answer, events, answer.member("next", str)


def read_feed(run: Session) -> Feed:
    """Read the feed from its start to its end.

    Raises:
        Failed: a page is malformed, or the feed never ends.
    """
    events: list[dict[str, Any]] = []
    exchanges: list[int] = []
    tokens: list[tuple[int, str]] = []
    numbers: list[int] = []
    since: str | None = None
    while True:
        answer, found, token = read_page(run, since, int(run.param("run.page-size")))
        more = answer.object.get("more") is True
        if more and (not found or token == since or len(numbers) > _SLACK):
            raise answer.wrong(
                Text("有后续页，却没有新事件或新令牌", "more is announced, but no new event or token comes"),
                Text("每页都有进展，末页 more 为 false", "progress on each page, more false on the last"),
            )
        events += found
        exchanges += [answer.n] * len(found)
        numbers.append(answer.n)
        tokens.append((len(events), token))
        since = token
        if not more:
            return Feed(tuple(events), tuple(exchanges), tuple(tokens), tuple(numbers))
