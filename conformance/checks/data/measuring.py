"""Counts the exported datasets with an engine: rows, keys, references and agreements between them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.bulk.bind import municipal_agreement
from conformance.bulk.judging import pooled, under
from conformance.bulk.opening import JobError, open_engine
from conformance.bulk.record import Measurement, Undecided, Unread, counted, from_data, to_data
from conformance.bulk.values import EngineError, ReferenceRule, SourceError
from conformance.checks.data.exports import Export, Exports, blocked, fetch, unread
from conformance.checks.data.standing import Standings
from conformance.judge import Decision, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.bulk.engine import Engine, Table
    from conformance.bulk.record import Counted
    from conformance.bulk.values import AgreementRule, Measured, Plan, Progress, Rule
    from conformance.checks.data.described import Bench
    from conformance.checks.data.published import Datasets
    from conformance.node import Session
    from conformance.node.references import References

_NOT_EXPORTED = Text(
    "被引用的数据集 {name} 没有可用的导出", "the dataset {name} that it refers to has no usable export"
)
_NO_MUNICIPAL = Text(
    "未提供市级数据（配置 references.municipal）", "no extract of the municipal level (references.municipal)"
)


def measure_exports(run: Session, bench: Bench, datasets: Datasets, references: References) -> Exports:
    """Download every dataset of the law that the node holds, and count it.

    Raises:
        CantTell, Untested: as `Node.ask`, for what is not about one dataset.
    """
    with run.workshop() as place, ExitStack() as stack:
        found = [_fetched(run, name, codes, place) for name, codes in datasets.resources.items()]
        municipal = _municipal(run, references, place, [one.dataset for one in found if one.problem is None])
        scales = Scales(bench, place, tuple(found), municipal, stack)
        measured = tuple(scales.measure(run, one) if one.problem is None else one for one in found)
    return Exports(measured, _standings(run, bench, measured), datasets.lost)


def _fetched(run: Session, name: str, codes: tuple[str, ...], place: Path) -> Export:
    folder = place / name
    folder.mkdir()
    return fetch(run, name, codes, folder)


def _municipal(run: Session, references: References, place: Path, wanted: list[str]) -> dict[str, str | Decision]:
    """Return the municipal extract of each dataset: a file, or why there is none."""
    found: dict[str, str | Decision] = {}
    for name, path in references.municipal.items():
        if name in wanted and references.remote:
            file = place / f"municipal-{name}.ndjson"
            try:
                run.node.download(path, file, int(run.param("data.export-bytes")), media="application/x-ndjson")
                found[name] = str(file)
            except Decision as problem:
                found[name] = problem
        elif name in wanted:
            found[name] = path
    return found


@dataclass
class Scales:
    """One engine for all tables of a run; nothing of it is started in a replay."""

    bench: Bench
    place: Path
    exports: tuple[Export, ...]
    municipal: dict[str, str | Decision]
    stack: ExitStack
    _engine: Engine | None = None
    _tables: dict[str, Table] = field(default_factory=dict)

    def measure(self, run: Session, export: Export) -> Export:
        """Return an export with what was counted on it, or with the reason why nothing was."""
        try:
            data = run.measured(export.dataset, lambda: to_data(self._work(export)))
        except Decision as problem:
            return replace(export, problem=problem)
        return replace(export, measurement=under(run.law, from_data(export.dataset, data)))

    def _work(self, export: Export) -> Measurement:
        plan = self.bench.plan_of(self.bench.run.law.data.datasets[export.dataset])
        blank = Measurement(
            name=export.dataset,
            dataset=export.dataset,
            source=export.address,
            engine=self.engine.name,
            rows=None,
            today=plan.context.today,
            boundary=plan.context.boundary is not None,
            files=export.files,
            undecided=tuple(Undecided(rule.id, rule.requirement, why) for rule, why in plan.undecided),
        )
        try:
            return self._counted(blank, plan)
        except (SourceError, EngineError) as error:
            lost = tuple(Undecided(one.id, one.requirement, error.text) for one in plan.rules)
            unread = Unread(export.address, getattr(error, "rows_read", None), None, error.text)
            return replace(blank, undecided=(*blank.undecided, *lost), unread=(unread,))

    def _counted(self, blank: Measurement, plan: Plan) -> Measurement:
        table = self._table(blank.dataset, str(self.place / blank.dataset))
        rules = [counted(*pair) for pair in zip(plan.rows, table.row_rules(plan.rows, _quiet), strict=True)]
        rules += self._keys(table, plan)
        between, open_ = self._between(table, plan)
        extract, unknown = self._against_municipal(table, blank.dataset)
        return replace(
            blank,
            rows=table.count(),
            rules=(*rules, *between, *extract),
            undecided=(*blank.undecided, *open_, *unknown),
            unread=table.unread,
            missing=tuple(table.missing),
        )

    def _keys(self, table: Table, plan: Plan) -> list[Counted]:
        """Count the rules over keys; the same key is counted once."""
        known: dict[tuple[str, tuple[str, ...]], Measured] = {}
        for rule in plan.keys:
            if (rule.kind, rule.columns) not in known:
                known[rule.kind, rule.columns] = table.key(rule, _quiet)
        return [counted(rule, replace(known[rule.kind, rule.columns], rule=rule.id)) for rule in plan.keys]

    def _between(self, table: Table, plan: Plan) -> tuple[list[Counted], list[Undecided]]:
        """Count the rules between this dataset and others; of one that is not there, say so."""
        found: list[Counted] = []
        undecided: list[Undecided] = []
        rules: tuple[ReferenceRule | AgreementRule, ...] = (*plan.references, *plan.agreements)
        for rule in rules:
            other = next((one for one in self.exports if one.dataset == rule.dataset and one.problem is None), None)
            if other is None:
                undecided.append(Undecided(rule.id, rule.requirement, _NOT_EXPORTED.fill(name=rule.dataset)))
                continue
            there = self._table(other.dataset, str(self.place / other.dataset))
            if isinstance(rule, ReferenceRule):
                found.append(counted(rule, table.reference(rule, there, _quiet)))
            else:
                found.append(counted(rule, table.agreement(rule, there, _quiet)))
        return found, undecided

    def _against_municipal(self, table: Table, dataset: str) -> tuple[list[Counted], list[Undecided]]:
        law, run = self.bench.run.law.data, self.bench.run
        rule = municipal_agreement(law, law.datasets[dataset], run.param)
        source = self.municipal.get(dataset)
        if source is None:
            return [], [Undecided(rule.id, rule.requirement, _NO_MUNICIPAL)] if not self.municipal else []
        if isinstance(source, Decision):
            return [], [Undecided(rule.id, rule.requirement, source.reason)]
        there = self.engine.open(source, law.datasets[dataset])
        return [counted(rule, table.agreement(rule, there, _quiet))], []

    def _table(self, dataset: str, source: str) -> Table:
        if dataset not in self._tables:
            self._tables[dataset] = self.engine.open(source, self.bench.run.law.data.datasets[dataset])
        return self._tables[dataset]

    @property
    def engine(self) -> Engine:
        """The embedded engine, started when it is first needed.

        Raises:
            Untested: it is not installed.
        """
        if self._engine is None:
            run = self.bench.run
            context = self.bench.plan_of(next(iter(run.law.data.datasets.values()))).context
            try:
                self._engine = open_engine("duckdb", context, None, self.place)
            except (EngineError, JobError) as error:
                raise Untested(error.text) from error
            self.stack.callback(self._engine.close)
        return self._engine


def _quiet(_: Progress) -> None:
    """Nobody watches the counting inside a run."""


def _standings(run: Session, bench: Bench, exports: tuple[Export, ...]) -> Standings:
    standings = Standings()
    municipal = [one.requirement for one in run.law.data.keys if one.of == "municipal"]
    for one in exports:
        if one.measurement is None:
            for requirement in _left_open(bench.plan_of(run.law.data.datasets[one.dataset]), one, municipal):
                standings.leave(requirement, blocked(one))
            continue
        asked = Text(f"{one.address} 的全部导出", f"the whole export of {one.address}")
        standings.take(one.dataset, pooled(one.measurement.rules), asked, one.exchanges)
        for each in one.measurement.undecided:
            standings.leave(each.requirement, each.reason)
        for requirement in {rule.requirement for rule in one.measurement.rules} if one.measurement.unread else ():
            standings.leave(requirement, unread(one))
    return standings


def _left_open(plan: Plan, export: Export, municipal: list[str]) -> dict[str, None]:
    """Return the requirements that an export would have decided.

    Where none is offered the rows of the resource still speak for themselves, as a sample; where one is offered and
    does not keep its word, nothing of the dataset is certain.
    """
    between: tuple[Rule, ...] = (*plan.references, *plan.agreements)
    rules = between if isinstance(export.problem, Untested) else plan.rules
    return dict.fromkeys([*(rule.requirement for rule in rules), *municipal])
