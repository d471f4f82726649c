"""What a manifest keeps of the access that a run had: all of it but the secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.node.identity import from_public
from conformance.node.profile import Access, Sandbox
from conformance.node.redact import MARK

if TYPE_CHECKING:
    from collections.abc import Mapping


def recorded_access(known: Mapping[str, Any]) -> Access:
    """Return the access of a run from its manifest; a mark stands for each secret."""
    public = known["profile"]
    sandbox = public["sandbox"]
    signing = public.get("signing", {})
    return Access(
        mode=known["mode"],
        token_path=public["token_path"],
        identities={
            role: from_public(role, client, signing.get(role), MARK) for role, client in public["identities"].items()
        },
        pin=public.get("pin"),
        sandbox=Sandbox(sandbox["prefix"], sandbox.get("clock", False), sandbox["reset"]) if sandbox else None,
        open=public.get("open", False),
        ogc=public.get("ogc", "/ogc"),
    )
