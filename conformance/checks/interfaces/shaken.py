"""What handshakes with a node came to: recorded once, judged by each check that asks."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conformance.checks.finding import failure
from conformance.judge import Inapplicable, Untested
from conformance.node.handshake import probe
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.node import Session

_NAME = "tls"


@dataclass(frozen=True, slots=True)
class Shaken:
    """The data of the probe; None where the node is reached without TLS.

    Attributes:
        url: of the node.
        data: as the event `probe` has it.
    """

    url: str
    data: Mapping[str, Any] | None

    def need(self) -> Mapping[str, Any]:
        """Return the data of the probe.

        Raises:
            Inapplicable: the node is a test instance on this machine, reached over plain HTTP.
            Failed: a node elsewhere is reached over plain HTTP.
        """
        if self.data is not None:
            return self.data
        if is_loopback(self.url):
            raise Inapplicable(
                Text(
                    f"{self.url} 是本机测试实例，以明文 HTTP 访问，没有 TLS 可检验；正式地址须以 https 另行检验",
                    f"{self.url} is a test instance on this machine, reached over plain HTTP: no TLS to judge; "
                    "judge the real address by https",
                )
            )
        raise failure(
            Text(f"{self.url} 以明文 HTTP 提供服务", f"{self.url} is served over plain HTTP"),
            Text("TLS 1.2 及以上版本或 TLCP", "TLS 1.2 or later, or TLCP"),
        )


def shake(run: Session) -> Shaken:
    """Shake hands with the node, each old version once and a modern one.

    Raises:
        Untested: it can be reached through a proxy only.
    """
    url, access = run.node.profile.url, run.node.profile.access
    if urlsplit(url).scheme != "https":
        return Shaken(url, None)
    if access.proxy:
        raise Untested(Text("经代理访问，无法直接握手", "behind a proxy no handshake with the node itself is possible"))
    return Shaken(url, run.measured(_NAME, lambda: probe(access, url), "probe"))


def is_loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
