"""Handshakes that carry no request: which versions of TLS a node speaks, and what its certificate is worth."""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
import struct
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from conformance.node.profile import Access

#: Versions that a node has to refuse, by their name, with the minor number that stands for them on the wire.
OLD = {"SSLv3": 0, "TLSv1.0": 1, "TLSv1.1": 2}
_SUITES = (0xC00A, 0xC014, 0xC009, 0xC013, 0x0039, 0x0033, 0x0035, 0x002F, 0x000A, 0x0005, 0x00FF)
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_HANDSHAKE, _ALERT, _SERVER_HELLO = 22, 21, 2
_NEEDED = 11  # record header, handshake header, version


def probe(access: Access, url: str) -> dict[str, Any]:
    """Return the data of an event `probe`: what each old version was answered, and what a modern handshake came to.

    Args:
        access: timeouts and trusted authorities.
        url: of the node; https.
    """
    parts = urlsplit(url)
    where = (parts.hostname or "", parts.port or 443)
    old = {name: _ask(access, where, _hello(minor, where[0]), minor) for name, minor in OLD.items()}
    return {"host": where[0], "port": where[1], "old": old, **_modern(access, where)}


def fingerprint(certificate: bytes) -> str:
    """Return the digest by which a profile pins a certificate (DER)."""
    return f"sha256:{hashlib.sha256(certificate).hexdigest()}"


def _ask(access: Access, where: tuple[str, int], hello: bytes, minor: int) -> dict[str, str]:
    """Return whether a server goes on with a hello of an old version (`accepted`, `refused`, `silent`), and why."""
    try:
        with socket.create_connection(where, access.timeout.connect) as line:
            line.settimeout(access.timeout.read)
            line.sendall(hello)
            return _read(_received(line), minor)
    except TimeoutError:
        return {"answer": "silent", "detail": "no answer"}
    except OSError as error:
        return {"answer": "refused", "detail": str(error)[:200]}


def _received(line: socket.socket) -> bytes:
    found = b""
    while len(found) < _NEEDED and (found[:1] != bytes([_ALERT]) or len(found) < _NEEDED - 4):
        chunk = line.recv(4096)
        if not chunk:
            break
        found += chunk
    return found


def _read(found: bytes, minor: int) -> dict[str, str]:
    if len(found) >= _NEEDED and found[0] == _HANDSHAKE and found[5] == _SERVER_HELLO:
        agreed = tuple(found[9:11])
        accepted = agreed == (3, minor)
        return {"answer": "accepted" if accepted else "refused", "detail": f"server hello {agreed[0]}.{agreed[1]}"}
    if len(found) >= _NEEDED - 4 and found[0] == _ALERT:
        return {"answer": "refused", "detail": f"alert {found[6]}"}
    return {"answer": "refused", "detail": "connection closed" if not found else "no TLS"}


def _hello(minor: int, host: str) -> bytes:
    """Return a client hello of an old version (RFC 4346, section 7.4.1.2; extensions of RFC 6066, RFC 8422)."""
    suites = struct.pack(f">{len(_SUITES)}H", *_SUITES)
    groups = struct.pack(f">{len(_GROUPS)}H", *_GROUPS)
    extensions = _extension(10, _sized(groups)) + _extension(11, b"\x01\x00")
    if not _is_address(host):
        name = host.encode("idna")
        extensions = _extension(0, _sized(b"\x00" + _sized(name))) + extensions
    body = bytes([3, minor]) + os.urandom(32) + b"\x00" + _sized(suites) + b"\x01\x00" + _sized(extensions)
    handshake = b"\x01" + len(body).to_bytes(3, "big") + body
    return bytes([_HANDSHAKE, 3, min(minor, 1)]) + _sized(handshake)


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def _extension(number: int, data: bytes) -> bytes:
    return number.to_bytes(2, "big") + _sized(data)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _modern(access: Access, where: tuple[str, int]) -> dict[str, Any]:
    """Shake hands as any client does; where the certificate is refused, once more to see which one it is."""
    strict = ssl.create_default_context(cafile=access.ca_file)
    try:
        return {**_shake(access, where, strict), "trusted": True, "why": ""}
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message or str(error)
    except OSError as error:
        return {"version": None, "certificate": None, "ends": None, "trusted": None, "why": str(error)[:200]}
    lax = ssl.create_default_context()
    lax.check_hostname, lax.verify_mode = False, ssl.CERT_NONE
    try:
        return {**_shake(access, where, lax), "trusted": False, "why": why}
    except OSError:
        return {"version": None, "certificate": None, "ends": None, "trusted": False, "why": why}


def _shake(access: Access, where: tuple[str, int], context: ssl.SSLContext) -> dict[str, Any]:
    with socket.create_connection(where, access.timeout.connect) as line:
        line.settimeout(access.timeout.read)
        with context.wrap_socket(line, server_hostname=where[0]) as secure:
            shown, whole = secure.getpeercert() or {}, secure.getpeercert(binary_form=True) or b""
            ends = shown.get("notAfter")
            return {"version": secure.version(), "certificate": fingerprint(whole), "ends": ends or None}
