"""`conformance coverage`: the table on the terminal and as the committed page, measured anew on demand."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from conformance.coverage.proof import prove_all
from conformance.coverage.table import KILLS, Row, coverage, declared_faults, judged_whole, kill_score, read_kills
from conformance.judge.exits import Exit
from conformance.law.model import Disposition
from conformance.resources import folder
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.law import Law
    from conformance.text import Lang

PAGE = "coverage.md"


def show_coverage(law: Law, lang: Lang, *, write: bool, standards: Sequence[str] = (), whole: bool = True) -> int:
    """Print the table and the kill score; with `write`, run the proof first and update the committed files.

    Args:
        law: the edition.
        lang: of the output.
        write: measure anew.
        standards: measure only faults that break a requirement of these; what is known of the others is kept.
        whole: let the whole standard judge each fault; else only its own requirement does, which takes minutes.
    """
    if write:
        _measure(law, standards, whole=whole)
    rows = coverage(law)
    _print(law, rows, lang)
    if write:
        page(law).write_text(render(law, rows), encoding="utf-8")
    return Exit.FAILS if any(row.gap for row in rows) else Exit.CONFORMS


def page(law: Law) -> Path:
    """Return where the committed page is in a checkout."""
    return law.folder.parent / "docs" / PAGE


def render(law: Law, rows: Sequence[Row]) -> str:
    """Return the page: every requirement with its disposition, checks and faults, in both languages."""
    caught, total = kill_score(rows)
    lines = [
        "# 要求 ↔ 检查 ↔ 缺陷 / Requirement ↔ checks ↔ faults",
        "",
        f"由 `conformance coverage --write` 生成，版本 {law.edition.id}。 / Generated; edition {law.edition.id}.",
        "",
        f"杀伤率 / kill score: **{caught}/{total}**",
        "",
        f"其中由整部标准判定 / of these judged by the whole standard: {judged_whole()}",
        "",
        "| 编号 id | 标题 title | 义务 | 依据 tier | 判定 disposition | 检查 checks | 缺陷 faults |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        one = row.requirement
        faults = " ".join(f"`{name}`{'' if name in row.caught else ' ✗'}" for name in row.faults)
        checks = " ".join(f"`{name.partition('::')[2]}`" for name in row.checks)
        title = f"{one.title.zh} / {one.title.en}"
        lines.append(
            f"| {one.id} | {title} | {one.obligation} | {one.source.tier} | {one.disposition} | {checks} | {faults} |"
        )
    return "\n".join(lines) + "\n"


def _print(law: Law, rows: Sequence[Row], lang: Lang) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140)
    heads = Text("编号|判定|检查|缺陷|已捕获", "id|decided by|checks|faults|caught").pick(lang).split("|")
    table = Table(*heads)
    for row in rows:
        if row.requirement.disposition is Disposition.CHECK:
            caught = f"{len(row.caught)}/{len(row.faults)}"
            table.add_row(
                row.requirement.id, row.requirement.disposition, str(len(row.checks)), " ".join(row.faults), caught
            )
    console.print(table)
    for line in _totals(law, rows):
        console.print(line.pick(lang), highlight=False)


def _totals(law: Law, rows: Sequence[Row]) -> Iterator[Text]:
    for name in law.names():
        own = [row.requirement.disposition for row in rows if row.requirement.standard == name]
        counts = {one: own.count(one) for one in Disposition}
        title = law.standard(name).title
        yield Text(
            f"{title.zh}：{len(own)} 条要求，检查 {counts[Disposition.CHECK]}，佐证 {counts[Disposition.ATTEST]}，"
            f"不可测 {counts[Disposition.UNTESTABLE]}，待建 {counts[Disposition.PLANNED]}",
            f"{title.en}: {len(own)} requirements, {counts[Disposition.CHECK]} checked, "
            f"{counts[Disposition.ATTEST]} attested, {counts[Disposition.UNTESTABLE]} untestable, "
            f"{counts[Disposition.PLANNED]} planned",
        )
    caught, total = kill_score(rows)
    gaps = [row.requirement.id for row in rows if row.gap]
    yield Text(
        f"杀伤率 {caught}/{total}（由整部标准判定 {judged_whole()}）",
        f"kill score {caught}/{total} ({judged_whole()} judged by the whole standard)",
    )
    if gaps:
        yield Text(f"缺口：{'、'.join(gaps)}", f"gaps: {', '.join(gaps)}")


def _measure(law: Law, standards: Sequence[str], *, whole: bool) -> None:
    every = declared_faults()
    asked = {name: one for name, one in every.items() if not standards or _standard(law, one) in standards}
    proved = track(prove_all(law, asked, whole=whole), "proof", len(asked), console=Console(file=sys.stderr))
    kept = {name: kill for name, kill in read_kills().items() if name in every and name not in asked}
    data = {"edition": law.edition.id, "faults": kept | {name: kill.as_data() for name, kill in proved}}
    target = folder("fixtures") / "node" / KILLS
    target.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _standard(law: Law, fault: Mapping[str, Any]) -> str:
    return law.requirements[fault["breaks"]].standard
