"""`FILE.expected.json`: what the rules must count on a generated table, and which rows got which error."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.bulk.generate.course import Generation
    from conformance.bulk.generate.files import Format, Part
    from conformance.bulk.generate.planting import Planted

RESERVED = Text(
    "全部为合成数据，不可能对应任何真实的人或机构：公民身份号码的出生年份在 1800 至 1859 年；统一社会信用代码的"
    "行政区划段在 509900 至 509999 之间；手机号码以 160 开头（凭记忆，未核实）；姓名以“测”开头，"
    "机构、部门、证照名称含“示例”。",
    "All data are synthetic and no real person or organisation can result: identity numbers have birth years 1800 to "
    "1859, credit codes a division part between 509900 and 509999, telephone numbers the prefix 160 (from memory, not "
    "checked); names of persons begin with 测, names of organisations, departments and certificates contain 示例.",
)
_SUFFIX = ".expected.json"


def expected(generation: Generation) -> dict[str, Any]:
    """Return what must be counted on a table that was made once and whole.

    Rows of errors are numbered through the whole table, the first being 1. `null` stands at rules of which nobody knows
    beforehand what they count. Rules between tables count against tables of the same seed without errors, `municipal`
    against the same table without errors.

    Raises:
        ValueError: the table was not made, or not once and whole.
    """
    wish = generation.wish
    counts = generation.counts()
    return {
        "dataset": wish.dataset.id,
        "rows": wish.size,
        "seed": wish.seed,
        "today": wish.today.isoformat(),
        "of": generation.referenced,
        "rules": {name: None if one is None else asdict(one) for name, one in counts.items()},
        "municipal": asdict(generation.twin()),
        "errors": [_error(one) for one in generation.planted],
    }


def _error(one: Planted) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": one.asked.kind,
        "field": one.asked.field,
        "count": one.asked.count,
        "title": one.kind.title._asdict(),
        "rows": (one.rows + 1).tolist(),
    }
    return said if one.kind.copies is None else {**said, "repeats": (one.donors + 1).tolist()}


def write_expected(generation: Generation, target: Path, form: Format, parts: list[Part]) -> Path:
    """Write the sidecar of a table beside it and return its path.

    Raises:
        OSError: the disk does not take it.
    """
    path = target.with_name(target.name + _SUFFIX)
    about = {
        "generator": {"name": "district-conformance", "version": __version__},
        "synthetic": RESERVED._asdict(),
        "format": form,
        "files": [asdict(one) for one in parts],
        "byFormatOnly": list(generation.unmade),
    }
    path.write_text(json.dumps(about | expected(generation), ensure_ascii=False) + "\n", encoding="utf-8")
    return path
