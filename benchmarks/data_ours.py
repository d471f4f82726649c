"""One task of the data benchmark in a process of its own, so that its peak memory is its own.

`python benchmarks/data_ours.py TASK TABLE.parquet` prints one JSON line: seconds (reading included; imports, the
loading of machine code and the opening of the engine not), peak memory in MB, and what was counted. Tasks: `scan` reads
every byte of the eight rules' columns with the bare engine, `eight` counts the eight rules, `six` those that peers can
express, `all` every row rule of a legal person, `unique` the uniqueness of the credit codes.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from conformance.bulk.bind import plan
from conformance.bulk.engines.duckdb import start
from conformance.bulk.kernels import bound
from conformance.bulk.kernels.compiled import ENOUGH
from conformance.law import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.bulk.values import Plan, Progress

SIX = (
    "credit-code/tyshxydm",
    "filled/jgmc",
    "industry/hydm",
    "organisation-type/jglxdm",
    "date/clrq",
    "date-order/clrq+zxrq",
)
EIGHT = (*SIX, "economic-type/jjlxdm", "credit-code/djjgdm")
COLUMNS = ("tyshxydm", "jgmc", "hydm", "jglxdm", "clrq", "zxrq", "jjlxdm", "djjgdm")


def quiet(_: Progress) -> None:
    """Nobody watches."""


def the_plan() -> Plan:
    """Return the plan of a legal person."""
    law = load()
    return plan(law, law.data.datasets["legal-person"], today="2026-11-22")


def loaded(wanted: Plan) -> None:
    """Load the machine code of the kernels."""
    for kernel in bound(wanted.context).values():
        if kernel.argument == "text":
            kernel.arrow(pa.array(["0"] * ENOUGH))


def scan(path: str) -> dict[str, Any]:
    """Read every value of the columns: the shortest time in which the engine can look at them at all."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    asked = ", ".join(f"max(strlen({name}))" for name in COLUMNS)
    begin = time.perf_counter()
    connection.execute(f"select {asked} from read_parquet('{path}')").fetchall()  # noqa: S608
    return {"seconds": time.perf_counter() - begin}


def rules(path: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Count rules of the rows; no name means all."""
    wanted = the_plan()
    chosen = [one for one in wanted.rows if one.id in names or not names]
    loaded(wanted)
    engine = start(wanted.context, threads=2)
    table = engine.open(path, wanted.dataset)
    begin = time.perf_counter()
    found = table.row_rules(chosen, quiet)
    seconds = time.perf_counter() - begin
    engine.close()
    return {"seconds": seconds, "rules": len(chosen), "failures": {one.rule: one.failures for one in found}}


def unique(path: str) -> dict[str, Any]:
    """Count repeated credit codes."""
    wanted = the_plan()
    [rule] = [one for one in wanted.keys if one.kind == "unique" and one.template == "primary-key-unique"]
    engine = start(wanted.context, threads=2)
    table = engine.open(path, wanted.dataset)
    begin = time.perf_counter()
    found = table.key(rule, quiet)
    seconds = time.perf_counter() - begin
    engine.close()
    return {"seconds": seconds, "rows": found.rows, "failures": {found.rule: found.failures}}


TASKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "scan": scan,
    "eight": lambda path: rules(path, EIGHT),
    "six": lambda path: rules(path, SIX),
    "all": lambda path: rules(path, ()),
    "unique": unique,
}


def main() -> None:
    """Do one task."""
    found = TASKS[sys.argv[1]](sys.argv[2])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"memory": memory, "duckdb": version("duckdb")}))


if __name__ == "__main__":
    main()
