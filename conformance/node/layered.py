"""Servers of spatial layers and nothing else, such as an established product: they have no descriptor of ours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.judge import Failed
from conformance.node.answer import Answer
from conformance.node.links import ACCEPT, JSON, linked
from conformance.node.network import Request

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.node.profile import Profile
    from conformance.node.wire import Wire

#: The one conformance class that such a server can keep.
CLASS = "interfaces/spatial"
_HEADERS = (("accept", ACCEPT[JSON]), ("accept-encoding", "gzip"), ("user-agent", "district-conformance/1"))


def layers_only(claims: Collection[str]) -> bool:
    """Tell whether a node claims nothing but spatial layers: it is met by its layers alone."""
    return set(claims) == {CLASS}


def as_layers(wire: Wire, profile: Profile) -> Profile:
    """Where only the URL is known and a landing page of OGC API Features lies there: the profile of its layers.

    Args:
        wire: asks.
        profile: of a node that gave no descriptor; comes back as it is where nothing of the kind is found.

    Raises:
        CantTell: the node stopped answering.
    """
    url = f"{profile.url}/"
    exchange, _ = wire.send(Request(wire.owner, "", "GET", url, _HEADERS))
    if exchange.refused or exchange.status != 200:  # noqa: PLR2004
        return profile
    answer = Answer(exchange)
    try:
        found = all(linked(answer, rel) for rel in ("conformance", "data"))
    except Failed:
        return profile
    return replace(profile, claims=(CLASS,), access=replace(profile.access, ogc="/")) if found else profile
