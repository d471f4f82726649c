"""HTTP message signatures (RFC 9421) over method, target and content digest (RFC 9530), with SM3 or SM2."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from conformance.node.signing.algorithms import sign

if TYPE_CHECKING:
    from conformance.node.signing.values import Key

COVERED = ("@method", "@target-uri", "content-digest")
_LABEL = "sig1"


def content_digest(body: bytes) -> str:
    """Return the value of Content-Digest (RFC 9530) for a body, by SHA-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def message_headers(
    key: Key,
    target: tuple[str, str, bytes],
    created: int,
    nonce: str,
    *,
    algorithm: str | None = None,
    covered: tuple[str, ...] = COVERED,
) -> dict[str, str]:
    """Return the headers that sign a request.

    Args:
        key: signs, and is named.
        target: method, absolute URL and body of the request.
        created: time of the signature, seconds since 1970.
        nonce: used once.
        algorithm: another name to put into `alg` and to sign by, such as one that has to be refused.

        covered: components that are signed; fewer than all have to be refused.

    Raises:
        Untested: the algorithm needs a library that is not there.
    """
    method, url, body = target
    digest = content_digest(body)
    name = algorithm or key.algorithm
    values = {COVERED[0]: method, COVERED[1]: url, COVERED[2]: digest}
    listed = " ".join(f'"{one}"' for one in covered)
    parameters = f'({listed});created={created};nonce="{nonce}";keyid="{key.id}";alg="{name}"'
    base = signature_base(tuple((one, values[one]) for one in covered), parameters)
    value = base64.b64encode(sign(key, name, base.encode())).decode()
    return {
        "content-digest": digest,
        "signature-input": f"{_LABEL}={parameters}",
        "signature": f"{_LABEL}=:{value}:",
    }


def signature_base(components: tuple[tuple[str, str], ...], parameters: str) -> str:
    """Return what is signed (RFC 9421, section 2.5): a line a component, the parameters last."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}'])
