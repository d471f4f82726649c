"""Small tables of the tests' own: valid rows of nobody, and the ways to spoil them."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Row = dict[str, Any]
SOURCE = "11500000009275780L"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_INNER = (3, 7, 9, 10, 5, 8, 4, 2)
UPDATED = "2026-11-01T08:00:00+08:00"


def identity(number: int, born: str = "18440305") -> str:
    """An identity number of somebody born long before there were any; the last digit of `number` tells the sex."""
    body = f"500103{born}{number:03}"
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, _WEIGHTS, strict=True)) % 11]


def credit_code(number: int) -> str:
    """A credit code of a division that does not exist."""
    inner = f"{number:08}"
    check = 11 - sum(int(a) * b for a, b in zip(inner, _INNER, strict=True)) % 11
    body = f"91509900{inner}{'X' if check == 10 else '0' if check == 11 else check}"
    total = sum(_LETTERS.index(one) * pow(3, at, 31) for at, one in enumerate(body))
    return body + _LETTERS[-total % 31]


def person(number: int) -> Row:
    return {
        "gmsfhm": identity(number),
        "xm": f"测甲{number}",
        "xbdm": "1" if number % 2 else "2",
        "csrq": "1844-03-05",
        "mzdm": "01",
        "hyzkdm": "10",
        "xldm": "20",
        "zzmmdm": "13",
        "yhzgxdm": "01",
        "jkzkdm": "1",
        "cyzkdm": "11",
        "hjdqhdm": "500103",
        "hjdxzdm": "500103001001",
        "djrq": "2020-05-06",
        "sjhm": f"160{number:08}",
        "gxsj": UPDATED,
        "sjlybm": SOURCE,
        "czlx": "I",
    }


def organisation(number: int) -> Row:
    return {
        "tyshxydm": credit_code(number),
        "jgmc": f"重庆示例{number}",
        "fddbr": f"测甲{number}",
        "fddbrzjhm": identity(number),
        "zs": f"示例路{number}号",
        "clrq": "2020-01-02",
        "zxrq": "",
        "djjgdm": SOURCE,
        "djjgmc": "示例登记机关",
        "hydm": "A",
        "jjlxdm": "110",
        "jglxdm": "1",
        "zczb": f"{number}.5",
        "bzdm": "CNY",
        "jyztdm": "registered",
        "zcdqhdm": "500103",
        "gxsj": UPDATED,
        "sjlybm": SOURCE,
        "czlx": "I",
    }


def case(number: int) -> Row:
    return {
        "ywbh": f"YW{number:06}",
        "sxbm": credit_code(number) + f"{number:013}",
        "tyshxydm": credit_code(number),
        "jgmc": f"重庆示例{number}",
        "gmsfhm": identity(number),
        "xm": f"测甲{number}",
        "slrq": "2021-01-02",
        "bjrq": "2021-01-05",
        "bljg": "准予",
        "qhdm": "500103",
        "gxsj": UPDATED,
        "sjlybm": SOURCE,
        "czlx": "I",
    }


def rows(make: Any, count: int, spoiled: Mapping[int, Row] | None = None) -> list[Row]:
    """So many rows from number 1, some with other values."""
    return [make(number) | (spoiled or {}).get(number, {}) for number in range(1, count + 1)]


def write_csv(path: Path, table: Sequence[Row], columns: Iterable[str] | None = None) -> Path:
    """Write a CSV file; an empty cell is null."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns or table[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)
    return path


def the_run(out: Path) -> Path:
    """The only run folder below `out`."""
    [manifest] = out.glob("*/*/manifest.json")
    return manifest.parent


def report(out: Path) -> dict[str, Any]:
    return dict(json.loads((the_run(out) / "report.json").read_text(encoding="utf-8")))


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def events(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = (folder / "events.ndjson").read_text(encoding="utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["event"] == kind]


def counts(out: Path) -> dict[str, tuple[int, int, int]]:
    """Rows, failures and what could not be assessed, by rule of the law."""
    return {
        one["template"]: (one["rows"], one["failures"], one["unknown"])
        for table in report(out)["tables"]
        for one in table["rules"]
    }


def outcomes(out: Path) -> dict[str, str]:
    return {one["id"]: one["outcome"] for one in report(out)["requirements"]}
