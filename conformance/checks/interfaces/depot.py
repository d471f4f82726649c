"""A table of the sandbox with a structure of the run's own, and rows that are good or bad whatever the node holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.finding import failure
from conformance.checks.shared import words
from conformance.checks.walking import walk
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.desk import Desk
    from conformance.checks.shared import Catalog
    from conformance.node import Answer

Row = dict[str, Any]

KEY, TEXT = "bh", "mc"
_BARE = {"codeList": None, "sensitivity": "none", "element": None}
_ITEMS = (
    {"name": "编号", "field": KEY, "dataType": "C", "length": 20, "nullable": False, "primaryKey": True, **_BARE},
    {"name": "名称", "field": TEXT, "dataType": "C", "length": 50, "nullable": False, "primaryKey": False, **_BARE},
)
_ROWS = 6


@dataclass(frozen=True)
class Depot:
    """One published table that takes deliveries.

    Attributes:
        code: its code.
        rows: good rows, each with a key of its own.
    """

    desk: Desk
    code: str
    rows: tuple[Row, ...]

    @property
    def keyless(self) -> Row:
        """A row that breaks the structure twice: no key, and no name."""
        return {KEY: None, TEXT: None}

    @property
    def nameless(self) -> Row:
        """A row that breaks the structure once: its key is free, its name is missing."""
        return {KEY: f"{self.rows[0][KEY]}9", TEXT: None}

    def holds(self, due: Sequence[Row], *shown_by: Answer) -> None:
        """Hold the rows that are served to those that are due, each once.

        Raises:
            Failed: they are others.
        """
        found = walk(self.desk.run.node, f"/data/{self.code}", role="editor")
        came, wanted = (sorted((words(row, KEY), words(row, TEXT)) for row in rows) for rows in (found.items, due))
        if came == wanted:
            return
        raise failure(
            Text(
                f"可读 {len(came)} 行，键为 {[key for key, _ in came]}",
                f"{len(came)} rows are served, with the keys {[key for key, _ in came]}",
            ),
            Text(
                f"{len(wanted)} 行，每行一次，键为 {[key for key, _ in wanted]}",
                f"{len(wanted)} rows, each once, with the keys {[key for key, _ in wanted]}",
            ),
            (*(one.n for one in shown_by), *found.pages),
        )


def open_depot(desk: Desk, catalog: Catalog, name: str) -> Depot:
    """Publish a table below the sandbox prefix, served as an interface and in bulk.

    Raises:
        Untested: no published entry can serve as a model.
        Failed: a step of the lawful way is refused.
    """
    models = [one for one in catalog.shared if _plain(one)]
    if not models:
        raise Untested(Text("没有可作样板的数据库类目录", "no entry of a database can serve as a model"))
    like = min(models, key=lambda one: words(one, "share", "type") != "unconditional")
    entry = desk.entry(name, like)
    entry.pop("bindings", None)
    entry["items"] = [dict(one) for one in _ITEMS]
    entry["share"] = dict(entry.get("share") or {}) | {"ways": ["service-interface", "bulk-exchange"]}
    desk.carry(desk.register(entry).expect(201).member("id", str), like)
    start = desk.run.digits(f"rows:{name}", 6)
    rows = ({KEY: f"{start}{number:02d}", TEXT: f"样例{number}"} for number in range(_ROWS))
    return Depot(desk, str(entry["code"]), tuple(rows))


def _plain(entry: dict[str, Any]) -> bool:
    return bool(entry.get("items")) and not entry.get("basicDatabase") and words(entry, "format", "class") == "database"
