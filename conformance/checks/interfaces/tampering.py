"""Signed requests of which one thing is wrong."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from conformance.checks.interfaces.signed import NATIONAL, READ, SID
from conformance.judge import Untested
from conformance.node.signing import HMAC_SM3, Key, content_digest, gateway_md5, message_headers
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.checks.interfaces.signed import Signer

    Headers = dict[str, str]

_RID, _SID, _RTIME, _SIGN = (f"gjgxjhpt_{name}" for name in ("rid", "sid", "rtime", "sign"))
_OTHER = replace(READ, path="/catalog/resources?limit=2")


def altered_national(signer: Signer) -> Iterator[tuple[str, Headers]]:
    """Yield signatures of which one header is altered, each made for a request of its own."""
    for name in (_SID, _RID):
        yield f"{name}+", _with(signer, name, lambda value: f"{value}0")
        yield f"{name} aA", _with(signer, name, str.swapcase)
    yield f"{_RTIME}+1", _with(signer, _RTIME, lambda value: str(int(value) + 1))
    yield f"{_RTIME}-1000", _with(signer, _RTIME, lambda value: str(int(value) - 1000))
    for place in (0, 12, 31):
        yield f"{_SIGN}[{place}]", _with(signer, _SIGN, partial(_flipped, place=place))
    yield f"{_SIGN} 1/2", _with(signer, _SIGN, lambda value: value[: len(value) // 2])
    yield f"{_SIGN} aA", _with(signer, _SIGN, str.swapcase)
    yield f"{_SIGN} 0", _with(signer, _SIGN, lambda _: "")


def _with(signer: Signer, name: str, change: Callable[[str], str]) -> Headers:
    headers = signer.headers(NATIONAL)
    return {**headers, name: change(headers[name])}


def _flipped(value: str, place: int) -> str:
    """Return Base64 text with one bit of the bytes that it stands for turned over."""
    raw = bytearray(base64.b64decode(value))
    raw[place] ^= 1
    return base64.b64encode(raw).decode()


def altered_message(signer: Signer, kind: str) -> Iterator[tuple[str, Headers]]:
    """Yield message signatures of which one thing is altered, each made for a request of its own."""
    yield "@target-uri", signer.headers(kind, call=_OTHER)
    yield "@method", signer.headers(kind, call=replace(READ, method="HEAD"))
    yield "content-digest", {**signer.headers(kind), "content-digest": content_digest(b"{}")}
    headers = signer.headers(kind)
    yield "nonce", {**headers, "signature-input": headers["signature-input"].replace('nonce="', 'nonce="0')}
    headers = signer.headers(kind)
    yield "signature", {**headers, "signature": _spoiled(headers["signature"])}
    yield "body", signer.headers(kind, call=replace(READ, body=b"{}"))
    yield "without @target-uri", signer.headers(kind, call=replace(READ, covered=("@method", "content-digest")))


def _spoiled(value: str) -> str:
    """Return a header Signature with one character in the middle of it changed."""
    middle = len(value) // 2
    other = "A" if value[middle] != "A" else "B"
    return f"{value[:middle]}{other}{value[middle + 1 :]}"


def with_md5(signer: Signer) -> Iterator[tuple[str, Headers]]:
    """Yield requests signed with MD5: as provincial gateways had it, in the national headers, as a message signature.

    Raises:
        Untested: the profile has no identity that signs.
    """
    signing = signer.run.node.credentials.identity("reader").signing
    if not signing.rid:
        raise Untested(
            Text("配置中没有签名身份（access.signing）", "The profile has no identity that signs (access.signing)")
        )
    yield "appKey + MD5", gateway_md5(signing.key, signing.rid, signer.millis())
    headers = signer.headers(NATIONAL)
    text = f"{signing.key}{SID}{signing.rid}{headers[_RTIME]}".encode()
    digest = hashlib.md5(text, usedforsecurity=False)
    yield "gjgxjhpt_sign = MD5", {**headers, _SIGN: digest.hexdigest()}
    headers = signer.headers(NATIONAL)
    text = f"{SID}{signing.rid}{headers[_RTIME]}{signing.key}".encode()
    yield "gjgxjhpt_sign = Base64(MD5)", {**headers, _SIGN: base64.b64encode(hashlib.md5(text).digest()).decode()}  # noqa: S324 - what has to be refused
    key = signing.key_for(HMAC_SM3) or Key(signing.rid, HMAC_SM3, signing.key)
    moment = signer.millis()
    target = READ.method, signer.run.node.url(READ.path), b""
    yield "hmac-md5", message_headers(key, target, moment // 1000, signer.nonce(moment), algorithm="hmac-md5")
