"""The header signature of the national data-sharing exchange platform, and the MD5 signature that it replaced."""

from __future__ import annotations

import base64
import hashlib
import hmac

PREFIX = "gjgxjhpt_"


def national_signature(key: str, text: str) -> str:
    """Return Base64(HMAC-SHA256(key, text)), as the headers of the national exchange platform have it."""
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


def national_headers(key: str, sid: str, rid: str, rtime: int) -> dict[str, str]:
    """Return the four headers of a signed request.

    Args:
        key: shared with the node.
        sid: service that is called.
        rid: requester.
        rtime: time of the request in milliseconds since 1970.
    """
    sign = national_signature(key, f"{sid}{rid}{rtime}")
    return {f"{PREFIX}sid": sid, f"{PREFIX}rid": rid, f"{PREFIX}rtime": str(rtime), f"{PREFIX}sign": sign}


def gateway_md5(key: str, app: str, rtime: int) -> dict[str, str]:
    """Return the headers of the provincial gateways' old signature: MD5(appKey + secret + requestTime)."""
    sign = hashlib.md5(f"{app}{key}{rtime}".encode(), usedforsecurity=False).hexdigest()
    return {"appkey": app, "requesttime": str(rtime), "sign": sign}
