"""The classes of contract and errors: on the reference node, on nodes with a bad description, and from the evidence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from bad_input.relay import Told, relay

from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bad_input.relay import Asked
    from conftest import Program

CLASSES = ("--class", "interfaces/contract", "--class", "interfaces/errors", "--depth", "smoke")
DECIDED = (
    "API-001", "API-074", "API-002", "API-014", "API-042", "API-069", "API-043", "API-070",
    "API-010", "API-011", "API-012", "API-013", "API-050", "API-051", "API-052", "API-026",
)  # fmt: skip


def judged(cli: Program, url: str, out: Path, *words: str) -> tuple[Path, dict[str, Any]]:
    """Run and return the run folder and the requirements of its report."""
    cli("--lang", "en", "run", url, *words, "--depth", "smoke", "--out", out)
    [run] = out.glob("*/*")
    report = json.loads((run / "report.json").read_text("utf-8"))
    return run, {one["id"]: one for one in report["requirements"]}


def test_reference_node_keeps_both_classes_and_replays(cli: Program, node: str, tmp_path: Path) -> None:
    run, found = judged(cli, node, tmp_path / "runs", *CLASSES)
    again = cli("--lang", "en", "replay", run)
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))

    assert dict.fromkeys(DECIDED, "passed") == {name: one["outcome"] for name, one in found.items()}
    assert "The replay reaches the same verdicts" in again.stdout
    assert "smoke" == manifest["depth"]


@pytest.fixture(scope="module")
def faulty() -> Iterator[str]:
    with reference_node(["--scale", "60", "--fault", "fails-above-a-threshold", "--fault", "count-as-a-text"]) as url:
        yield url


def test_each_defect_is_one_finding_and_replays_alone(cli: Program, faulty: str, tmp_path: Path) -> None:
    run, found = judged(cli, faulty, tmp_path / "runs", "--requirement", "API-002", "--requirement", "API-043")
    again = cli("--lang", "en", "replay", run, "--requirement", "API-002")
    findings = [one["came"]["en"] for one in found["API-002"]["findings"]]

    assert ["failed", "passed"] == [found[name]["outcome"] for name in ("API-002", "API-043")]
    assert ["GET /organizations: status 500", 'GET /standards/codelists /total: "'] == [
        one[: len('GET /standards/codelists /total: "')] for one in sorted(findings)
    ]
    assert "The replay reaches the same verdicts" in again.stdout


def described(body: bytes) -> Callable[[Asked, Told], Told]:
    """A node whose description is something else."""
    return lambda asked, told: told.with_body(body) if asked.path == "/openapi.json" else told


LOOP: dict[str, Any] = {"$ref": "#/components/schemas/A"}
RECURSIVE = {
    "openapi": "3.1.0",
    "info": {"title": "x", "version": "1"},
    "paths": {"/health": {"get": {"responses": {"200": {"$ref": "#/paths/~1health/get/responses/200"}}}}},
    "components": {"schemas": {"A": LOOP}},
}


@pytest.mark.parametrize(
    ("body", "outcomes"),
    [
        (b"<html>", ["failed", "failed"]),
        (b"[]", ["failed", "failed"]),
        (b'{"openapi": "3.1.0"}', ["failed", "failed"]),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, ["failed", "failed"]),
        (json.dumps(RECURSIVE).encode(), ["passed", "failed"]),
        (json.dumps({**RECURSIVE, "paths": 7}).encode(), ["failed", "failed"]),
    ],
    ids=["no JSON", "list", "empty", "nested", "recursive", "no paths"],
)
def test_bad_descriptions_are_findings(
    cli: Program, node: str, tmp_path: Path, body: bytes, outcomes: list[str]
) -> None:
    with relay(node, described(body)) as between:
        _, found = judged(cli, between.url, tmp_path / "runs", "--requirement", "API-001", "--requirement", "API-074")

    assert outcomes == [found[name]["outcome"] for name in ("API-001", "API-074")]


def test_node_that_limits_the_rate_is_waited_for(cli: Program, node: str, tmp_path: Path) -> None:
    put_off: list[str] = []

    def limiting(asked: Asked, told: Told) -> Told:
        if asked.path.startswith("/no-such-path") or put_off.count(asked.path) or "/catalog" not in asked.path:
            return told
        put_off.append(asked.path)
        return Told(429, (("retry-after", "0"), ("x-request-id", f"r{asked.n}")), b"")

    with relay(node, limiting) as between:
        _, found = judged(cli, between.url, tmp_path / "runs", "--requirement", "API-052", "--requirement", "API-013")

    assert ["passed", "passed"] == [found[name]["outcome"] for name in ("API-052", "API-013")]
    assert put_off
