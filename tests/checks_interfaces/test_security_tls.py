"""TLS as the checks see it: real handshakes with a node behind a real authority."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from bad_input.bench import events, reasons, the_run, write_profile
from replay.test_same_verdicts import elsewhere, printed, verdicts

from conformance.coverage.secured import secured_node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bad_input.bench import Cli

TLS = ["--requirement", "API-003", "--requirement", "API-075"]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The profile of a node over TLS, beside its keys and certificates."""
    folder = tmp_path_factory.mktemp("secured")
    with secured_node(["--scale", "60"], folder) as profile:
        yield folder / profile


def judged(cli: Cli, profile: Path, tmp_path: Path) -> Path:
    cli("--lang", "en", "run", str(profile), *TLS, "--out", str(tmp_path / "out"))
    return the_run(tmp_path / "out")


def access(secured: Path, **changes: Any) -> dict[str, Any]:
    told = json.loads(secured.read_text(encoding="utf-8"))
    kept = {**told["access"], "ca_file": str(secured.parent / "root.pem"), **changes}
    return {"url": told["node"]["url"], **{name: value for name, value in kept.items() if value is not None}}


def test_tls_of_the_reference_node_passes_and_replays(cli: Cli, secured: Path, tmp_path: Path) -> None:
    folder = judged(cli, secured, tmp_path)
    [probe] = [one["data"] for one in events(folder, "probe") if one["name"] == "tls"]
    again = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert {"API-003": "passed", "API-075": "passed"} == verdicts(folder), reasons(folder)
    assert "TLSv1.3" == probe["version"]
    assert {"refused"} == {one["answer"] for one in probe["old"].values()}
    assert verdicts(folder) == printed(again.stdout)


def test_an_untrusted_certificate_is_found_behind_its_pin(cli: Cli, secured: Path, tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "node.yaml", **access(secured, ca_file=None))
    folder = judged(cli, profile, tmp_path)

    assert {"API-003": "passed", "API-075": "failed"} == verdicts(folder)
    assert "the certificate of 127.0.0.1 is not valid: unable to get local issuer certificate" in reasons(folder)
    assert "127.0.0.1 的证书无效：" in reasons(folder, "zh")


def test_a_certificate_for_another_host_is_found(cli: Cli, secured: Path, tmp_path: Path) -> None:
    told = access(secured)
    url = told.pop("url").replace("127.0.0.1", "localhost")
    folder = judged(cli, write_profile(tmp_path / "node.yaml", url, **told), tmp_path)

    assert {"API-003": "passed", "API-075": "failed"} == verdicts(folder)
    assert "Hostname mismatch" in reasons(folder)


def test_an_expired_certificate_is_found(cli: Cli, tmp_path: Path) -> None:
    with secured_node(["--scale", "60"], tmp_path, days="-1") as name:
        folder = judged(cli, tmp_path / name, tmp_path)

    assert {"API-003": "passed", "API-075": "failed"} == verdicts(folder)
    assert "certificate has expired" in reasons(folder)


def test_another_certificate_than_the_pinned_one_is_nothing_to_talk_to(cli: Cli, secured: Path, tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "node.yaml", **access(secured, pin=f"sha256:{'0' * 64}"))
    done = cli("--lang", "en", "run", str(profile), *TLS, "--out", "out")

    assert 3 == done.returncode
    assert "not the pinned one" in done.stdout + done.stderr


def test_without_a_pin_an_untrusted_node_is_not_talked_to(cli: Cli, secured: Path, tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "node.yaml", **access(secured, ca_file=None, pin=None))
    done = cli("--lang", "en", "run", str(profile), *TLS, "--out", "out")

    assert 3 == done.returncode
    assert "unable to get local issuer certificate" in done.stdout + done.stderr


def test_tls_of_a_test_instance_on_this_machine_is_inapplicable(cli: Cli, node: str, tmp_path: Path) -> None:
    cli("--lang", "en", "run", node, *TLS, "--out", "out")
    folder = the_run(tmp_path / "out")

    assert {"API-003": "inapplicable", "API-075": "inapplicable"} == verdicts(folder)
    assert "is a test instance on this machine, reached over plain HTTP: no TLS to judge" in reasons(folder)


def test_node_wants_certificate_and_key_together(cli: Cli, tmp_path: Path) -> None:
    done = cli("node", "--tls-cert", str(tmp_path / "chain.pem"))

    assert 2 == done.returncode
    assert "belong together" in done.stderr


def test_openssl_agrees_about_the_old_version(secured: Path) -> None:
    told = json.loads(secured.read_text(encoding="utf-8"))["node"]["url"].removeprefix("https://")
    command = ["openssl", "s_client", "-connect", told, "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=False, timeout=30)

    assert 0 != done.returncode
    assert "Cipher is (NONE)" in done.stdout
