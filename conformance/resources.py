"""The one place that knows where `standards/` and `fixtures/` are: in the wheel or in the checkout."""

from __future__ import annotations

from pathlib import Path

_MARKERS = {"standards": "edition.yaml", "fixtures": "profiles"}


def folder(name: str) -> Path:
    """Return the folder `standards` or `fixtures` as a real path.

    Raises:
        FileNotFoundError: neither the installed package nor a checkout holds it; both places are named.
    """
    package = Path(__file__).resolve().parent
    places = [package / "_data" / name, package.parent / name]
    for place in places:
        if (place / _MARKERS[name]).exists():
            return place
    message = f"{name}/ is neither at {places[0]} nor at {places[1]}: the installation is incomplete"
    raise FileNotFoundError(message)
