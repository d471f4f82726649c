"""Every way in which the rows of a resource can be read, tried by one department under one share request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from conformance.checks.shared import at
from conformance.judge import Sample
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.node import Answer, Session

_HEADER: Final = "share-request"
_ABSENT: Final = frozenset({404, 405, 501})


@dataclass(frozen=True)
class Doors:
    """One department before one resource.

    Attributes:
        run: the run.
        code: of the resource.
        role: identity that reads.
        request: share request that is named, if one is.
        rows: the rows as the provider reads them.
    """

    run: Session
    code: str
    role: str
    request: str | None
    rows: Sequence[dict[str, Any]]

    @property
    def _headers(self) -> dict[str, str]:
        return {_HEADER: self.request} if self.request else {}

    def get(self, **params: Any) -> Answer:
        """Read a page."""
        return self.run.node.get(f"/data/{self.code}", params=params, role=self.role, headers=self._headers)

    def probe(self) -> Answer:
        """Ask whether the resource can be read."""
        return self.run.node.ask("HEAD", f"/data/{self.code}", role=self.role, headers=self._headers)

    def query(self, **body: Any) -> Answer:
        """Query by values in the body."""
        return self.run.node.post(f"/data/{self.code}/query", body, role=self.role, headers=self._headers)

    def verify(self, **values: Any) -> Answer:
        """Have values compared."""
        body = {"values": values}
        return self.run.node.post(f"/data/{self.code}/verify", body, role=self.role, headers=self._headers)

    def changes(self, **params: Any) -> Answer:
        """Read the feed from its start."""
        return self.run.node.get(f"/data/{self.code}/changes", params=params, role=self.role, headers=self._headers)

    def walk(self, limit: int) -> list[Answer]:
        """Read all pages, as far as they are given."""
        answers = [self.get(limit=limit)]
        while answers[-1].status == 200 and len(answers) <= len(self.rows):
            cursor = at(answers[-1].json, "next")
            if not isinstance(cursor, str):
                break
            answers.append(self.get(limit=limit, cursor=cursor))
        return answers

    def every(self) -> Iterator[tuple[str, Answer]]:
        """Try every door once, and say which it is."""
        row = self.rows[0]
        yield "GET", self.get(limit=2)
        yield "HEAD", self.probe()
        yield "POST query", self.query(filter={"bh": row["bh"]})
        yield "POST verify", self.verify(bh=row["bh"], mc=row["mc"])
        yield "GET changes", self.changes(limit=2)

    def open_ones(self) -> list[Sample]:
        """Return the doors that do not answer 403, and refusals that bring data all the same."""
        return [sample for door, answer in self.every() for sample in self.not_refused(door, answer)]

    def not_refused(self, door: str, answer: Answer) -> list[Sample]:
        """Return what is wrong with a refusal; a node need not offer every door."""
        status = answer.status
        if status != 403 and not (status in _ABSENT and door not in {"GET", "HEAD"}):
            return [_told(door, Text(f"{status}", f"{status}"), answer)]
        with_data = Text(f"{status}，但响应含数据", f"{status}, with data all the same")
        return [_told(door, with_data, answer)] if self.leaked(answer) else []

    def leaked(self, answer: Answer) -> bool:
        """Whether an answer shows anything of the rows."""
        text = answer.body.decode("utf-8", "replace")
        return any(value in text for row in self.rows for value in (row["bh"], row["mc"]))


def _told(door: str, came: Text, answer: Answer) -> Sample:
    return Sample(door, "", came, Text("403，不含数据", "403 without data"), answer.n)


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """Return the rows of a page, of a query or of a feed.

    Raises:
        Failed: the answer is none of these.
    """
    found = answer.expect(200).object
    if "changes" in found:
        return [one["row"] for one in answer.member("changes", list) if isinstance(at(one, "row"), dict)]
    return [one for one in answer.member("items", list) if isinstance(one, dict)]
