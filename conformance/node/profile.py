"""The node's profile: its statement (what it claims) and its access (how to reach it, what may be written)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conformance.law.lines import LineError, Lines, read_lines
from conformance.law.load import read_yaml
from conformance.node.identity import BadIdentityError, Identity, identities
from conformance.node.references import BadReferenceError, References, from_profile
from conformance.resources import folder
from conformance.rules import wording
from conformance.rules.read import at
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jsonschema.exceptions import ValidationError


class ProfileError(Exception):
    """A profile is wrong; the text names file, line and member."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class Timeout:
    """Seconds to connect, between two parts of a response, and for one exchange in total."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What may be written: codes that begin with `prefix`; whether the node offers a test clock and a reset."""

    prefix: str
    clock: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Hub:
    """Where the suite plays the municipal platform.

    Attributes:
        listen: host and port; port 0 takes any.
        url: how the node reaches it; empty where that is the same.
        wait: seconds after which something that did not come is missing.
    """

    listen: tuple[str, int]
    url: str = ""
    wait: float = 10.0


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the node.

    Attributes:
        mode: `observe` or `sandbox`, the most that a run may do.
        rate: requests per second, 0 for as fast as the node answers.
        budget: requests of a whole run.
        concurrency: requests under way at once.
        max_body: bytes of one response.
        pin: digest of the one certificate that is accepted although it is not valid, so that the rest can be judged.
        open: the node says that it is an open test instance.
        hub: where the municipal side listens; None where nothing was said of it.
        ogc: path of the landing page of OGC API Features; `/` where it is the node's root.
    """

    mode: str = "observe"
    token_path: str = "/oauth/token"  # noqa: S105 - a path
    identities: Mapping[str, Identity] = field(default_factory=dict)
    sandbox: Sandbox | None = None
    rate: float = 0.0
    budget: int = 100_000
    concurrency: int = 4
    timeout: Timeout = field(default_factory=Timeout)
    max_body: int = 64 * 1024 * 1024
    proxy: str | None = None
    ca_file: str | None = None
    pin: str | None = None
    open: bool = False
    hub: Hub | None = None
    ogc: str = "/ogc"


@dataclass(frozen=True, slots=True)
class Profile:
    """A node as its owner describes it.

    Attributes:
        claims: None where the node's own descriptor is to be asked.
        references: what the data are compared with; None where the profile gives none.
        bare: nobody wrote a profile; only the URL is known, and an open test instance may offer its sandbox.
    """

    url: str
    access: Access
    name: Text | None = None
    code: str | None = None
    claims: tuple[str, ...] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    references: References | None = None
    bare: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that no evidence may show."""
        proxy = urlsplit(self.access.proxy or "").password or ""
        return (proxy, *(secret for one in self.access.identities.values() for secret in one.secrets))

    @property
    def slug(self) -> str:
        """A folder name for the node's runs: its code, or host and port."""
        parts = urlsplit(self.url)
        return self.code or f"{parts.hostname or 'node'}-{parts.port or parts.scheme}"

    def public(self) -> dict[str, Any]:
        """Return what evidence may show: everything but secrets."""
        access = self.access
        return {
            "url": self.url,
            "code": self.code,
            "claims": list(self.claims or ()),
            "mode": access.mode,
            "identities": {role: one.client_id for role, one in access.identities.items()},
            "signing": {role: one.public() for role, one in access.identities.items()},
            "pin": access.pin,
            "token_path": access.token_path,
            "sandbox": None
            if access.sandbox is None
            else {"prefix": access.sandbox.prefix, "clock": access.sandbox.clock, "reset": access.sandbox.reset},
            "rate": access.rate,
            "budget": access.budget,
            "parameters": dict(self.parameters),
            "open": access.open,
            "ogc": access.ogc,
            "references": self.references and self.references.public(),
        }


def load_profile(path: Path) -> Profile:
    """Read a profile and the secrets that it refers to.

    Raises:
        ProfileError: the file is missing, is not YAML, breaks the schema, or a secret is not there.
    """
    import jsonschema  # noqa: PLC0415 - only a run with a profile pays for it

    schema = read_yaml(folder("standards") / "meta" / "profile.schema.json")
    try:
        data, lines = read_lines(path)
    except LineError as error:
        raise ProfileError(error.text) from error
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    errors = sorted(validator.iter_errors(data), key=lambda one: [str(part) for part in one.absolute_path])
    if errors:
        raise _broken(path, errors, lines)
    return _profile(path, data, lines.of)


def is_url(text: str) -> bool:
    """Tell whether a text is an http(s) URL with a host, and with a port that exists where it names one."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _hold_url(path: Path, member: str, value: str | None, line: int) -> None:
    if value is not None and not is_url(value):
        raise ProfileError(
            Text(
                f"{path} 第 {line} 行 {member}：不是可用的 http(s) 地址",
                f"{path}, line {line}, {member}: not a usable http(s) URL",
            )
        )


def _private(key: tuple[str | int, ...]) -> bool:
    """Tell whether a member may hold a secret, right or wrong."""
    inside = key[:2] in {("access", "identities"), ("access", "signing")}
    return bool({"url", "proxy"} & set(key)) or (inside and key[2:] != ())


def _broken(path: Path, errors: list[ValidationError], lines: Lines) -> ProfileError:
    """Name file, line and member of the first error in words, and how many there are."""
    first = errors[0]
    line = lines.of(tuple(first.absolute_path), first.message)
    member = ".".join(str(part) for part in first.absolute_path) or "/"
    unknown = re.findall(r"'([^']+)'", first.message) if first.validator == "additionalProperties" else []
    came, due = wording.came(first), wording.due(first)
    if _private(tuple(first.absolute_path)):
        came = Text("此值不予显示", "a value that is not shown here")
    if unknown:
        came = Text(f"未知成员 {'、'.join(unknown)}", f"unknown member {', '.join(unknown)}")
        known = sorted(at(first.schema, "properties"))
        due = Text(f"可用成员：{'、'.join(known)}", f"the members are {', '.join(known)}")
    elif first.validator == "required":
        came, due = wording.missing(first.message.split("'")[1])
    return ProfileError(
        Text(
            f"{path} 第 {line} 行 {member}：{came.zh}；{due.zh}（共 {len(errors)} 处）",
            f"{path}, line {line}, {member}: {came.en}; due: {due.en} ({len(errors)} in all)",
        )
    )


def _profile(path: Path, data: Mapping[str, Any], line_of: Any) -> Profile:
    node, statement, access = data["node"], data.get("statement", {}), data.get("access", {})
    claims = statement.get("claims", "descriptor")
    _hold_url(path, "node.url", node["url"], line_of(("node", "url"), ""))
    _hold_url(path, "access.proxy", access.get("proxy"), line_of(("access", "proxy"), ""))
    sandbox = access.get("sandbox")
    ca_file = access.get("ca_file")
    return Profile(
        url=node["url"].rstrip("/"),
        access=Access(
            mode=access.get("mode", "observe"),
            token_path=access.get("token", "/oauth/token"),
            identities=_identities(path, access, line_of),
            pin=access.get("pin"),
            sandbox=Sandbox(**sandbox) if sandbox else None,
            hub=_hub(access["hub"]) if "hub" in access else None,
            timeout=Timeout(**access.get("timeout", {})),
            proxy=access.get("proxy"),
            ca_file=str((path.parent / ca_file).resolve()) if ca_file else None,
            **{name: access[name] for name in ("rate", "budget", "concurrency", "max_body", "ogc") if name in access},
        ),
        name=text(node["name"]) if "name" in node else None,
        code=node.get("code"),
        claims=None if claims == "descriptor" else tuple(claims),
        parameters=data.get("parameters", {}),
        references=_references(path, data["references"], line_of) if "references" in data else None,
    )


def _identities(path: Path, access: Mapping[str, Any], line_of: Any) -> dict[str, Identity]:
    try:
        return identities(path, access, line_of)
    except BadIdentityError as error:
        raise ProfileError(error.text) from error


def _hub(data: Mapping[str, Any]) -> Hub:
    host, _, port = data["listen"].rpartition(":")
    return Hub((host.strip("[]"), int(port)), data.get("url", ""), float(data.get("wait", 10.0)))


def _references(path: Path, data: Mapping[str, Any], line_of: Any) -> References:
    try:
        return from_profile(path, data, line_of)
    except BadReferenceError as error:
        raise ProfileError(error.text) from error
