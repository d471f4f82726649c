"""The security class on a node: nothing found where nothing is wrong, the same in a replay, and what it keeps quiet."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from bad_input.bench import events, reasons, the_run, write_profile
from bad_input.relay import Asked, Told, relay
from replay.test_same_verdicts import elsewhere, printed, verdicts

from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bad_input.bench import Cli
    from bad_input.quick import Quick

CLASS = ("--class", "interfaces/security")
TLS = {"API-003", "API-075"}


@pytest.fixture(scope="module")
def small() -> Iterator[str]:
    with reference_node(["--scale", "60"]) as url:
        yield url


@pytest.fixture(scope="module")
def judged(quick: Quick, small: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the class in mode sandbox, on a node that conforms."""
    here = tmp_path_factory.mktemp("judged")
    done = quick.run(["--lang", "en", "run", small, *CLASS, "--out", "out"], here, {})

    assert 0 == done.returncode, done.stdout + done.stderr
    return the_run(here / "out")


def notes(folder: Path) -> str:
    return "\n".join(note["en"] for one in events(folder, "result") for note in one["notes"])


def test_reference_node_has_no_finding(judged: Path) -> None:
    found = verdicts(judged)

    assert TLS == {name for name, outcome in found.items() if outcome == "inapplicable"}
    assert {"passed"} == {outcome for name, outcome in found.items() if name not in TLS}, reasons(judged)
    assert "accepted: hmac-sm3、sm2-sm3" in notes(judged)
    assert re.search(r"[1-9]\d+ protected operations tried", notes(judged))


def test_replay_without_network_reaches_the_same_verdicts(judged: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(judged, tmp_path / "copy")
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert 0 == done.returncode, done.stderr
    assert verdicts(judged) == printed(done.stdout)


def turned(told: dict[str, Any]) -> list[str]:
    """The secrets of the identities that a run may give another."""
    return [one["clientSecret"] for one in told["special"] if one["purpose"] == "rotation"]


def test_no_secret_stays_in_the_evidence(quick: Quick, tmp_path: Path) -> None:
    import httpx2  # noqa: PLC0415 - only here

    with reference_node(["--scale", "60"]) as url:
        told = httpx2.get(f"{url}/sandbox/identities").json()
        quick.run(["run", url, *CLASS, "--out", "out"], tmp_path, {})
        after = httpx2.get(f"{url}/sandbox/identities").json()
    folder = the_run(tmp_path / "out")
    text = "\n".join(one.read_text(encoding="utf-8") for one in folder.iterdir())
    known = {one["clientSecret"] for each in (told, after) for one in (*each["items"], *each["special"])}
    known |= {key["privateKey"] for one in told["items"] for key in one["signing"]["keys"] if "privateKey" in key}

    assert 1 == len(known & set(turned(told))) == len(set(turned(told)) - set(turned(after)))
    assert [] == [one for one in known if one in text]


def test_without_signing_identities_it_is_untested_with_the_reason(cli: Cli, small: str, tmp_path: Path) -> None:
    import httpx2  # noqa: PLC0415 - only here

    one = httpx2.get(f"{small}/sandbox/identities").json()["items"][0]
    (tmp_path / "secret").write_text(one["clientSecret"], encoding="ascii")
    reader = {"client_id": one["clientId"], "secret": {"file": "secret"}}
    profile = write_profile(tmp_path / "node.yaml", small, identities={"reader": reader})
    done = cli("--lang", "en", "run", str(profile), *CLASS, "--out", "out")
    folder = the_run(tmp_path / "out")
    left = {name for name, outcome in verdicts(folder).items() if outcome == "untested"}

    assert 3 == done.returncode
    assert {"API-005", "API-006", "API-007", "API-008", "API-009", "API-049", "API-076", "API-077"} == left
    assert "The profile has no identity that signs (access.signing)" in reasons(folder)
    assert "no identity with an expired secret (access.signing.expired)" in reasons(folder)
    assert "配置中没有签名身份（access.signing）" in reasons(folder, "zh")


def test_observe_tries_only_what_reads(cli: Cli, small: str, tmp_path: Path) -> None:
    with relay(small) as seen:
        cli("--lang", "en", "run", seen.url, "--mode", "observe", "--requirement", "API-004", "--out", "out")

    assert {"/oauth/token"} == {one.path for one in seen.seen if one.method not in {"GET", "HEAD", "OPTIONS"}}
    assert {"API-004": "passed"} == verdicts(the_run(tmp_path / "out"))


def test_clock_an_hour_off_is_no_matter_of_windows(cli: Cli, small: str, tmp_path: Path) -> None:
    """A node whose clock is off fails for its clock: its windows are judged by its own time, here that of its Date."""

    def late(asked: Asked, told: Told) -> Told:
        headers = [(name, value) for name, value in told.headers if name.lower() != "date"]
        return Told(told.status, (*headers, ("date", "Mon, 05 Jan 2026 00:00:00 GMT")), told.body) if asked else told

    with relay(small, late) as seen:
        cli("--lang", "en", "run", seen.url, "--requirement", "API-007", "--out", "out")
    folder = the_run(tmp_path / "out")

    assert {"API-007": "untested"} == verdicts(folder)
    assert "No right signature is accepted: see API-005, API-006" in reasons(folder)


def test_link_with_an_identity_number_is_named_without_it(cli: Cli, small: str, tmp_path: Path) -> None:
    number = "110101185003071232"

    def spoil(asked: Asked, told: Told) -> Told:
        if not asked.path.startswith("/catalog/statistics") or told.status != 200:
            return told
        return told.with_body(json.dumps({**json.loads(told.body), "more": {"href": f"/p?sfzh={number}"}}).encode())

    with relay(small, spoil) as seen:
        cli("--lang", "en", "run", seen.url, "--requirement", "API-030", "--out", "out")
    folder = the_run(tmp_path / "out")

    assert {"API-030": "failed"} == verdicts(folder)
    assert "GET /catalog/statistics /more/href: an identity number in a link (not shown here)" in reasons(folder)
    assert number not in "\n".join(one.read_text(encoding="utf-8") for one in folder.iterdir())
