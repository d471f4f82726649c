"""Makes text from a node harmless to its reader: no control or direction characters, no endless strings."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Characters of a value that are shown where nothing else is said.
LIMIT = 2000

_DELETE = 0x7F
_PICTURES = 0x2400
_NAMED = (
    *range(0x80, 0xA0),  # C1 controls
    *(0xAD, 0x61C, 0x115F, 0x1160, 0x180E, 0x3164, 0xFEFF, 0xFFA0),  # invisible letters and marks
    *range(0x200B, 0x2010),  # zero width, left-to-right and right-to-left marks
    *range(0x2028, 0x202F),  # separators, embeddings and overrides of direction
    *range(0x2060, 0x2070),  # invisible operators, isolates
    *range(0xFFF0, 0xFFFC),  # annotations
    *(0xFFFE, 0xFFFF),
    *range(0xE0000, 0xE0080),  # tags
)
_LINE: Mapping[int, str] = {
    **{code: chr(_PICTURES + code) for code in range(0x20)},
    _DELETE: "␡",
    **{code: f"⟦U+{code:04X}⟧" for code in _NAMED},
    **dict.fromkeys(range(0xD800, 0xE000), "�"),
}
_LINES: Mapping[int, str] = {code: shown for code, shown in _LINE.items() if chr(code) not in "\n\t"}
_NAMES = r"access_token|refresh_token|id_token|client_?secret|clientSecret|app_?secret|password|secret"
_JSON_SECRET = re.compile(rf'("(?:{_NAMES})"\s*:\s*")[^"]*', re.IGNORECASE)
_FORM_SECRET = re.compile(rf"(?m)((?:^|[&?])(?:{_NAMES})=)[^&\s]*", re.IGNORECASE)
_CUT = Text("……（截断：共 {of} 字，显示前 {shown} 字）", "… (cut: the first {shown} of {of} characters)")


def line(value: str, limit: int = 400) -> str:
    """Return `value` as one harmless line; a cut is announced in both languages."""
    shown = value[:limit].translate(_LINE)
    return shown if len(value) <= limit else f"{shown}… [截断 cut: {limit:,}/{len(value):,}]"


def block(value: str, limit: int = LIMIT) -> Text:
    """Return `value` as harmless text that may have several lines; a cut is announced."""
    shown = value[:limit].replace("\r\n", "\n").translate(_LINES)
    if len(value) <= limit:
        return Text(shown, shown)
    cut = _CUT.fill(shown=f"{limit:,}", of=f"{len(value):,}")
    return Text(shown + cut.zh, shown + cut.en)


def words(value: Text, limit: int = LIMIT) -> Text:
    """Return both sides of a text made harmless, each cut for itself."""
    return Text(block(value.zh, limit).zh, block(value.en, limit).en)


def some_words(value: object) -> Text | None:
    """Return the harmless text in data that may be missing, one string, or {zh, en}."""
    if value is None:
        return None
    return block(value) if isinstance(value, str) else words(text(value))


def masked(value: str) -> str:
    """Return a body without the values of members and fields that are named like secrets."""
    return _FORM_SECRET.sub(r"\1***", _JSON_SECRET.sub(r"\1***", value))


def moment(value: str) -> str:
    """Return an ISO time as a person reads it, to the second and with its zone."""
    return datetime.fromisoformat(value).isoformat(" ", "seconds").replace("+", " +")


def ranges(numbers: Iterable[int], most: int = 12) -> str:
    """Return numbers as a person writes them, `1–3, 7`; how many runs were left out is announced."""
    runs: list[list[int]] = []
    for one in sorted(set(numbers)):
        if runs and one == runs[-1][-1] + 1:
            runs[-1][1:] = [one]
        else:
            runs.append([one])
    shown = ["–".join(str(one) for one in run) for run in runs[:most]]
    return ", ".join(shown) + (f" … (+{len(runs) - most})" if len(runs) > most else "")
