"""How fast and in how much memory every entry rule is applied: 4,154 entries, 100,000, and the ratio between them.

The entries are those of the reference node at either scale, read over HTTP into NDJSON files. Each measurement is a
process of its own, so that its peak of memory is its own; times are CPU seconds of one thread, the small catalog is
measured in turns with the large one, and medians are compared, so that a busy machine spoils neither side.
Usage: `python benchmarks/entries.py [--scale 4154] [--large 100000] [--rounds 3]`; it takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import orjson

from conformance.law import load
from conformance.law.codes import divisions
from conformance.node.embedded import reference_node
from conformance.rules import EntryRules

SECONDS, LINEAR, MEMORY = 1.0, 25.0, 500.0
MEASURE = "--measure"


def export(scale: int, path: Path) -> None:
    """Write the catalog of a reference node of `scale` entries to `path`, one entry a line."""
    with reference_node(["--scale", str(scale)]) as url, httpx2.Client(base_url=url, timeout=60) as client:
        one = next(one for one in client.get("/sandbox/identities").json()["items"] if one["role"] == "reader")
        pair = (one["clientId"], one["clientSecret"])
        answer = client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=pair).json()
        headers = {"authorization": f"Bearer {answer['access_token']}"}
        query: dict[str, Any] = {"limit": 500}
        with path.open("wb") as file:
            while True:
                page = orjson.loads(client.get("/catalog/resources", params=query, headers=headers).content)
                file.writelines(orjson.dumps(entry) + b"\n" for entry in page["items"])
                if not page["next"]:
                    return
                query["cursor"] = page["next"]


def measure(path: Path) -> dict[str, float]:
    """Apply every rule to the entries of a file; return entries, breaches, CPU seconds in the rules, and peak MB."""
    law, today = load(), date(2026, 11, 22)
    schema = orjson.loads((law.folder / "catalog" / "resource.schema.json").read_bytes())
    parameters = {name: one.default for name, one in law.edition.parameters.items()}
    spent = 0.0
    start = time.process_time()
    rules = EntryRules(schema, parameters=parameters, today=today, divisions=divisions(law, today))
    spent += time.process_time() - start
    with path.open("rb") as file:
        for line in file:
            entry = orjson.loads(line)
            start = time.process_time()
            rules.feed(entry["code"], entry)
            spent += time.process_time() - start
    start = time.process_time()
    report = rules.finish()
    spent += time.process_time() - start
    found = sum(one.count for one in report.tallies.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"entries": report.entries, "breaches": found, "seconds": spent, "megabytes": peak}


def apart(path: Path) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, MEASURE, str(path)]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return figures


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the figures of several runs as one: the median time, the highest peak of memory."""
    return {
        **runs[0],
        "seconds": statistics.median(one["seconds"] for one in runs),
        "megabytes": max(one["megabytes"] for one in runs),
    }


def lint(path: Path) -> tuple[float, float]:
    """Return seconds and peak MB of `conformance lint` on a file, from start to end."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "conformance", "lint", str(path)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"conformance lint ended with {process.returncode}")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def main() -> None:
    """Measure and print; exit 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=4154)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(MEASURE, type=Path, dest="measured", metavar="FILE")
    options = parser.parse_args()
    if options.measured:
        print(json.dumps(measure(options.measured)))
        return
    with tempfile.TemporaryDirectory() as folder:
        small, large = (Path(folder) / f"{scale}.ndjson" for scale in (options.scale, options.large))
        export(options.scale, small)
        export(options.large, large)
        turns = [([apart(small) for _ in range(5)], apart(large)) for _ in range(options.rounds)]
        seconds, megabytes = lint(large)
    few, many = middle([one for fives, _ in turns for one in fives]), middle([one for _, one in turns])
    show(few, many)
    print(f"conformance lint, {many['entries']:,} entries (NDJSON): {seconds:.1f} s, peak {megabytes:.0f} MB")


def show(few: dict[str, float], many: dict[str, float]) -> None:
    """Print the figures beside their targets."""
    ratio = many["seconds"] / few["seconds"]
    for one in (few, many):
        each = one["seconds"] / one["entries"] * 1e6
        print(
            f"{one['entries']:>7,} entries, every entry rule: {one['seconds']:.2f} s ({each:.0f} µs each), "
            f"peak {one['megabytes']:.0f} MB, {one['breaches']} breaches"
        )
    print(f"target {few['entries']:,} entries <= {SECONDS} s: {_met(few['seconds'], SECONDS)}")
    times = many["entries"] / few["entries"]
    print(f"target ratio <= {LINEAR:.0f}: {ratio:.1f} for {times:.1f} x the entries, {_met(ratio, LINEAR)}")
    print(f"target peak < {MEMORY:.0f} MB: {_met(many['megabytes'], MEMORY)}")


def _met(value: float, most: float) -> str:
    return "met" if value <= most else "missed"


if __name__ == "__main__":
    main()
