"""Cursors and feed tokens that nobody gave out: malformed, cut short, altered in one place, or of another list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks.finding import differ, failure
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.judge import Sample
    from conformance.node import Session

_ALTERED = 6
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_INVENTED = ("forged-cursor", "0", "-1", "null", "eyJvZmZzZXQiOjB9", "%00", "游标")


def tampered(run: Session, name: str, good: str) -> Iterator[tuple[str, str]]:
    """Yield texts that are no cursor of the node, each with what was done to it."""
    for one in _INVENTED:
        yield "invented", one
    yield "empty", ""
    yield "cut by one", good[:-1]
    yield "cut in half", good[: len(good) // 2]
    yield "one character more", f"{good}A"
    yield "said twice", good + good
    rng = run.rng(f"altered:{name}")
    for place in sorted({0, len(good) - 1, *rng.sample(range(len(good)), min(_ALTERED, len(good)))}):
        other = rng.choice([one for one in _LETTERS if one != good[place]])
        yield f"character {place + 1} altered", f"{good[:place]}{other}{good[place + 1 :]}"


class Refusals:
    """Collects the requests that were to be refused and were not."""

    def __init__(self, due: int) -> None:
        """Expect a status, to which the problem of RFC 9457 belongs."""
        self._due = due
        self._wrong: list[Sample] = []
        self.tried = 0

    def ask(self, run: Session, path: str, params: dict[str, Any], what: str, role: str | None) -> None:
        """Send one request that has to be refused."""
        answer = run.node.get(path, params=params, role=role)
        self.tried += 1
        if answer.status != self._due:
            self._wrong.append(differ(f"{path} {what}", "", answer.status, self._due, answer.n))

    def hold(self) -> None:
        """Hold the node to all refusals.

        Raises:
            Failed: some requests were answered otherwise.
        """
        if not self._wrong:
            return
        first, n = self._wrong[0], len(self._wrong)
        raise failure(
            Text(
                f"{self.tried} 个请求中有 {n} 个未得到 {self._due}，首个 {first.label} → {first.came.zh}",
                f"{n} of {self.tried} requests were not answered {self._due}, first {first.label} → {first.came.en}",
            ),
            Text(f"状态 {self._due}", f"status {self._due}"),
            samples=self._wrong,
        )
