"""Cases generated from the contract: ours beside Schemathesis's own command line, same node, same settings, one run.

    python benchmarks/contract.py [--examples 10] [--chains 10] [--scale 150] [--rounds 1]

Both get the same operations of the same contract, the same seed and phases, and the roles that the contract names. Two
requests are the same case when method, URL and body are the same. The aims: at least as many distinct cases for each
operation, and at most 1.25 times the time. Ours includes finding the node out, recording and judging.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import Request as Get
from urllib.request import urlopen

from conformance.checks.interfaces import generated
from conformance.checks.interfaces.contract import read_description
from conformance.checks.interfaces.generated import Limits, document_of, generate, seed_of
from conformance.checks.interfaces.sandboxed import may_generate
from conformance.evidence import open_run
from conformance.law import load
from conformance.node.contract.document import read_contract
from conformance.node.embedded import reference_node
from conformance.run.course import close
from conformance.run.opening import Request, open_live

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.node.contract.document import Operation

SEED = 20260101
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
Cases = dict[str, set[tuple[str, str, str]]]


@dataclass(frozen=True)
class Side:
    """What one side sent, and how long it took in seconds."""

    cases: Cases
    requests: int
    seconds: float


def ours(url: str, limits: Limits) -> tuple[Side, Sequence[Operation], int]:
    """Generate through our client; return the side, the operations, and the seed that was used."""
    clock = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        session, writer = open_live(Request(load(), url, Path(out), None, SEED))
        with writer:
            session.start_watch()
            description = read_description(session)
            known = [one for one in session.contract.operations if may_generate(one, session.mode)]
            chosen = [one for one in known if description.lists(one)]
            with session.wire.owned_by("generated"):
                generate(session, chosen, limits)
            seconds = time.perf_counter() - clock
            close(session, writer, None)
        exchanges = [one for one in open_run(writer.path).exchanges.values() if one.owner == "generated"]
        sent = [(one.method, one.url, one.request_body.decode("utf-8", "replace")) for one in exchanges]
    return Side(distinct(sent), len(sent), seconds), chosen, seed_of(session)


def theirs(url: str, limits: Limits, operations: Sequence[Operation], seed: int) -> Side:
    """Let the command line do the same."""
    tokens = tokens_of(url)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        contract = read_contract(load().folder)
        (home / "openapi.json").write_text(json.dumps(document_of(contract, operations)), "utf-8")
        (home / "schemathesis.toml").write_text(settings(limits, operations, tokens), "utf-8")
        words = ["run", "openapi.json", "-u", url, "--seed", str(seed), "--report", "har", "--report-dir", "out"]
        clock = time.perf_counter()
        done = subprocess.run(
            [str(Path(sys.executable).with_name("st")), *words], cwd=home, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - clock
        archives = list((home / "out").glob("har-*"))
        if not archives:
            raise SystemExit(f"st run left no archive:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        entries = json.loads(archives[0].read_bytes())["log"]["entries"]
    sent = [(one["request"]["method"], one["request"]["url"], body_of(one["request"])) for one in entries]
    return Side(distinct(sent), len(sent), seconds)


def settings(limits: Limits, operations: Sequence[Operation], tokens: dict[str, str]) -> str:
    """Return what our side asks for, in the words of the configuration file."""
    lines = ["workers = 1", 'suppress-health-check = ["all"]', "continue-on-failure = true"]
    lines += ["[checks]", "enabled = false"]
    for name in CHECKS:
        lines += [f"[checks.{name}]", "enabled = true"]
    lines += ["[generation]", f"max-examples = {limits.examples}", 'database = "none"']
    lines += ["with-security-parameters = false", r'exclude-header-characters = "\u0000\r\n"']
    lines += ["[phases.coverage]", f"enabled = {str(limits.coverage).lower()}", "unexpected-methods = []"]
    lines += ["[phases.fuzzing]", f"enabled = {str(limits.examples > 0).lower()}"]
    lines += ["[phases.stateful]", f"enabled = {str(limits.chains > 0).lower()}"]
    lines += ["[phases.stateful.generation]", f"max-examples = {max(limits.chains, 1)}"]
    for one in operations:
        if one.roles:
            header = f'headers = {{ Authorization = "Bearer {tokens[one.roles[0]]}" }}'
            lines += ["[[operations]]", f'include-name = "{one.label}"', header]
    return "\n".join(lines) + "\n"


def tokens_of(url: str) -> dict[str, str]:
    """Return a token for each role of an open test instance."""
    with urlopen(f"{url}/sandbox/identities") as answer:  # noqa: S310 - the node that this script has started
        listed = json.load(answer)["items"]
    found: dict[str, str] = {}
    for one in listed:
        form = {"grant_type": "client_credentials", "client_id": one["clientId"], "client_secret": one["clientSecret"]}
        with urlopen(Get(f"{url}/oauth/token", urlencode(form).encode())) as answer:  # noqa: S310 - as above
            found.setdefault(one["role"], str(json.load(answer)["access_token"]))
    return found


def body_of(request: dict[str, Any]) -> str:
    """Return the body of an entry of an archive."""
    return str(request.get("postData", {}).get("text", ""))


def distinct(sent: Iterable[tuple[str, str, str]]) -> Cases:
    """Return the different cases by operation of the contract."""
    contract = read_contract(load().folder)
    found: Cases = defaultdict(set)
    for method, url, body in sent:
        parts = urlsplit(url)
        operation = contract.find(method, parts.path)
        label = operation.label if operation else f"{method} *"
        found[label].add((unquote(parts.path), parts.query, body))
    return found


def main() -> None:
    """Run both sides and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=generated.LIMITS["standard"].examples)
    parser.add_argument("--chains", type=int, default=generated.LIMITS["standard"].chains)
    parser.add_argument("--scale", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    limits = Limits(given.examples, given.chains)
    for _ in range(given.rounds):
        with reference_node(["--scale", str(given.scale)]) as url:
            mine, operations, seed = ours(url, limits)
        with reference_node(["--scale", str(given.scale)]) as url:
            other = theirs(url, limits, operations, seed)
        show(mine, other, operations)


def show(mine: Side, other: Side, operations: Sequence[Operation]) -> None:
    """Print both sides and the ratios."""
    labels = [one.label for one in operations]
    fewer = [one for one in labels if len(mine.cases.get(one, ())) < len(other.cases.get(one, ()))]
    for name, side in (("ours", mine), ("st run", other)):
        total = sum(len(side.cases.get(one, ())) for one in labels)
        print(f"{name:7} {side.requests:6} requests  {total:6} distinct cases  {side.seconds:6.1f} s")
    cases = [sum(len(side.cases.get(one, ())) for one in labels) for side in (mine, other)]
    print(f"distinct cases x{cases[0] / max(cases[1], 1):.2f} (aim >= 1)")
    print(f"time x{mine.seconds / other.seconds:.2f} (aim <= 1.25)")
    print(f"operations with fewer cases than st run: {len(fewer)} of {len(labels)}")
    for one in fewer[:20]:
        print(f"  {one}: {len(mine.cases.get(one, ()))} against {len(other.cases.get(one, ()))}")


if __name__ == "__main__":
    main()
