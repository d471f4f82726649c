"""Test identities: who asks, with which secret, what they sign with. Secrets are referred to, never written down."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.node.signing.values import Key, Signing
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EXPIRED, ROTATION = "expired", "rotation"
#: Identities for tests that would spoil an ordinary one.
SPECIAL = (EXPIRED, ROTATION)


class BadIdentityError(Exception):
    """An identity refers to a secret that is not there."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class Identity:
    """One test identity. The secret is read when it is needed and never shown.

    Attributes:
        client_id: OAuth 2.0 client identifier.
        secret: the client secret.
        token: a ready bearer token instead of both.
        signing: what it signs with.
        file: where the secret was read, empty where it did not come from a file.
        offered: the node itself publishes the secret, whatever it is now.
    """

    role: str
    client_id: str = ""
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    signing: Signing = field(default_factory=Signing)
    file: str = ""
    offered: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything of it that no evidence may show."""
        return (self.secret or self.token, *self.signing.secrets)

    @property
    def renewable(self) -> bool:
        """A new secret can be kept for the next run."""
        return self.offered or bool(self.file)

    def renewed(self, secret: str) -> Identity:
        """Return the identity with another secret, kept in the file of the old one; keys equal to the old one follow.

        Raises:
            OSError: the file cannot be written.
        """
        if self.file:
            Path(self.file).write_text(f"{secret}\n", encoding="utf-8")
        old = self.signing
        keys = tuple(replace(one, secret=secret) if one.secret == self.secret else one for one in old.keys)
        key = secret if old.key == self.secret else old.key
        return replace(self, secret=secret, signing=replace(old, key=key, keys=keys))

    def public(self) -> dict[str, Any]:
        """Return what evidence may show of what it signs with."""
        keys = [{"id": one.id, "algorithm": one.algorithm, "public": one.public} for one in self.signing.keys]
        return {"rid": self.signing.rid, "keys": keys, "renewable": self.renewable}


def from_public(role: str, client: str, signing: Mapping[str, Any] | None, mark: str) -> Identity:
    """Return an identity as evidence shows it; `mark` stands for its secrets, and its keys sign nothing."""
    shown = signing or {}
    keys = tuple(Key(one["id"], one["algorithm"], "", one["public"]) for one in shown.get("keys", ()))
    known = Signing(shown.get("rid", ""), mark if shown.get("rid") else "", keys)
    return Identity(role, client, mark, signing=known, offered=bool(shown.get("renewable")))


def identities(path: Path, access: Mapping[str, Any], line_of: Callable[..., int]) -> dict[str, Identity]:
    """Return the identities of a profile, with what the role reader signs with and the special ones.

    Raises:
        BadIdentityError: a secret is missing or empty.
    """
    found = {
        role: _identity(path, role, one, line_of(("access", "identities", role), ""))
        for role, one in access.get("identities", {}).items()
    }
    signing = access.get("signing", {})
    line = line_of(("access", "signing"), "") if signing else 0
    if signing and "reader" in found:
        found["reader"] = replace(found["reader"], signing=_signing(path, "reader", signing, line))
    return found | {role: _identity(path, role, signing[role], line) for role in SPECIAL if role in signing}


def _identity(path: Path, role: str, data: Mapping[str, Any], line: int) -> Identity:
    secret = _secret(path, role, data["secret"], line) if "secret" in data else ""
    token = _secret(path, role, data["token"], line) if "token" in data else ""
    file = data.get("secret", {}).get("file", "")
    kept = str((path.parent / file).resolve()) if file else ""
    return Identity(role, data.get("client_id", ""), secret, token, _signing(path, role, data, line), kept)


def _signing(path: Path, role: str, data: Mapping[str, Any], line: int) -> Signing:
    key = _secret(path, role, data["key"], line) if "key" in data else ""
    keys = tuple(
        Key(one["id"], one["algorithm"], _secret(path, role, one["secret"], line), one.get("public", ""))
        for one in data.get("keys", ())
    )
    return Signing(data.get("rid", ""), key, keys)


def _secret(path: Path, role: str, reference: Mapping[str, str], line: int) -> str:
    if "env" in reference:
        place, value = f"${reference['env']}", os.environ.get(reference["env"], "")
    else:
        file = path.parent / reference["file"]
        place, value = str(file), _read(file)
    if not value:
        raise BadIdentityError(
            Text(
                f"{path} 第 {line} 行：角色 {role} 的密钥 {place} 不存在或为空",
                f"{path}, line {line}: the secret of role {role} at {place} is missing or empty",
            )
        )
    return value


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def offered(data: Any) -> tuple[str, Identity] | None:
    """Return an identity as the sandbox of a node offers it with the role it is for, None where it is none.

    A member `purpose` makes it a special one.
    """
    wanted = ("role", "clientId", "clientSecret")
    if not (isinstance(data, dict) and all(isinstance(data.get(key), str) for key in wanted)):
        return None
    role = str(data.get("purpose") or data["role"])
    identity = Identity(role, data["clientId"], data["clientSecret"], signing=_offered(data), offered=True)
    return role, identity


def _offered(data: dict[str, Any]) -> Signing:
    found = data.get("signing")
    told: dict[str, Any] = found if isinstance(found, dict) else {}
    listed = told.get("keys")
    keys = [
        Key(
            one["keyId"],
            one["algorithm"],
            str(one.get("privateKey") or one.get("secret") or ""),
            _word(one, "publicKey"),
        )
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and isinstance(one.get("keyId"), str) and isinstance(one.get("algorithm"), str)
    ]
    return Signing(_word(told, "rid"), _word(told, "secret"), tuple(keys))


def _word(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
