"""From a bare URL to a profile: what the node says of itself, and the identities of an open test instance."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from conformance.node.identity import Identity, offered
from conformance.node.layered import as_layers
from conformance.node.network import Request
from conformance.node.profile import Access, Profile, ProfileError, Sandbox, is_url
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node.wire import Wire

DESCRIPTOR = "/.well-known/district-node"
_HEADERS = (("accept", "application/json"), ("accept-encoding", "gzip"), ("user-agent", "district-conformance/1"))


_CLASS = re.compile(r"(catalog|data|architecture|interfaces|process|components)/[a-z-]{1,40}")


def bare_profile(url: str) -> Profile:
    """Return the profile of a node of which only the URL is known.

    Raises:
        ProfileError: the URL is not one of http or https, or carries credentials.
    """
    if not is_url(url):
        raise ProfileError(
            Text(
                f"{url} 既不是存在的配置文件，也不是 http(s) 地址",
                f"{url} is neither a profile that exists nor an http(s) URL",
            )
        )
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ProfileError(
            Text(
                "地址中不得带凭证、查询或片段；身份请写入配置",
                "A URL carries no credentials, query or fragment: identities go into the profile",
            )
        )
    return Profile(url=url.rstrip("/"), access=Access(), bare=True)


def descriptor(wire: Wire, profile: Profile) -> dict[str, Any]:
    """Return the node's descriptor, empty where it gives none that can be read."""
    data, _ = _fetch(wire, profile.url + DESCRIPTOR)
    return data


def complete(wire: Wire, profile: Profile, described: dict[str, Any]) -> Profile:
    """Fill in what the profile leaves to the node: code, name, claims, and an open sandbox's identities."""
    if not described and profile.bare:
        profile = as_layers(wire, profile)
    claims = described.get("conformsTo")
    known = replace(
        profile,
        code=profile.code or _word(described.get("nodeCode")),
        claims=profile.claims
        if profile.claims is not None
        else tuple(one for one in claims if isinstance(one, str) and _CLASS.fullmatch(one))
        if isinstance(claims, list)
        else (),
        name=profile.name or _name(described),
    )
    sandbox = described.get("sandbox")
    if not isinstance(sandbox, dict) or sandbox.get("open") is not True:
        return known
    known = replace(known, access=replace(known.access, open=True))
    return known if known.access.identities else _open_sandbox(wire, known, sandbox)


def _open_sandbox(wire: Wire, profile: Profile, sandbox: dict[str, Any]) -> Profile:
    data, raw = _fetch(wire, f"{profile.url}/sandbox/identities")
    identities: dict[str, Identity] = {}
    for one in (*_listed(raw, "items"), *_listed(raw, "special")) if data else ():
        known = offered(one)
        if known is None:
            continue
        role = known[0] if known[0] not in identities else f"{known[0]}-b"
        for secret in known[1].secrets:
            wire.redactor.learn(secret)
        identities.setdefault(role, replace(known[1], role=role))
    prefix = sandbox.get("codePrefix")
    usable = isinstance(prefix, str) and len(prefix) >= 6 and prefix.isascii() and prefix.isdigit()  # noqa: PLR2004
    area = Sandbox(str(prefix), bool(sandbox.get("clock")), bool(sandbox.get("reset"))) if usable else None
    mode = "sandbox" if area and identities and profile.bare else profile.access.mode
    return replace(profile, access=replace(profile.access, identities=identities, sandbox=area, mode=mode))


def _listed(data: dict[str, Any], name: str) -> list[Any]:
    found = data.get(name)
    return found if isinstance(found, list) else []


def _fetch(wire: Wire, url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the JSON object at `url` as recorded and as it came; both empty where there is none."""
    exchange, raw = wire.send(Request(wire.owner, "", "GET", url, _HEADERS))
    if exchange.status != 200:  # noqa: PLR2004
        return {}, {}
    try:
        recorded, real = orjson.loads(exchange.body), orjson.loads(raw)
    except ValueError:
        return {}, {}
    return (recorded, real) if isinstance(recorded, dict) and isinstance(real, dict) else ({}, {})


def _word(value: Any) -> str | None:
    usable = isinstance(value, str) and 0 < len(value) <= 40 and value.replace("-", "").isalnum() and value.isascii()  # noqa: PLR2004
    return value if usable else None


def _name(described: dict[str, Any]) -> Text | None:
    name, english = described.get("name"), described.get("nameEn")
    if not isinstance(name, str):
        return None
    return Text(name[:80], english[:80] if isinstance(english, str) else name[:80])
