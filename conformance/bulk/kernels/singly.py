"""Kernels over one value that are no identifiers."""

from __future__ import annotations

import re

from conformance.rules.identifiers import is_real_date

_HOUR, _SIXTY = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_CLOCK = re.compile(rf"T{_HOUR}:{_SIXTY}:{_SIXTY}(?:\.[0-9]+)?(?:Z|[+-]{_HOUR}:{_SIXTY})")
_GARBLED = re.compile(
    r"\?\?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\uf8ff\ufffd\U000f0000-\U0010ffff]"
    r"|\A[ \t\n\r\u3000\xa0]|[ \t\n\r\u3000\xa0]\Z"
)


def date_time(text: str) -> bool:
    """Tell whether `text` is a real instant written YYYY-MM-DDThh:mm:ss, a fraction if any, and an offset or Z."""
    return _CLOCK.fullmatch(text, 10) is not None and is_real_date(text[:10])


def clean_text(text: str) -> bool:
    """Tell whether `text` holds no replacement or private character, no `??`, no control, and no blank at an end.

    Controls are C0 but tab and line ends, DEL and C1; blanks are space, tab, line ends, U+3000 and U+00A0.
    """
    return _GARBLED.search(text) is None
