"""What an open test instance tells its visitors: credentials for each role."""

from __future__ import annotations

import base64
import json
import urllib.request
from typing import Any


def fetch(url: str, token: str = "", data: bytes | None = None, **headers: str) -> Any:
    """Ask a node directly, without the suite."""
    known = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, data, known | headers)  # noqa: S310 - a node of these tests
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return json.load(response)


def secrets_of(node: str) -> dict[str, tuple[str, str]]:
    """Client id and secret of each role, the first where a role has two."""
    found: dict[str, tuple[str, str]] = {}
    for one in fetch(f"{node}/sandbox/identities")["items"]:
        found.setdefault(one["role"], (one["clientId"], one["clientSecret"]))
    return found


def token_of(node: str, role: str) -> str:
    pair = base64.b64encode(":".join(secrets_of(node)[role]).encode()).decode()
    data = b"grant_type=client_credentials"
    return str(fetch(f"{node}/oauth/token", data=data, Authorization=f"Basic {pair}")["access_token"])


def catalog_of(node: str) -> dict[str, tuple[int, str]]:
    """Code, version and digest of everything that a node lists."""
    token = token_of(node, "reader")
    found: dict[str, tuple[int, str]] = {}
    cursor = ""
    while True:
        page = fetch(f"{node}/catalog/resources?limit=500{cursor}", token)
        found |= {one["code"]: (one["version"], one["digest"]) for one in page["items"]}
        if not page["next"]:
            return found
        cursor = f"&cursor={page['next']}"


def as_profile(node: str) -> dict[str, Any]:
    """Identities as a profile refers to them, by environment."""
    return {
        role: {"client_id": client, "secret": {"env": f"SECRET_{role.upper()}"}}
        for role, (client, _) in secrets_of(node).items()
        if role != "admin"
    }


def as_environment(node: str) -> dict[str, str]:
    return {f"SECRET_{role.upper()}": secret for role, (_, secret) in secrets_of(node).items()}
