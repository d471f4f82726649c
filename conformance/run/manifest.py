"""The manifest with which a run begins."""

from __future__ import annotations

import platform
import secrets
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.judge.values import as_data

if TYPE_CHECKING:
    from conformance.node.profile import Profile
    from conformance.run.opening import Request


def run_id() -> str:
    """Return a name for a new run: when it began, and something nobody else has."""
    return f"{datetime.now(UTC).astimezone():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def manifest(request: Request, profile: Profile, run: str, started: datetime) -> dict[str, Any]:
    """Return the first manifest of a run: what is known before the node was asked anything."""
    return {
        "schema": 1,
        "run": run,
        "node": {"url": profile.url, "name": as_data(profile.name), "code": profile.code},
        "profile": profile.public(),
        "edition": request.law.edition.id,
        "law": request.law.digest,
        "suite": __version__,
        "mode": request.mode or profile.access.mode,
        "seed": request.seed,
        "depth": request.depth,
        "selected": list(request.selected),
        "claims": sorted(profile.claims or ()),
        "parameters": dict(profile.parameters),
        "started": started.isoformat(),
        "versions": {
            "python": platform.python_version(),
            "pytest": version("pytest"),
            "hypothesis": version("hypothesis"),
        },
    }
