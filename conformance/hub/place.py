"""Where a server of the hub listens for the node, and what in a profile says so."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.hub.hearing import Place, replayed
from conformance.judge import Untested
from conformance.node.profile import Hub
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Session

_LOOPBACK = Hub(("127.0.0.1", 0), wait=5.0)


def hub(run: Session) -> Hub:
    """Return where the hub listens: as the profile says, or on loopback for an open test instance that runs there.

    Raises:
        Untested: the profile says nothing, and the node is not an open test instance on this machine.
    """
    access = run.node.profile.access
    if access.hub is not None:
        return access.hub
    if replayed(run) or (access.open and _is_loopback(run.node.profile.url)):
        return _LOOPBACK
    raise Untested(
        Text(
            "配置未给出 access.hub，节点无法连接套件模拟的上级平台",
            "The profile has no access.hub: the node cannot reach the municipal platform that the suite plays",
        )
    )


def place(run: Session) -> Place:
    """Return where a server of the hub listens.

    Raises:
        Untested: as `hub`.
    """
    found = hub(run)
    return Place(found.listen, found.url)


def _is_loopback(url: str) -> bool:
    name = urlsplit(url).hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
