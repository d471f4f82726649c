"""Links of documents of OGC APIs: found by their relation, JSON before other forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

if TYPE_CHECKING:
    from conformance.node.answer import Answer

JSON = "application/json"
GEOJSON = "application/geo+json"
ACCEPT = {JSON: f"{JSON}, */*;q=0.1", GEOJSON: f"{GEOJSON}, {JSON};q=0.9, */*;q=0.1"}
_REGISTER = "http://www.opengis.net/def/rel/ogc/1.0/"
_OTHER = 3


def linked(answer: Answer, rel: str, links: Any = None) -> str | None:
    """Return the absolute address of the best link of a relation, None where there is none to JSON.

    Args:
        answer: the document; its address is what relative links rest on.
        rel: the relation, by its name or as the OGC registers it.
        links: of a part of the document; its own where None.
    """
    known = links if links is not None else _member(answer.json, "links")
    usable = [one for one in known if _is(one, rel)] if isinstance(known, list) else []
    best = min(usable, key=_rank, default=None)
    return urljoin(answer.exchange.url, best["href"]) if best and _rank(best) < _OTHER else None


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _is(link: Any, rel: str) -> bool:
    href = _member(link, "href")
    return _member(link, "rel") in {rel, f"{_REGISTER}{rel}"} and isinstance(href, str) and href != ""


def _rank(link: dict[str, Any]) -> int:
    media = str(link.get("type") or "").partition(";")[0].strip().lower()
    return 0 if media == GEOJSON else 1 if media.endswith("json") else 2 if not media else _OTHER
