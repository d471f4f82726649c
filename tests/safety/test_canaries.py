"""Secrets and identity numbers that a run meets are found in no file, on no stream, in no form."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from bad_input.bench import outcomes, the_run, write_profile
from bad_input.relay import Asked, Told, relay
from safety.identities import as_profile, secrets_of

from conformance.node.redact import is_identity

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

ROLES = ("reader", "editor", "head", "reviewer", "auditor", "operator")
SECRET = 'canary "{}" + 密钥/\\%42'
AREA = {"prefix": "307500999", "reset": True}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def numbers(count: int) -> list[str]:
    """Valid identity numbers of nobody: born in 1890, in a division that is Chongqing's."""
    found = []
    for n in range(count):
        body = f"500103{1890}0{1 + n % 9}1{n % 9}{n:03}"
        total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
        found.append(body + "10X98765432"[total % 11])
    return found


PERSONS = numbers(40)


class Talkative:
    """A node that repeats credentials and puts identity numbers wherever text goes."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def __call__(self, asked: Asked, told: Told) -> Told:
        if told.status == 0 or not told.header("content-type").startswith("application"):
            return told
        if asked.path == "/oauth/token":
            self.tokens.append(json.loads(told.body)["access_token"])
        person = PERSONS[asked.n % len(PERSONS)]
        body = self._talk(asked, json.loads(told.body), person) if told.body else None
        content = json.dumps(body, ensure_ascii=asked.n % 2 == 0).encode() if told.body else b""
        mine = (("X-Debug", f"{asked.headers.get('authorization')} {person}"), ("Set-Cookie", f"session={person}"))
        return Told(told.status, (*told.headers, *mine), content)

    def _talk(self, asked: Asked, value: dict[str, object], person: str) -> dict[str, object]:
        for n, one in enumerate(value.get("items") or []):  # type: ignore[arg-type, var-annotated]
            other = PERSONS[n % len(PERSONS)]
            if isinstance(one, dict) and "title" in one:
                one["title"] = f"{one['title']}\n{other}（经办人{other}）SFZH{other}"
                one["abstract"] = f"经办人\t{other}"
                one["operator"] = int(other) if other.isdigit() else other
        extra = {"debug": {"request": dict(asked.headers), "body": asked.body.decode(), "person": f"号{person}"}}
        return {**value, **extra} if isinstance(value, dict) else value


def test_canaries_are_found_nowhere(cli: Cli, tmp_path: Path, node: str) -> None:
    real = secrets_of(node)
    mine = {role: SECRET.format(role) for role in ROLES}
    by_pair = {
        base64.b64encode(f"{quote(real[role][0])}:{quote(mine[role])}".encode()).decode(): real[role] for role in ROLES
    }
    talk = Talkative()
    with relay(node, talk) as seen:
        seen.credentials = {f"Basic {pair}": basic(*known) for pair, known in by_pair.items()}
        profile = write_profile(
            tmp_path / "node.yaml", seen.url, identities=as_profile(node), mode="sandbox", sandbox=AREA
        )
        env = {f"SECRET_{role.upper()}": secret for role, secret in mine.items()}
        ran = cli("--lang", "zh", "run", profile, "--standard", "catalog", "--out", "out", env=env)
        folder = the_run(tmp_path / "out")
        others = [cli("--lang", "en", "doctor", profile, env=env), cli("--lang", "en", "replay", folder)]
    canaries = {
        *PERSONS, *talk.tokens, *mine.values(), *by_pair,
        *(quote(one, safe="") for one in mine.values()), *(json.dumps(one)[1:-1] for one in mine.values()),
    }  # fmt: skip
    shown = {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir()}
    shown |= {
        f"{n} {kind}": getattr(one, kind) for n, one in enumerate((ran, *others)) for kind in ("stdout", "stderr")
    }

    assert all(is_identity(one) for one in PERSONS)
    assert len(talk.tokens) >= len(ROLES) - 1
    assert 1 == ran.returncode, ran.stderr
    assert 0 == outcomes(folder)["error"]
    assert [] == [(name, one) for name, words in shown.items() for one in canaries if one in words]
    assert "[redacted]" in shown["exchanges.har"]
    assert f"{PERSONS[0][:14]}**{int(PERSONS[0][16]) % 2}*~v" in shown["exchanges.har"]
    assert f"{PERSONS[0][:6]}1890" in shown["events.ndjson"]


def basic(client: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
