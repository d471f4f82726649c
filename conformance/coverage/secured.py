"""The reference node over TLS, with a root, an intermediate and a certificate of its own, made by `openssl`."""

from __future__ import annotations

import json
import ssl
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.node.embedded import reference_node
from conformance.node.handshake import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_DAYS = "30"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "openssl.cnf")
_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
commonName = proof
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[node]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:127.0.0.1
"""


@contextmanager
def secured_node(options: Sequence[str], folder: Path, *, days: str = _DAYS) -> Iterator[str]:
    """Run the reference node over TLS for the length of a `with` block and give the profile by which it is reached.

    The profile trusts the root and pins the node's certificate, so that a node whose certificate is not valid can be
    judged.

    Args:
        options: its command line.
        folder: where keys, certificates and the profile go.
        days: for which the certificate of the node is valid; below 0 it has expired.

    Raises:
        OSError: there is no `openssl` command.
        subprocess.CalledProcessError: it failed.
    """
    _make(folder, days)
    leaf = (folder / "node.pem").read_text(encoding="ascii")
    (folder / "chain.pem").write_text(leaf + (folder / "middle.pem").read_text(encoding="ascii"), encoding="ascii")
    files = ["--tls-cert", str(folder / "chain.pem"), "--tls-key", str(folder / "node.key")]
    pin = fingerprint(ssl.PEM_cert_to_DER_cert(leaf))
    with reference_node([*options, *files]) as url:
        access = {"mode": "sandbox", "ca_file": "root.pem", "pin": pin}
        profile = {"profile": 1, "node": {"url": url}, "access": access}
        (folder / "node.yaml").write_text(json.dumps(profile), encoding="utf-8")
        yield str(folder / "node.yaml")


def _make(folder: Path, days: str) -> None:
    (folder / "openssl.cnf").write_text(_CONFIG, encoding="ascii")
    root = ("-subj", "/CN=proof root", "-extensions", "authority", "-days", _DAYS)
    _openssl(folder, "req", "-x509", *_KEY, *root, "-keyout", "root.key", "-out", "root.pem")
    _sign(folder, ("middle", "root", "authority"), _DAYS)
    _sign(folder, ("node", "middle", "node"), days)


def _sign(folder: Path, what: tuple[str, str, str], days: str) -> None:
    name, issuer, kind = what
    _openssl(
        folder, "req", "-new", *_KEY, "-subj", f"/CN=proof {name}", "-keyout", f"{name}.key", "-out", f"{name}.csr"
    )
    by = ("-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial", "-days", days)
    out = ("-extfile", "openssl.cnf", "-extensions", kind, "-out", f"{name}.pem")
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", *by, *out)


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)  # noqa: S603, S607
