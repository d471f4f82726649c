"""The refusal of a column whose type has no text form."""

from __future__ import annotations

from conformance.bulk.values import SourceError
from conformance.text import Text

_SHAPE = Text("WKB或文本", "WKB or text")
_VALUE = Text("文本、数值、日期或布尔", "text, number, date or truth")
_WRONG = Text(
    "{source}：列 {column} 的物理类型为 {kind}，应为{due}", "{source}: column {column} is physically {kind}, due {due}"
)


def refused(source: str, column: str, kind: str, *, geometry: bool) -> SourceError:
    """Return the error of a column that holds what no rule can judge.

    Args:
        source: as it may be shown.
        column: as it is called there.
        kind: its physical type.
        geometry: whether geometries were due.
    """
    return SourceError(_WRONG.fill(source=source, column=column, kind=kind, due=_SHAPE if geometry else _VALUE))
