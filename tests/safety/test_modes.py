"""What a run sends: no write in mode observe, none outside the prefix in mode sandbox, no more than allowed."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import events, outcomes, reasons, the_run, write_profile
from bad_input.relay import Asked, Told, relay
from safety.identities import as_environment, as_profile, catalog_of

from conformance.judge import Untested
from conformance.node.guard import Guard
from conformance.node.network import Request
from conformance.node.profile import Access, Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

PREFIX = "307500999"


def test_observe_sends_nothing_that_writes(cli: Cli, tmp_path: Path, node: str) -> None:
    before = catalog_of(node)
    with relay(node) as seen:
        done = cli("--lang", "en", "run", seen.url, "--mode", "observe", "--standard", "catalog", "--out", "out")
    folder = the_run(tmp_path / "out")
    sent = Counter(
        one.method if one.method in {"GET", "HEAD", "OPTIONS"} else f"{one.method} {one.path}" for one in seen.seen
    )

    assert done.returncode == 3, done.stderr
    assert {"GET", "HEAD", "POST /oauth/token"} == set(sent)
    assert sent["GET"] > 100
    assert before == catalog_of(node)
    assert "needs mode sandbox" in reasons(folder)
    assert "需要 sandbox 模式" in reasons(folder, "zh")
    assert {"passed", "untested"} == set(outcomes(folder))
    assert [] == events(folder, "write")


def test_profile_without_sandbox_is_not_talked_into_writing(cli: Cli, tmp_path: Path, node: str) -> None:
    """An open test instance offers its sandbox; whoever wrote a profile has to ask for it."""
    profile = write_profile(tmp_path / "node.yaml", node)
    asked = cli("--lang", "en", "run", profile, "--mode", "sandbox", "--out", "a")
    with relay(node) as seen:
        write_profile(profile, seen.url)
        cli("--lang", "en", "run", profile, "--requirement", "CAT-044", "--out", "out")

    assert 2 == asked.returncode
    assert "The profile does not allow mode sandbox" in asked.stderr
    assert {"GET", "POST"} >= {one.method for one in seen.seen}
    assert {"/oauth/token"} >= {one.path for one in seen.seen if one.method == "POST"}


def test_sandbox_writes_below_its_prefix_only(cli: Cli, tmp_path: Path, node: str) -> None:
    before = catalog_of(node)
    made = {PREFIX}

    def listen(_asked: Asked, told: Told) -> Told:
        made.update({json.loads(told.body)["id"]} if told.status in {201, 202} else ())
        return told

    with relay(node, listen) as seen:
        done = cli("--lang", "en", "run", seen.url, "--standard", "catalog", "--out", "out")
    folder = the_run(tmp_path / "out")
    writes = [one for one in seen.seen if one.method not in {"GET", "HEAD", "OPTIONS"} and one.path != "/oauth/token"]
    registered = [json.loads(one.body) for one in writes if (one.method, one.path) == ("POST", "/catalog/drafts")]
    elsewhere = [one.path for one in writes if one.path.count("/") > 2 and one.path.split("/")[3] not in made]

    assert 0 == done.returncode, done.stdout
    assert len(registered) > 3
    assert len(made) > len(events(folder, "write")) > 3
    assert [] == [one for one in registered if not one["entry"]["code"].startswith(f"{PREFIX}/")]
    assert {"/catalog/drafts", "/sandbox/reset"} >= {one.path for one in writes if one.path.count("/") <= 2}
    assert [] == elsewhere
    assert before == {code: one for code, one in catalog_of(node).items() if not code.startswith(PREFIX)}
    assert [] == [code for code in catalog_of(node) if code.startswith(PREFIX)]


GUARD = Guard(Access(mode="sandbox", sandbox=Sandbox(PREFIX)), "http://127.0.0.1:1/node", "sandbox")
INSIDE = {
    "draft below the prefix": ("POST", "/catalog/drafts", {"entry": {"code": f"{PREFIX}/1"}, "reason": ""}),
    "entry below the prefix": ("POST", f"/catalog/resources/{PREFIX}/1/revoke", {"reason": ""}),
    "the sandbox itself": ("POST", "/sandbox/reset", {}),
    "a token": ("POST", "/oauth/token", {}),
    "a question about a certificate": ("POST", "/certificates/query", {"certificateId": "1", "useCause": "x"}),
    "a check of a certificate": ("POST", "/certificates/verify", {"certificateId": "1", "useCause": "x"}),
    "batch below the prefix": ("POST", "/exchange/batches", {"resource": f"{PREFIX}/1", "parts": []}),
    "a read": ("GET", "/catalog/resources/307500103001/000001", None),
}
OUTSIDE = {
    "draft of another code": ("POST", "/catalog/drafts", {"entry": {"code": "307500103001/1"}}),
    "prefix in a related code": (
        "POST", "/catalog/drafts", {"entry": {"code": "307500103001/1", "relatedCodes": [f"{PREFIX}/1"]}}),
    "based on another code": (
        "POST", "/catalog/drafts", {"entry": {"code": f"{PREFIX}/1"}, "basedOn": {"code": "307500103001/1"}}),
    "draft without code": ("POST", "/catalog/drafts", {"entry": {"title": PREFIX}}),
    "entry of another code": ("POST", "/catalog/resources/307500103001/000001/revoke", {"reason": ""}),
    "out of the prefix by dots": ("DELETE", f"/catalog/resources/{PREFIX}/../307500103001/1", None),
    "out of the prefix by escaped dots": ("DELETE", f"/catalog/resources/{PREFIX}/%2e%2e/307500103001/1", None),
    "a folder called sandbox elsewhere": ("POST", "/catalog/sandbox", {}),
    "token path with another method": ("DELETE", "/oauth/token", None),
    "a certificate deleted": ("DELETE", "/certificates/query", None),
    "something below the question": ("POST", "/certificates/query/1", {}),
    "batch of another code": ("POST", "/exchange/batches", {"resource": "307500103001/1", "parts": []}),
    "batch that another made": ("PUT", "/exchange/batches/B-1/parts/1", None),
    "draft that another made": ("DELETE", "/catalog/drafts/D-1", None),
}  # fmt: skip


def request(method: str, path: str, body: object) -> Request:
    content = b"" if body is None else json.dumps(body).encode()
    return Request("test", "editor", method, f"http://127.0.0.1:1/node{path}", (), content)


@pytest.mark.parametrize("name", INSIDE)
def test_guard_lets_through(name: str) -> None:
    GUARD.allow(request(*INSIDE[name]))


@pytest.mark.parametrize("name", OUTSIDE)
def test_guard_refuses(name: str) -> None:
    with pytest.raises(Untested) as caught:
        GUARD.allow(request(*OUTSIDE[name]))

    assert "is outside the declared sandbox" in caught.value.reason.en
    assert "不在声明的沙箱内" in caught.value.reason.zh


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "%2e%2e", "drafts?x"])
def test_guard_adopts_no_name_that_leads_elsewhere(name: str) -> None:
    guard = Guard(Access(mode="sandbox", sandbox=Sandbox(PREFIX)), "http://127.0.0.1:1/node", "sandbox")
    guard.adopt(name)
    with pytest.raises(Untested):
        guard.allow(request("DELETE", f"/catalog/drafts/{name}", None))


@pytest.mark.parametrize("budget", [1, 2, 9, 40])
def test_budget_is_kept_and_named(cli: Cli, tmp_path: Path, node: str, budget: int) -> None:
    with relay(node) as seen:
        profile = write_profile(tmp_path / "node.yaml", seen.url, budget=budget)
        done = cli("--lang", "zh", "run", profile, "--standard", "catalog", "--out", "out")
    folder = the_run(tmp_path / "out")

    assert 3 == done.returncode
    assert budget == len(seen.seen)
    assert f"请求预算 {budget} 次已用完" in reasons(folder, "zh") + done.stderr
    assert budget == 1 or f"The budget of {budget} requests is used up" in reasons(folder)
    assert 0 == outcomes(folder)["error"]


def test_rate_is_kept(cli: Cli, tmp_path: Path, node: str) -> None:
    """Never sooner than the rate allows; later is the node's own time."""
    with relay(node) as seen:
        profile = write_profile(tmp_path / "node.yaml", seen.url, rate=40, identities=as_profile(node), mode="observe")
        cli("doctor", profile, env=as_environment(node))
    times = [one.at for one in seen.seen]

    assert len(times) > 6
    assert times[-1] - times[1] > (len(times) - 3) / 40


def test_user_of_the_profile_is_the_user_of_the_run(cli: Cli, tmp_path: Path, node: str) -> None:
    profile = write_profile(tmp_path / "node.yaml", node, identities=as_profile(node))
    done = cli("--lang", "en", "run", profile, "--requirement", "CAT-043", "--out", "out", env=as_environment(node))

    assert 0 == done.returncode, done.stdout + done.stderr
