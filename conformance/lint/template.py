"""How a table becomes entries: `standards/catalog/export.yaml` as values."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.law.load import read_yaml
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ITEM = "/items/-/"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the template.

    Attributes:
        heading: its usual heading.
        names: every heading that means it, normalised.
        pointer: where its cells go in the entry; `/items/-/…` for the item of the row; empty where it depends.
        kind: `text`, `integer`, `boolean`, `date`, `date-time` or `list`.
        values: what a word of the table is called in an entry, by the normalised word.
        labels: the way back, for messages.
        width: digits to fill up with zeros, or 0.
        by: the member that the pointer depends on, and the pointer for each of its values.
    """

    heading: Text
    names: frozenset[str]
    pointer: str
    kind: str
    values: Mapping[str, Any]
    labels: Mapping[str, str]
    width: int = 0
    by: tuple[str, Mapping[str, str]] = ("", MappingProxyType({}))

    @property
    def of_item(self) -> bool:
        """Whether the column tells of the item of its row, not of the entry."""
        return self.pointer.startswith(_ITEM)

    @property
    def path(self) -> tuple[str, ...]:
        """The members that lead to the value, from the entry or from the item."""
        return tuple(self.pointer.removeprefix(_ITEM).strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class Template:
    """The whole of it.

    Attributes:
        columns: the columns in the order of the template.
        item_when: pointers of which one has to be filled for a row to add an item.
        continue_when_blank: whether a row without a code goes on with the entry above.
        search_rows: how many rows may stand before the heading is over.
        least: known headings that make a row the heading.
        strip: what is left out of a heading before it is compared.
        refuse_unknown: whether an unknown heading ends the reading.
        encodings: of CSV, in the order to try.
        delimiters: of CSV.
        separators: between several values in one cell.
        dates: forms of a date that are understood.
    """

    columns: tuple[Column, ...]
    item_when: frozenset[str]
    continue_when_blank: bool
    search_rows: int
    least: int
    strip: tuple[str, ...]
    refuse_unknown: bool
    encodings: tuple[str, ...]
    delimiters: tuple[str, ...]
    separators: tuple[str, ...]
    dates: tuple[str, ...]

    def named(self, heading: str) -> Column | None:
        """Return the column that a normalised heading means."""
        return next((one for one in self.columns if heading in one.names), None)

    def normalise(self, heading: str) -> str:
        """Return a heading as headings are compared."""
        return _bare(heading, self.strip)


def plain(words: str) -> str:
    """Return text with full-width letters and brackets made half-width, without the space around it."""
    return unicodedata.normalize("NFKC", words).strip()


def _bare(heading: str, strip: tuple[str, ...]) -> str:
    for one in strip:
        heading = heading.replace(one, "")
    bare = plain(heading)
    for one in strip:
        bare = bare.replace(one, "")
    return bare.lower()


def load_template(standards: Path) -> Template:
    """Read the template of the law.

    Raises:
        LawError: it is missing or not YAML.
    """
    data = read_yaml(standards / "catalog" / "export.yaml")
    rows, heading, csv = data["rows"], data["heading"], data["files"]["csv"]
    strip = tuple(heading["strip"])
    return Template(
        columns=tuple(_column(one, data["values"], strip) for one in data["columns"]),
        item_when=frozenset(rows["item_when_any"]),
        continue_when_blank=rows["continue_when_blank"],
        search_rows=heading["search_rows"],
        least=heading["least"],
        strip=strip,
        refuse_unknown=heading["unknown"] != "report",
        encodings=tuple(csv["encodings"]),
        delimiters=tuple(csv["delimiters"]),
        separators=tuple(data["lists"]["separators"]),
        dates=tuple(data["dates"]["forms"]),
    )


def _column(data: Mapping[str, Any], maps: Mapping[str, Mapping[str, Any]], strip: tuple[str, ...]) -> Column:
    heading = text(data["heading"])
    kind = data.get("type", "text")
    words = maps.get("boolean" if kind == "boolean" else data.get("values", ""), {})
    by = data.get("by", {"member": "", "pointers": {}})
    return Column(
        heading=heading,
        names=frozenset(_bare(str(one), strip) for one in (*heading, *data["aliases"])),
        pointer=data.get("pointer", ""),
        kind=kind,
        values={plain(str(word)): value for word, value in words.items()},
        labels={str(value): str(word) for word, value in reversed(list(words.items()))},
        width=data.get("width", 0),
        by=(by["member"], by["pointers"]),
    )
