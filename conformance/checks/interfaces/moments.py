"""Times as documents write them."""

from __future__ import annotations

from datetime import datetime


def moment(text: str) -> datetime | None:
    """Return the moment that an RFC 3339 date-time names, None where the text is none or has no offset."""
    try:
        found = datetime.fromisoformat(text.upper()) if "T" in text.upper() else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
