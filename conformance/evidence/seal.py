"""A manifest that shows whether it was changed: its last member is a digest over all the others."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

SEAL = "seal"


def sealed(manifest: dict[str, Any]) -> bytes:
    """Return a manifest as the bytes of its file, sealed."""
    digest = hashlib.sha256(_bytes(manifest)).hexdigest()
    return _bytes({**manifest, SEAL: digest})


def unsealed(file: bytes) -> dict[str, Any] | None:
    """Return the manifest in a file, None where a byte of it was changed.

    Raises:
        ValueError: it is not JSON.
        TypeError: it is not an object.
    """
    manifest = dict(orjson.loads(file))
    manifest.pop(SEAL, None)
    return manifest if sealed(manifest) == file else None


def _bytes(manifest: dict[str, Any]) -> bytes:
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"
