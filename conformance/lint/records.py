"""What a reader gives: an entry as the rules want it, and the place in the file where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.lint.layout import Layout
    from conformance.lint.template import Template

_CODE_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where one entry stands in its file. Every number counts from 1.

    Attributes:
        index: which entry of the file it is.
        code: its resource code, cut to a readable length; nothing where it has none.
        line: NDJSON: its line.
        sheet: XLSX: its sheet.
        row: CSV and XLSX: its first row.
        item_rows: CSV and XLSX: the row of each of its items.
    """

    index: int
    code: str = ""
    line: int = 0
    sheet: str = ""
    row: int = 0
    item_rows: Sequence[int] = ()

    @property
    def label(self) -> Text:
        """The name that the rules report a breach under; unique in the file."""
        if self.row:
            return spot(self.sheet, self.row)
        if self.line:
            return Text(f"第 {self.line} 行", f"line {self.line}")
        return Text(f"第 {self.index} 条 {self.code}".rstrip(), f"entry {self.index} {self.code}".rstrip())


def spot(sheet: str, row: int) -> Text:
    """Return the name of a row of a table."""
    if sheet:
        return Text(f"工作表“{sheet}”第 {row} 行", f"sheet “{sheet}” row {row}")
    return Text(f"第 {row} 行", f"row {row}")


@dataclass(frozen=True, slots=True)
class Record:
    """One entry as it was read, and its place."""

    entry: Any
    place: Place


@dataclass(frozen=True, slots=True)
class Oddity:
    """A place where a table contradicts itself: no requirement says so, but the file has to be mended.

    Attributes:
        sheet: XLSX: the sheet.
        row: the row.
        column: the heading of the column.
        came: what is there.
        due: what was to be expected.
    """

    sheet: str
    row: int
    column: str
    came: Text
    due: Text


@dataclass(slots=True)
class Remarks:
    """What a reader tells beside the records: bounded, however long the file is.

    Attributes:
        notes: sentences about the whole file.
        oddities: the first contradictions of a table.
        odd: how many there are.
        details: facts about the file, such as its encoding.
        partial: whether the file holds only a part of the catalog.
        layouts: the columns of each sheet of a table, by its name.
    """

    keep: int = 100
    notes: list[Text] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    odd: int = 0
    details: dict[str, str] = field(default_factory=dict)
    partial: bool = False
    layouts: dict[str, Layout] = field(default_factory=dict)

    def excerpt(self, note: Text) -> None:
        """Say that the file holds only a part of the catalog."""
        self.partial = True
        self.notes.append(note)

    def see(self, layout: Layout, template: Template) -> None:
        """Take the columns of a sheet, and say which of the template it lacks and which of its own mean nothing."""
        self.layouts[layout.sheet] = layout
        sheet = Text(f"工作表“{layout.sheet}”", f"Sheet “{layout.sheet}”: ") if layout.sheet else Text("", "")
        if layout.unknown:
            names = "、".join(layout.unknown.values())
            self.notes.append(
                Text(
                    f"{sheet.zh}未识别的列，不作判定：{names}", f"{sheet.en}columns not recognised, not judged: {names}"
                )
            )
        taken = {one.column.heading for one in layout.columns}
        lacking = "、".join(one.heading.zh for one in template.columns if one.heading not in taken)
        if lacking:
            self.notes.append(
                Text(
                    f"{sheet.zh}没有的列，内容按缺失判定：{lacking}",
                    f"{sheet.en}columns that are absent, judged as missing: {lacking}",
                )
            )

    def contradict(self, oddities: Iterable[Oddity]) -> None:
        """Count contradictions and keep the first."""
        for one in oddities:
            self.odd += 1
            if len(self.oddities) < self.keep:
                self.oddities.append(one)


def code_of(entry: Any) -> str:
    """Return the code of an entry, whatever it is, cut to a readable length."""
    code = entry.get("code") if isinstance(entry, dict) else None
    return code[:_CODE_SHOWN] if isinstance(code, str) else ""
