"""Addresses of a node: a path below its root, or a reference that it gave, as an absolute URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


def absolute(home: str, path: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the absolute URL of a path or reference of the node at `home`; parameters that are None are left out."""
    given = {name: value for name, value in (params or {}).items() if value is not None}
    query = urlencode(given, quote_via=quote)
    base = path if urlsplit(path).scheme else home + path if path.startswith("/") else path
    joined = quote(urljoin(f"{home}/", base), safe="%/:=&?~#+!$,;'@()*[]")
    return f"{joined}{'&' if urlsplit(joined).query else '?'}{query}" if query else joined


def same_node(home: str, there: str) -> bool:
    """Tell whether an absolute URL leads to the node at `home`."""
    one, other = urlsplit(home), urlsplit(there)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)
