"""The cascade class through the front door: the suite is the node's parent for the length of a run."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import yaml

from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bad_input.quick import Done

    Cli = Callable[..., Done]

CLASS = ("--class", "interfaces/cascade")
REQUIREMENTS = ["API-035", "API-036", "API-061", "API-062", "API-063", "API-064", "API-065"]


def run_folder(out: Path) -> Path:
    return next(out.glob("*/*/manifest.json")).parent


def outcomes(folder: Path) -> dict[str, tuple[str, str]]:
    """The worst outcome of each requirement with its reason."""
    lines = [json.loads(line) for line in (folder / "events.ndjson").read_text("utf-8").splitlines()]
    found: dict[str, tuple[str, str]] = {}
    for one in (line for line in lines if line["event"] == "result"):
        if found.get(one["requirement"], ("passed",))[0] == "passed":
            found[one["requirement"]] = (one["outcome"], (one["reason"] or {}).get("en", ""))
    return found


@contextmanager
def closed_node(tmp_path: Path) -> Iterator[tuple[str, Path, dict[str, str]]]:
    """A node that is no open test instance, a profile of it, and the secrets that the profile names."""
    with reference_node(["--scale", "60", "--data", str(tmp_path / "data"), "--no-open-sandbox"]) as node:
        known: dict[str, Any] = {}
        for one in json.loads((tmp_path / "data" / "identities.json").read_bytes()):
            known.setdefault(one["role"], one)
        identities = {
            role: {"client_id": one["clientId"], "secret": {"env": f"SECRET_{role.upper()}"}}
            for role, one in known.items()
        }
        profile = {
            "profile": 1,
            "node": {"url": node},
            "statement": {"claims": []},
            "access": {"mode": "sandbox", "sandbox": {"prefix": "307500999"}, "identities": identities},
        }
        file = tmp_path / "district.yaml"
        file.write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
        yield node, file, {f"SECRET_{role.upper()}": one["clientSecret"] for role, one in known.items()}


def with_hub(profile: Path, hub: Mapping[str, Any]) -> Path:
    data = yaml.safe_load(profile.read_text("utf-8"))
    data["access"]["hub"] = dict(hub)
    file = profile.with_name("with-hub.yaml")
    file.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return file


def test_reference_node_passes_and_the_run_replays_without_a_hub(cli: Cli, tmp_path: Path, node: str) -> None:
    done = cli("run", node, *CLASS, "--out", tmp_path / "runs", "--seed", "5")
    folder = run_folder(tmp_path / "runs")
    again = cli("replay", folder)
    evidence = (folder / "exchanges.har").read_text("utf-8")

    assert done.returncode == 0
    assert outcomes(folder) == dict.fromkeys(REQUIREMENTS, ("passed", ""))
    assert again.returncode == 0
    assert '"_role":"hub:parent"' in evidence
    assert "Bearer ey" not in evidence
    assert 'access_token\\":\\"[redacted]' in evidence


def test_parent_of_the_node_is_as_it_was_before(cli: Cli, tmp_path: Path, node: str) -> None:
    done = cli("run", node, "--requirement", "API-064", "--out", tmp_path / "runs")
    lines = (run_folder(tmp_path / "runs") / "exchanges.har").read_text("utf-8").splitlines()
    entries = [json.loads(line.rstrip(",")) for line in lines if line.startswith("{") and '"_n":' in line]
    peers = [one for one in entries if "/peers/500000" in one["request"]["url"]]
    asked = [(one["request"]["method"], one["response"]["status"]) for one in peers]

    assert done.returncode == 0
    assert asked == [("GET", 404), ("PUT", 201), ("DELETE", 204)] * 2


def test_without_a_hub_that_the_node_can_reach_the_class_is_untested_and_says_why(cli: Cli, tmp_path: Path) -> None:
    with closed_node(tmp_path) as (_, profile, secrets), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        cli("run", profile, *CLASS, "--out", tmp_path / "without", env=secrets)
        cli("run", with_hub(profile, {"listen": f"127.0.0.1:{port}"}), *CLASS, "--out", tmp_path / "used", env=secrets)
    without, used = (outcomes(run_folder(tmp_path / name)) for name in ("without", "used"))

    assert without == dict.fromkeys(
        REQUIREMENTS,
        (
            "untested",
            "The profile has no access.hub: the node cannot reach the municipal platform that the suite plays",
        ),
    )
    assert used == dict.fromkeys(
        REQUIREMENTS, ("untested", f"Cannot listen on 127.0.0.1:{port}: Address already in use")
    )


def test_a_node_that_was_pointed_at_the_hub_beforehand_passes(cli: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
    hub = {"listen": f"127.0.0.1:{port}", "url": f"http://localhost:{port}", "wait": 8}
    with closed_node(tmp_path) as (node, profile, secrets):
        identities = {one["role"]: one for one in json.loads((tmp_path / "data" / "identities.json").read_bytes())}
        pair = identities["admin"]["clientId"], identities["admin"]["clientSecret"]
        given = httpx2.post(f"{node}/oauth/token", data={"grant_type": "client_credentials"}, auth=pair).json()
        peer = {"name": "重庆市政务数据平台", "level": "municipal", "relation": "parent", "href": hub["url"]}
        put = httpx2.put(
            f"{node}/peers/500000",
            json={**peer, "clientId": identities["operator"]["clientId"]},
            headers={"authorization": f"Bearer {given['access_token']}", "if-none-match": "*"},
        )
        done = cli("run", with_hub(profile, hub), *CLASS, "--out", tmp_path / "runs", env=secrets)

    assert put.status_code == 201
    assert done.returncode == 0
    assert outcomes(run_folder(tmp_path / "runs")) == dict.fromkeys(REQUIREMENTS, ("passed", ""))


@pytest.mark.parametrize("listen", ["127.0.0.1", "127.0.0.1:hub", "http://127.0.0.1:80", ":80"])
def test_hub_of_a_profile_is_host_and_port(cli: Cli, tmp_path: Path, listen: str) -> None:
    profile = {"profile": 1, "node": {"url": "http://127.0.0.1:1"}, "access": {"hub": {"listen": listen}}}
    file = tmp_path / "district.yaml"
    file.write_text(yaml.safe_dump(profile), "utf-8")
    done = cli("run", file, *CLASS, "--out", tmp_path / "runs")

    assert done.returncode != 0
    assert "access.hub.listen" in done.stderr
