"""The shared resources as the node serves them: the schema of each, and its first rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from conformance.checks.shared import Catalog, sample, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.node import Answer, Session

_REFUSED = frozenset({401, 403})


@dataclass(frozen=True)
class Resource:
    """One shared resource with its answers; what they hold is read anew each time, so that it need not be kept.

    Attributes:
        schema: answer to /data/{code}/schema.
        page: answer with the first rows, None where the resource is not bound as a service interface.
    """

    code: str
    entry: dict[str, Any]
    schema: Answer
    page: Answer | None

    def structure(self) -> dict[str, Any]:
        """Return the served schema.

        Raises:
            Failed: it is not served, or has no fields.
        """
        found = loaded(self.schema.expect(200))
        return found if isinstance(found.get("fields"), list) else self._malformed()

    def _malformed(self) -> dict[str, Any]:
        """Say in the answer's own words what is wrong with it."""
        self.schema.member("fields", list)
        return self.schema.object

    def served(self) -> dict[str, Any]:
        """Return the served schema, empty where it is not served."""
        return loaded(self.schema) if self.schema.status == 200 else {}

    def fields(self) -> list[dict[str, Any]]:
        """Return the fields of the served schema, none where it is not served."""
        found = self.served().get("fields")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def rows(self) -> list[dict[str, Any]]:
        """Return the first rows, none where the resource serves none."""
        found = loaded(self.page).get("items") if self.page is not None and self.page.status == 200 else None
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    @property
    def total(self) -> int:
        """How many rows the resource announces; those that came where it announces nothing."""
        told = loaded(self.page).get("total") if self.page is not None and self.page.status == 200 else None
        return told if isinstance(told, int) else len(self.rows())

    @property
    def dataset(self) -> str:
        """The dataset that the resource says it holds, empty where it names none."""
        return words(self.served(), "dataset")


def loaded(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer, empty where it is none; nothing of it is kept."""
    try:
        found = orjson.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Resources:
    """Every shared resource with a structure.

    Attributes:
        limit: rows that were asked for of each.
    """

    all: tuple[Resource, ...]
    limit: int

    @cached_property
    def readable(self) -> tuple[Resource, ...]:
        """Those whose rows came."""
        return tuple(one for one in self.all if one.page is not None and one.page.status == 200)

    @cached_property
    def refused(self) -> int:
        """How many do not let the reader in."""
        return sum(one.page is not None and one.page.status in _REFUSED for one in self.all)

    @cached_property
    def structures(self) -> Counter[str]:
        """How many resources name each code list."""
        return Counter(words(one, "codeList") for each in self.all for one in each.fields() if words(one, "codeList"))

    def announce(self, run: Session) -> None:
        """Say what the current check rests on."""
        n, of, limit = len(self.readable), len(self.all), self.limit
        run.note(
            f"依据 {n} 个资源（共 {of} 个，{self.refused} 个拒绝读取）的数据，每个至多取前 {limit} 行",
            f"rests on rows of {n} resources ({of} in all, {self.refused} refuse the reader), {limit} of each at most",
        )


def fetch_resources(run: Session, catalog: Catalog) -> Resources:
    """Fetch schema and first rows of every shared entry with items and bindings, several at once.

    Raises:
        CantTell, Untested: as `Node.ask_all`.
    """
    limit = int(run.param("data.rows-per-resource"))
    entries = [one for one in catalog.shared if one.get("items") and one.get("bindings")]
    chosen = sample(run, "structures", entries)
    schemas = run.node.ask_all("GET", [f"/data/{entry['code']}/schema" for entry in chosen])
    kept = list(zip(chosen, schemas, strict=True))
    served = [entry["code"] for entry in chosen if _is_interface(entry)]
    pages = dict(
        zip(served, run.node.ask_all("GET", [f"/data/{one}" for one in served], params={"limit": limit}), strict=True)
    )
    return Resources(tuple(_resources(kept, pages)), limit)


def _is_interface(entry: dict[str, Any]) -> bool:
    return any(words(one, "way") == "service-interface" for one in entry["bindings"])


def _resources(kept: list[tuple[dict[str, Any], Answer]], pages: dict[str, Answer]) -> Iterator[Resource]:
    for entry, answer in kept:
        yield Resource(str(entry["code"]), entry, answer, pages.get(entry["code"]))
