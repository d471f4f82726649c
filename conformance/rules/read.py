"""Reading entries that may be anything: nothing here raises, whatever a node or a file holds."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Entry = dict[str, Any]

_SHOWN = 80
_CHINA = timezone(timedelta(hours=8))


def at(value: object, *path: str) -> Any:
    """Return the member at the end of `path`, or None where the path breaks off."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def words(value: object, *path: str) -> str:
    """Return the text at the end of `path` without surrounding space, or nothing where there is no text."""
    for name in path:
        if not isinstance(value, dict):
            return ""
        value = value.get(name)
    return value.strip() if isinstance(value, str) else ""


def listed(value: object, *path: str) -> Iterator[tuple[int, Any]]:
    """Yield the elements of the list at the end of `path` with their index."""
    found = at(value, *path)
    yield from enumerate(found if isinstance(found, list) else ())


def day(value: object) -> date | None:
    """Return the day of a CCYY-MM-DD text, or None."""
    text = value if isinstance(value, str) else ""
    try:
        return date.fromisoformat(text) if len(text) == len("CCYY-MM-DD") else None
    except ValueError:
        return None


def day_of_moment(value: object) -> date | None:
    """Return the day in China (UTC+8) of an RFC 3339 date-time, or None."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    try:
        return moment.astimezone(_CHINA).date() if moment and moment.tzinfo else None
    except OverflowError:
        return None


def shown(value: object) -> str:
    """Return a value as JSON of at most 80 characters, safe to encode and to print."""
    cut = value[: _SHOWN + 1] if isinstance(value, str | list) else value
    text = json.dumps(cut, ensure_ascii=False, default=str)
    short = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return short.encode("utf-8", "backslashreplace").decode("utf-8")


def pointer(*path: object) -> str:
    """Return the JSON pointer (RFC 6901) of a path of names and indices."""
    return "".join("/" + str(one).replace("~", "~0").replace("/", "~1") for one in path)
