"""Signatures of requests as a client makes them: the national platform's header, and RFC 9421 with SM3 and SM2."""

from conformance.node.signing.message import COVERED, content_digest, message_headers
from conformance.node.signing.national import gateway_md5, national_headers, national_signature
from conformance.node.signing.values import HMAC_SM3, SM2_SM3, Key, Signing

__all__ = [
    "COVERED",
    "HMAC_SM3",
    "SM2_SM3",
    "Key",
    "Signing",
    "content_digest",
    "gateway_md5",
    "message_headers",
    "national_headers",
    "national_signature",
]
