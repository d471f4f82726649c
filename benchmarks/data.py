"""How fast the data standard is judged: against the engine's own scan, and against peers, in one run on one machine.

`python benchmarks/data.py` makes synthetic tables of legal persons, gives every peer an environment of its own (pip, in
`--envs`), measures and prints a table; `--write` publishes it as `docs/benchmarks.json` and `docs/benchmarks.svg`.
Every figure is the best of `--rounds` runs in a fresh process each; a peer that reads rows one by one gets a part of
the table, and the table says so. `--large` and `--keys` are the rows of the memory and of the uniqueness test.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any, Final

from data_plot import bars

ROOT: Final = Path(__file__).resolve().parent.parent
LISTS: Final = ROOT / "standards" / "data" / "code-lists"
PEERS: Final = {
    "great_expectations": ["great_expectations", "pandas", "pyarrow"],
    "pandera": ["pandera[polars]", "polars", "pyarrow"],
    "dataframely": ["dataframely", "polars"],
    "patito": ["patito", "polars"],
    "pointblank": ["pointblank", "polars"],
    "frictionless": ["frictionless[parquet]", "pandas", "pyarrow"],
    "datacontract": ["datacontract-cli[duckdb]"],
    "soda": ["soda-core-duckdb==3.5.6", "setuptools<81"],
}
ROW_BY_ROW: Final = {"frictionless": 20_000}
CITY: Final = 3_010_000_000


def generate(path: Path, rows: int) -> Path:
    """Make a table of legal persons, a few of each error in it; one that is there is kept."""
    target = path / f"legal-person-{rows}.parquet"
    if not target.exists():
        errors = ROOT / "fixtures" / "examples" / "data" / "errors" / "legal-person.yaml"
        command = [sys.executable, "-m", "conformance", "generate", "legal-person", "--rows", str(rows)]
        subprocess.run([*command, "--errors", str(errors), "--to", str(target)], check=True)
    return target


def lists(path: Path) -> Path:
    """Write the code lists that peers need."""
    names = {"industry": "gbt4754-2017-industry", "type": "gbt20091-org-type"}
    found = {}
    for ours, name in names.items():
        with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found[ours] = [row["code"] for row in csv.DictReader(file)]
    target = path / "lists.json"
    target.write_text(json.dumps(found), encoding="utf-8")
    return target


def environment(path: Path, peer: str) -> str:
    """Return the Python of a peer's environment, made if it is not there."""
    home = path / peer
    if not (home / "ready").exists():
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "-q", *PEERS[peer]], check=True)
        (home / "ready").touch()
    return str(home / "bin" / "python")


def best(command: list[str], rounds: int) -> dict[str, Any]:
    """Return the fastest of some runs of a script that prints JSON last."""
    found = []
    for _ in range(rounds):
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT / "benchmarks")
        if done.returncode:
            return {"error": (done.stderr.strip().splitlines() or ["?"])[-1]}
        found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    result: dict[str, Any] = min(found, key=lambda one: one["seconds"])
    return result


def ours(task: str, table: Path, rounds: int) -> dict[str, Any]:
    """Measure one of our own tasks."""
    return best([sys.executable, "data_ours.py", task, str(table)], rounds)


def peer(name: str, python: str, table: Path, codes: Path, rounds: int) -> dict[str, Any]:
    """Measure a peer on the whole table, or on the part of it that the table says."""
    return best([python, f"peers/peer_{name}.py", str(table), str(codes)], rounds)


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Measure everything, telling on standard error what is under way."""
    table, codes = generate(folder, options.rows), lists(folder)
    found: dict[str, Any] = {"rows": options.rows, "ours": {}, "peers": {}}
    for task in ("scan", "six", "eight", "all"):
        print(task, file=sys.stderr)
        found["ours"][task] = ours(task, table, options.rounds)
    for name in options.peers.split(","):
        print(name, file=sys.stderr)
        rows = ROW_BY_ROW.get(name, options.rows)
        part = generate(folder, rows)
        python = environment(options.envs, name)
        found["peers"][name] = peer(name, python, part, codes, options.rounds) | {"rows": rows}
    if options.large:
        print("large", file=sys.stderr)
        found["large"] = ours("eight", generate(folder, options.large), 1) | {"rows": options.large}
    if options.keys:
        print("unique", file=sys.stderr)
        found["unique"] = ours("unique", generate(folder, options.keys), 1)
    return found


def table_of(found: dict[str, Any]) -> list[tuple[str, float, str]]:
    """Return the lines of the comparison: name, million rows a second, remark."""
    mine, rows = found["ours"]["six"], found["rows"]
    lines = [("district-conformance (with check digits)", rows / mine["seconds"] / 1e6, f"{mine['memory']:.0f} MB")]
    for name, one in found["peers"].items():
        if "error" in one:
            lines.append((name, 0.0, one["error"][:80]))
            continue
        remark = f"{one['memory']:.0f} MB" + (f", on {one['rows']:,} rows" if one["rows"] != rows else "")
        remark += f", without {', '.join(one['skips'])}" if one["skips"] else ""
        lines.append((f"{one['peer']} {one['version']}", one["rows"] / one["seconds"] / 1e6, remark))
    return sorted(lines, key=lambda line: -line[1])


def show(found: dict[str, Any]) -> None:
    """Print the tables."""
    mine, rows = found["ours"], found["rows"]
    raw = mine["scan"]["seconds"]
    print(f"\nlegal persons, {rows:,} rows, two threads, duckdb {mine['scan']['duckdb']}\n")
    print("| what | s | million rows/s | × raw scan | peak MB |\n|---|---|---|---|---|")
    names = {
        "scan": "raw scan of the eight columns",
        "six": "the six rules",
        "eight": "eight rules, two check digits twice",
        "all": f"all {mine['all']['rules']} row rules",
    }
    for task, name in names.items():
        one = mine[task]
        speed = rows / one["seconds"] / 1e6
        print(f"| {name} | {one['seconds']:.2f} | {speed:.2f} | {one['seconds'] / raw:.2f} | {one['memory']:.0f} |")
    lines = table_of(found)
    top = next(speed for name, speed, _ in lines if name.startswith("district"))
    print("\n| six rules | million rows/s | ours is × as fast | remark |\n|---|---|---|---|")
    for name, speed, remark in lines:
        print(f"| {name} | {speed:.3f} | {top / speed if speed else float('nan'):.1f} | {remark} |")
    for key, name in {"large": "eight rules", "unique": "uniqueness of the credit code, exact"}.items():
        if key in found:
            one = found[key]
            print(f"\n{name}, {one['rows']:,} rows: {one['seconds']:.1f} s, peak {one['memory']:.0f} MB")
    all_speed = rows / mine["all"]["seconds"]
    print(
        f"\n{CITY:,} rows at {all_speed / 1e6:.2f} million rows/s (all row rules): {CITY / all_speed / 3600:.2f} h; "
        f"at the eight rules' {rows / mine['eight']['seconds'] / 1e6:.2f}: "
        f"{CITY / (rows / mine['eight']['seconds']) / 3600:.2f} h"
    )


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--large", type=int, default=100_000_000, help="rows of the memory test, 0 for none")
    parser.add_argument("--keys", type=int, default=76_000_000, help="rows of the uniqueness test, 0 for none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--envs", type=Path, default=Path.home() / ".cache" / "district-conformance" / "peers")
    parser.add_argument("--data", type=Path, help="folder that keeps the generated tables")
    parser.add_argument("--write", action="store_true", help="publish the figures in docs/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = options.data or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        found = measure(options, folder)
    show(found)
    if not options.write:
        return
    (ROOT / "docs" / "benchmarks.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (ROOT / "docs" / "benchmarks.svg").write_text(bars(table_of(found), found["rows"]), encoding="utf-8")


if __name__ == "__main__":
    main()
