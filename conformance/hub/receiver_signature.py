"""What the signature of a delivery is worth: RFC 9421 as the contract has it, over the digest of RFC 9530."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.node.signing import content_digest
from conformance.node.signing.algorithms import sign
from conformance.node.signing.message import COVERED, signature_base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.hub.server import Asked
    from conformance.node.signing import Key

_ALGORITHMS = frozenset({"hmac-sha256", "hmac-sm3"})
_INPUT = re.compile(
    r'([a-z*][a-z0-9_.*-]*)=(\(("[^"]*"(?: "[^"]*")*)?\)(?:;[a-z*][a-z0-9_.*-]*=(?:"[^"]*"|-?[0-9]+))*)\s*(?:,|$)'
)
_VALUE = re.compile(r"([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):")
_PARAMETER = re.compile(r';([a-z*][a-z0-9_.*-]*)=(?:"([^"]*)"|(-?[0-9]+))')
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=(:[A-Za-z0-9+/]*={0,2}:)")


class Signature(StrEnum):
    """What a signature is worth."""

    VERIFIED = "verified"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    UNCOVERED = "uncovered"
    INCOMPLETE = "incomplete"
    DIGEST = "digest-differs"
    KEY = "unknown-key"
    ALGORITHM = "unknown-algorithm"
    WRONG = "does-not-verify"
    REPLAYED = "nonce-repeated"
    LOOSE = "verifies-altered"


@dataclass(frozen=True, slots=True)
class _Signed:
    """One signature of a message: the components that it covers, its parameters, as written and read, and its value."""

    components: tuple[str, ...]
    written: str
    parameters: dict[str, str]
    value: bytes


def examined(asked: Asked, sink: str, key: Key | None, nonces: set[str]) -> Signature:
    """Return what the signature of a delivery is worth; one that verifies has to fail over altered bytes.

    Args:
        asked: the delivery.
        sink: the address that the node was told.
        key: of the subscription; None where it gave none.
        nonces: those seen before; this one is added.
    """
    signed = list(_signatures(asked))
    if not signed:
        stated = asked.header("signature-input") and asked.header("signature")
        return Signature.UNREADABLE if stated else Signature.ABSENT
    found = [(_worth(asked, one, sink, key), one) for one in signed]
    best, one = next((pair for pair in found if pair[0] is Signature.VERIFIED), found[0])
    if best is not Signature.VERIFIED:
        return best
    if any(_worth(other, one, sink, key) is Signature.VERIFIED for other in _altered(asked)):
        return Signature.LOOSE
    nonce = one.parameters["nonce"]
    if nonce in nonces:
        return Signature.REPLAYED
    nonces.add(nonce)
    return Signature.VERIFIED


def _worth(asked: Asked, one: _Signed, sink: str, key: Key | None) -> Signature:
    if (lacking := _lacking(one, key)) is not None:
        return lacking
    if not _digest_fits(asked):
        return Signature.DIGEST
    values = [(name, _component(asked, name, sink)) for name in one.components]
    lines = tuple((name, value) for name, value in values if value is not None)
    if key is None or len(lines) != len(values):
        return Signature.UNREADABLE
    due = sign(key, key.algorithm, signature_base(lines, one.written).encode())
    return Signature.VERIFIED if hmac.compare_digest(due, one.value) else Signature.WRONG


def _lacking(one: _Signed, key: Key | None) -> Signature | None:
    """Return what keeps a signature from being verified at all."""
    algorithm = one.parameters.get("alg")
    if not set(COVERED) <= set(one.components):
        return Signature.UNCOVERED
    if not all(one.parameters.get(name) for name in ("created", "nonce", "keyid")):
        return Signature.INCOMPLETE
    if key is None:
        return Signature.KEY
    known = algorithm is None or (algorithm in _ALGORITHMS and algorithm == key.algorithm)
    return None if known else Signature.ALGORITHM


def _digest_fits(asked: Asked) -> bool:
    match = _DIGEST.search(asked.header("content-digest") or "")
    return match is not None and f"sha-256={match[1]}" == content_digest(asked.body)


def _altered(asked: Asked) -> Iterator[Asked]:
    """The delivery with one byte of its body changed, as it is and with the digest made to fit."""
    body = asked.body[:-1] + bytes([(asked.body[-1] if asked.body else 0) ^ 1])
    yield replace(asked, body=body)
    kept = tuple(pair for pair in asked.headers if pair[0] != "content-digest")
    yield replace(asked, body=body, headers=(*kept, ("content-digest", content_digest(body))))


def _component(asked: Asked, name: str, sink: str) -> str | None:
    """The value of a component (RFC 9421, section 2), None where the message does not have it."""
    parts = urlsplit(sink)
    derived = {
        "@method": asked.method,
        "@target-uri": sink,
        "@authority": parts.netloc.lower(),
        "@scheme": parts.scheme,
        "@path": parts.path or "/",
        "@request-target": asked.target,
        "@query": f"?{parts.query}",
    }
    if name.startswith("@"):
        return derived.get(name)
    values = [value.strip() for header, value in asked.headers if header == name]
    return ", ".join(values) if values else None


def _signatures(asked: Asked) -> Iterator[_Signed]:
    values = {match[1]: match[2] for match in _VALUE.finditer(asked.header("signature") or "")}
    for match in _INPUT.finditer(asked.header("signature-input") or ""):
        label, written, components = match[1], match[2], match[3] or ""
        try:
            value = base64.b64decode(values[label], validate=True)
        except (KeyError, binascii.Error):
            continue
        parameters = {name: text or number for name, text, number in _PARAMETER.findall(written)}
        yield _Signed(tuple(part.strip('"') for part in components.split(" ")), written, parameters, value)
