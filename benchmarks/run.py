"""How much of a catalog run is the suite's own cost: its wall time against a bare client sending the same exchanges.

Both meet a fresh reference node of the same seed; the bare client sends method, URL, headers and body of each recorded
exchange in the recorded order, with fresh tokens. Usage: `python benchmarks/run.py [--scale 4154] [--rounds 3]`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from conformance.evidence import Exchange, open_run
from conformance.node.embedded import reference_node


def suite(url: str, out: Path) -> float:
    """Return the seconds of `conformance run`, reports included."""
    start = time.perf_counter()
    command = [sys.executable, "-P", "-m", "conformance", "run", url, "--standard", "catalog", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def tokens(url: str) -> dict[str, str]:
    """Return a token for each role of the open sandbox."""
    found: dict[str, str] = {}
    for one in httpx2.get(f"{url}/sandbox/identities").json()["items"]:
        pair = (one["clientId"], one["clientSecret"])
        answer = httpx2.post(f"{url}/oauth/token", data={"grant_type": "client_credentials"}, auth=pair)
        found.setdefault(one["role"], answer.json()["access_token"])
    return found


def bare(url: str, exchanges: list[Exchange]) -> float:
    """Return the seconds that a bare client needs for the same exchanges."""
    known = tokens(url)
    home = urlsplit(url)._replace(path="").geturl()
    ready = []
    for one in exchanges:
        parts = urlsplit(one.url)
        target = home + parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {name: value for name, value in one.request_headers if name != "authorization"}
        if one.role:
            headers["authorization"] = f"Bearer {known.get(one.role.removesuffix('-b'), '')}"
        ready.append((one.method, target, headers, one.request_body))
    start = time.perf_counter()
    with httpx2.Client(timeout=60) as client:
        for method, target, headers, body in ready:
            client.request(method, target, headers=headers, content=body or None)
    return time.perf_counter() - start


def main() -> None:
    """Print both times of each round and the ratio of the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="4154")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ours, theirs = [], []
    for number in range(1, options.rounds + 1):
        with tempfile.TemporaryDirectory() as out:
            with reference_node(["--scale", options.scale]) as url:
                ours.append(suite(url, Path(out)))
            folder = open_run(next(path.parent for path in Path(out).rglob("manifest.json")))
            exchanges = list(folder.exchanges.values())
            with reference_node(["--scale", options.scale]) as url:
                theirs.append(bare(url, exchanges))
        print(f"round {number}: suite {ours[-1]:.2f} s, bare client {theirs[-1]:.2f} s, {len(exchanges)} exchanges")
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"suite / bare client = {ratio:.2f} (target 1.5 or less)")


if __name__ == "__main__":
    main()
