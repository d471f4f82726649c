"""Which column of a table is which: the heading found, its cells recognised, the unknown ones named."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from conformance.lint.trouble import LintError, about
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.lint.cells import Row
    from conformance.lint.template import Column, Template

_CODE = "/code"
_LETTERS = 26
_LEAST_NAME = 3


@dataclass(frozen=True, slots=True)
class Bound:
    """A column of the template, and where the file has it."""

    index: int
    heading: str
    column: Column

    @property
    def letter(self) -> str:
        """The name of the column in a spreadsheet."""
        return letter(self.index)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one sheet.

    Attributes:
        sheet: its name; nothing for CSV.
        row: the row of the heading.
        columns: those that are read, in the order of the file.
        unknown: headings that mean nothing to us, with their index.
    """

    sheet: str
    row: int
    columns: tuple[Bound, ...]
    unknown: Mapping[int, str]


def letter(index: int) -> str:
    """Return the name of the column with an index from 0: A, B, … Z, AA."""
    name = ""
    index += 1
    while index:
        index, place = divmod(index - 1, _LETTERS)
        name = chr(ord("A") + place) + name
    return name


def known(row: Row, template: Template) -> int:
    """Return how many cells of a row are headings of the template."""
    return sum(template.named(template.normalise(row.text(at))) is not None for at in range(len(row.cells)))


def find_layout(path: Path, sheet: str, rows: Iterator[Row], template: Template) -> tuple[Layout, Iterator[Row]] | None:
    """Find the heading among the first rows; return the columns and the rows below it, or None where there is none.

    Raises:
        LintError: the heading has no code, says one thing twice, or has a word that looks like a slip.
    """
    head = list(islice(rows, template.search_rows + 1))
    for at, row in enumerate(head[: template.search_rows]):
        if known(row, template) >= template.least:
            below = head[at + 1 :]
            headings = _headings(row, below[0] if below else None, template)
            layout = _layout(path, sheet, row, headings, template)
            deep = 0 if headings == _single(row) else 1
            return layout, chain(below[deep:], rows)
    return None


def _single(row: Row) -> list[str]:
    return [row.text(at) for at in range(len(row.cells))]


def _headings(row: Row, below: Row | None, template: Template) -> list[str]:
    """Return the heading of each column, from two rows where the lower one divides merged cells of the upper."""
    upper = _single(row)
    lower = _single(below) if below else []
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    merged = [_inherit(upper, at) if lower[at] else upper[at] for at in range(width)]
    joined = [_joined(*pair, template) for pair in zip(merged, lower, strict=True)]
    divides = any(lower) and all(
        template.named(template.normalise(one)) for one, part in zip(joined, lower, strict=True) if part
    )
    return joined if divides else _single(row)


def _inherit(upper: Sequence[str], at: int) -> str:
    return next((upper[place] for place in range(at, -1, -1) if upper[place]), "")


def _joined(group: str, part: str, template: Template) -> str:
    candidates = (f"{group}{part}", f"{group}（{part}）", part) if part else (group,)
    return next((one for one in candidates if template.named(template.normalise(one))), candidates[-1])


def _layout(path: Path, sheet: str, row: Row, headings: Sequence[str], template: Template) -> Layout:
    bound: list[Bound] = []
    unknown: dict[int, str] = {}
    for index, heading in enumerate(headings):
        column = template.named(template.normalise(heading))
        if column is not None:
            bound.append(Bound(index, heading, column))
        elif template.normalise(heading):
            unknown[index] = heading
    layout = Layout(sheet, row.number, tuple(bound), unknown)
    for problem in (_twice(layout), _slip(layout, template), _codeless(layout)):
        if problem:
            where = spot_of(layout)
            raise about(path, f"{where.zh}{problem.zh}", f"{where.en}{problem.en}")
    return layout


def spot_of(layout: Layout) -> Text:
    """Return the beginning of a sentence about the heading."""
    sheet = Text(f"工作表“{layout.sheet}”", f"sheet “{layout.sheet}”, ") if layout.sheet else Text("", "")
    return Text(f"{sheet.zh}第 {layout.row} 行", f"{sheet.en}row {layout.row}, ")


def _twice(layout: Layout) -> Text | None:
    seen: dict[str, Bound] = {}
    for one in layout.columns:
        first = seen.setdefault(one.column.heading.zh, one)
        if first is not one:
            return Text(
                f" {first.letter} 列“{first.heading}”与 {one.letter} 列“{one.heading}”含义相同，请保留一列",
                f"column {first.letter} “{first.heading}” and column {one.letter} “{one.heading}” mean the same; "
                "keep one of them",
            )
    return None


def _slip(layout: Layout, template: Template) -> Text | None:
    """Return what is wrong with an unknown heading that is nearly the name of a column that is missing."""
    taken = {one.column.heading for one in layout.columns}
    missing = {name: one for one in template.columns if one.heading not in taken for name in one.names}
    for index, heading in layout.unknown.items():
        near = next((one for one in missing if _nearly(template.normalise(heading), one)), "")
        if near or template.refuse_unknown:
            name = missing[near].heading.zh if near else ""
            zh, en = (f"；是否应为“{name}”？", f"; did you mean “{name}”?") if name else ("", "")
            return Text(
                f" {letter(index)} 列“{heading}”不是已知的列名{zh}",
                f"column {letter(index)} “{heading}” is no known heading{en}",
            )
    return None


def _nearly(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter that is another, missing or too many."""
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), -1)
    at = at if at >= 0 else min(len(one), len(other))
    tails = {(one[at + 1 :], other[at + 1 :]), (one[at:], other[at + 1 :]), (one[at + 1 :], other[at:])}
    return min(len(one), len(other)) >= _LEAST_NAME and any(left == right for left, right in tails)


def _codeless(layout: Layout) -> Text | None:
    if any(one.column.pointer == _CODE for one in layout.columns):
        return None
    seen = "、".join(one.heading for one in layout.columns)
    return Text(
        f"没有“信息资源代码”列；已识别的列：{seen}",
        f"there is no column “信息资源代码”; columns recognised: {seen}",
    )


def headless(path: Path, template: Template) -> LintError:
    """Return the error of a file in which no heading was found."""
    return about(
        path,
        f"前 {template.search_rows} 行内没有目录表头（应有“信息资源代码”“信息资源名称”等列）",
        f"no heading of a catalog in the first {template.search_rows} rows "
        "(columns such as “信息资源代码” and “信息资源名称” are expected)",
    )
