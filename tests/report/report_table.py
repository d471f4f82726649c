"""A run over a table with every kind of line in it, and a hostile name in every place that a source may name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from report_run import OVERRIDE, PROFILE, SCRIPT, START, both, planned, row

from conformance.bulk.judging import decisions
from conformance.bulk.record import Counted, File, Measurement, Undecided, Unread, to_data
from conformance.bulk.values import Spot
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.evidence import RunWriter
    from conformance.law import Law

ROWS: dict[str, list[dict[str, Any]]] = {
    "catalog": [planned(1, "CAT", "catalog/core")],
    "data": [
        *(row(number, prefix="STD", kind="data/values", source=PROFILE) for number in (10, 15, 29, 46)),
        row(11, prefix="STD", kind="data/values", obligation="SHOULD"),
    ],
    "architecture": [planned(1, "ARC", "architecture/audit")],
    "interfaces": [planned(1, "API", "interfaces/errors")],
    "process": [planned(1, "PRC", "process/use")],
    "components": [planned(1, "CMP", "components/registry")],
}
SELECTED = ["STD-010", "STD-011", "STD-015", "STD-029", "STD-046"]
DIGEST = "ab" * 32


def spots(count: int) -> tuple[Spot, ...]:
    return tuple(
        Spot(f"legal{SCRIPT}.parquet", 17 * n, f"9150****{n:02}{OVERRIDE}", f"bad {SCRIPT}")
        for n in range(1, count + 1)
    )


def counted(requirement: str, template: str, columns: str, rows: int, failures: int = 0, **more: Any) -> Counted:
    values: dict[str, Any] = {
        "rule": f"{template}/{columns}",
        "template": template,
        "requirement": requirement,
        "title": both(f"rule {template}"),
        "columns": tuple(columns.split("+")),
        "kind": "row",
        "severity": "error",
        "least": None,
        "most": None,
        "rows": rows,
        "failures": failures,
        "unknown": 0,
        "spots": spots(min(failures, 20)),
    }
    return Counted(**(values | more))


RULES = (
    counted("STD-010", "credit-code", "tyshxydm", 1_000_000, 12_345, least=0.99),
    counted("STD-010", "credit-code", "djjgdm", 1_000_000, 3, least=0.99),
    counted("STD-010", "credit-code", "sjlybm", 1_000_000, least=0.99),
    counted("STD-011", "credit-code-type", f"tyshxydm{SCRIPT}", 500, 2, unknown=100, most=0.1),
    counted("STD-015", "sex", "xbdm", 0),
    counted("STD-029", "primary-key-unique", "tyshxydm", 1_000_000, 1, kind="unique"),
)
NO_TABLE = Text("未提供 population 的数据", "no table of population was given")
TABLE = Measurement(
    name="legal-person",
    dataset="legal-person",
    source=f"data/{SCRIPT}*.parquet",
    engine="duckdb 2.0.0",
    rows=1_000_000,
    today="2026-11-23",
    files=(File(f"legal{SCRIPT}.parquet", 123_456_789, DIGEST), File("legal-2.parquet", 7_777)),
    rules=RULES,
    undecided=(Undecided("foreign-key/fddbrzjhm", "STD-046", NO_TABLE),),
    missing=("zxrq",),
)
UNREAD = (Unread(f"legal{SCRIPT}.csv", 3_000_000, "jgmc", both("a quote is not closed")),)


def data_manifest(law: Law, **more: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "run": "20261122-093000-8",
        "kind": "data",
        "data": {
            "source": TABLE.source,
            "dataset": {
                "id": "legal-person",
                "version": "1.0",
                "title": {"zh": "法人基础信息", "en": "Legal persons"},
                "sha256": DIGEST,
                "description": None,
            },
            "engine": TABLE.engine,
            "files": [],
            "against": {},
            "municipal": None,
            "boundary": None,
            "today": "2026-11-23",
            "rules": [],
        },
        "edition": "2026.1",
        "law": law.digest,
        "suite": "0.1.0",
        "selected": SELECTED,
        "parameters": {},
        "started": START.isoformat(),
        "versions": {"python": "3.11.7", "engine": "duckdb 2.0.0"},
    } | more


def fill_table(writer: RunWriter, table: Measurement = TABLE) -> None:
    writer.event("measurement", name=table.name, data=to_data(table))
    for one in decisions(table):
        writer.result(one)
