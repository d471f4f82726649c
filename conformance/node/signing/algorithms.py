"""The algorithms that sign: HMAC-SM3 by the standard library, SM2 by GmSSL, and HMAC-MD5, which has to be refused."""

from __future__ import annotations

import hmac
import importlib
from typing import TYPE_CHECKING, Any

from conformance.judge import Untested
from conformance.node.signing.values import HMAC_SM3, SM2_SM3
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node.signing.values import Key

HMAC_MD5 = "hmac-md5"
_HASHES = {HMAC_SM3: "sm3", HMAC_MD5: "md5", "hmac-sha256": "sha256"}
SIGNER_ID = b"1234567812345678"


def sign(key: Key, algorithm: str, message: bytes) -> bytes:
    """Return the signature of a message by an algorithm.

    Raises:
        KeyError: nobody knows the algorithm.
        Untested: this machine cannot sign by it.
    """
    if not key.secret:
        return b""  # a replay has no secrets, and sends nothing
    if algorithm == SM2_SM3:
        return sm2_sign(key, message)
    return _hmac(key.secret, message, _HASHES[algorithm])


def _hmac(secret: str, message: bytes, name: str) -> bytes:
    try:
        return hmac.digest(secret.encode(), message, name)
    except ValueError as error:
        raise Untested(
            Text(f"本机 OpenSSL 不支持 {name}", f"The OpenSSL of this machine does not support {name}")
        ) from error


def sm2_sign(key: Key, message: bytes) -> bytes:
    """Return the SM2 signature of a message (GB/T 32918.2-2016) in the DER form of GB/T 35276-2017.

    The signer's distinguishing id is the default of GB/T 35276, 1234567812345678.

    Raises:
        Untested: the extra `sm` is not installed, or the key is none.
    """
    library = _gmssl()
    try:
        private, public = bytes.fromhex(key.secret), bytes.fromhex(key.public)
        return bytes(library.sm2_sign(private, public, message, SIGNER_ID))
    except (ValueError, library.GmsslInnerError) as error:
        raise Untested(
            Text(
                f"密钥 {key.id} 不是 SM2 密钥（私钥 64 位、公钥 128 位十六进制数）",
                f"Key {key.id} is no SM2 key (64 hexadecimal digits, public key 128)",
            )
        ) from error


def _gmssl() -> Any:
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError as error:
        raise Untested(
            Text("未安装 SM2 支持（district-conformance[sm]）", "SM2 is not installed (district-conformance[sm])")
        ) from error
