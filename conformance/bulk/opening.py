"""Opens what a data check needs: the engine, the table, the tables it is compared with, and the plan of its rules."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from conformance.bulk.bind import municipal_agreement, plan
from conformance.bulk.engine import ENGINES
from conformance.bulk.values import ReferenceRule, SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.bulk.engine import Engine, Table
    from conformance.bulk.values import AgreementRule, Context, Plan, Rule
    from conformance.law import Law
    from conformance.law.data import Dataset

_NO_TABLE = Text(
    "未提供 {dataset} 的数据（--against {dataset}=来源）",
    "no table of {dataset} was given (--against {dataset}=SOURCE)",
)
_NOT_ASKED = Text(
    "本要求的规则只选了一部分（--rule）", "only some of the rules of this requirement were asked for (--rule)"
)
_NO_COLUMN = Text("{source} 没有字段 {names}", "{source} does not have {names}")


class JobError(Exception):
    """What was asked of a data check does not fit together; the text says what."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class Job:
    """What somebody wants counted.

    Attributes:
        today: the day that dates are compared with, YYYY-MM-DD.
        against: other tables as (id of their dataset, source); the id is None where it has to be found out.
        descriptions: datasets that are no part of the edition, by id.
        municipal: the municipal table of the same dataset.
        boundary: WKB of the district's boundary in degrees.
        requirements: only these; empty for all.
        rules: only these templates or bound rules; empty for all.
        memory: what the engine may hold, such as `1GB`; None for its default.
        temp: folder that it may spill to.
    """

    law: Law
    dataset: Dataset
    source: str
    today: str
    engine: str = "duckdb"
    against: tuple[tuple[str | None, str], ...] = ()
    descriptions: Mapping[str, Dataset] = field(default_factory=dict)
    municipal: str | None = None
    boundary: bytes | None = None
    requirements: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    memory: str | None = None
    temp: Path | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything opened.

    Attributes:
        others: the other tables by the id of their dataset.
        municipal: the municipal table and its rule, None where there is none.
        plan: the rules that were asked for; what cannot be decided here is among its `undecided`.
    """

    engine: Engine
    table: Table
    others: Mapping[str, Table]
    municipal: tuple[AgreementRule, Table] | None
    plan: Plan

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that will be counted."""
        return (*self.plan.rules, *([self.municipal[0]] if self.municipal else ()))

    @property
    def selected(self) -> tuple[str, ...]:
        """The requirements that are decided or left undecided here, in the order of their ids."""
        return tuple(sorted({one.requirement for one in (*self.rules, *(rule for rule, _ in self.plan.undecided))}))


@contextmanager
def bench(job: Job) -> Iterator[Bench]:
    """Open everything, and close it again.

    Raises:
        JobError: a rule, requirement, other table or engine was named that does not fit or is not installed.
        SourceError: a source is missing, damaged, or has none of the fields.
        EngineError: the engine cannot be reached, or cannot read such a source.
    """
    whole = plan(job.law, job.dataset, today=job.today, boundary=job.boundary)
    engine = open_engine(job.engine, whole.context, job.memory, job.temp)
    try:
        table = engine.open(job.source, job.dataset)
        others = _others(job, engine)
        municipal = _municipal(job, engine) if job.municipal else None
        asked = _asked(job, _decidable(whole, others), municipal[0] if municipal else None)
        if municipal and not _wanted(job, municipal[0]):
            municipal = None
        yield Bench(engine, table, others, municipal, asked)
    finally:
        engine.close()


def open_engine(name: str, context: Context, memory: str | None, temp: Path | None) -> Engine:
    """Start an engine by its name.

    Raises:
        JobError: there is none, or its library is not installed; the text says what to install.
        EngineError: it cannot be started or reached.
    """
    if name not in ENGINES:
        raise JobError(
            Text(f"没有引擎 {name}，可用：{'、'.join(ENGINES)}", f"No engine {name}; there is: {', '.join(ENGINES)}")
        )
    try:
        module: Any = import_module(f"conformance.bulk.engines.{name}")
    except ModuleNotFoundError as error:
        install = f'pip install "district-conformance{ENGINES[name]}"'
        raise JobError(
            Text(
                f"引擎 {name} 未安装（缺少 {error.name}）：{install}",
                f"The engine {name} is not installed ({error.name} is missing): {install}",
            )
        ) from error
    started: Engine = module.start(context, memory=memory, temp=temp)
    return started


def _others(job: Job, engine: Engine) -> dict[str, Table]:
    needed = _needed(job.dataset)
    found: dict[str, Table] = {}
    for name, source in job.against:
        chosen = name or _inferred(job, engine, source, [one for one in needed if one not in found])
        if chosen not in needed:
            raise JobError(
                Text(
                    f"{job.dataset.id} 的规则不涉及 {chosen}，涉及：{'、'.join(needed) or '无'}",
                    f"No rule of {job.dataset.id} refers to {chosen}; they refer to: {', '.join(needed) or 'none'}",
                )
            )
        found[chosen] = engine.open(source, _description(job, chosen))
    return found


def _needed(dataset: Dataset) -> dict[str, set[str]]:
    """Return the other datasets that rules refer to, with the fields that they need there."""
    needed: dict[str, set[str]] = {}
    for key in dataset.foreign_keys:
        needed.setdefault(key.dataset, set()).update(key.references)
    for one in dataset.agreements:
        needed.setdefault(one.dataset, set()).update(there for _, there in (*one.key, *one.attributes))
    return needed


def _description(job: Job, name: str) -> Dataset:
    found = job.descriptions.get(name) or job.law.data.datasets.get(name)
    if found is None:
        known = "、".join(job.law.data.datasets)
        raise JobError(
            Text(
                f"没有数据集 {name}；可用：{known}，或写 --against 描述文件.yaml=来源",
                f"No dataset {name}; there is: {known.replace('、', ', ')}, or write --against FILE.yaml=SOURCE",
            )
        )
    return found


def _inferred(job: Job, engine: Engine, source: str, candidates: Sequence[str]) -> str:
    """Return the dataset that a source is of: one that rules refer to, whose fields there the source has."""
    needed = _needed(job.dataset)
    fitting: list[str] = []
    troubles: list[SourceError] = []
    for name in candidates:
        try:
            missing = engine.open(source, _description(job, name)).missing
        except SourceError as error:
            troubles.append(error)
        else:
            fitting += [] if needed[name] & set(missing) else [name]
    if len(fitting) == 1:
        return fitting[0]
    if troubles and len({one.text for one in troubles}) == 1 and not fitting:
        raise troubles[0]
    choice = "、".join(fitting or needed)
    raise JobError(
        Text(
            f"无法判断 {source} 是哪个数据集，请写 --against 数据集={source}（{choice or '无可用者'}）",
            f"It cannot be told of which dataset {source} is: write --against DATASET={source} "
            f"({choice.replace('、', ', ') or 'none fits'})",
        )
    )


def _municipal(job: Job, engine: Engine) -> tuple[AgreementRule, Table]:
    parameters = job.law.edition.parameters
    rule = municipal_agreement(job.law.data, job.dataset, lambda name: parameters[name].default)
    return rule, engine.open(str(job.municipal), job.dataset)


def _decidable(whole: Plan, others: Mapping[str, Table]) -> Plan:
    """Move the rules between tables that cannot be decided to `undecided`."""
    blocked: list[tuple[Rule, Text]] = []
    between: tuple[ReferenceRule | AgreementRule, ...] = (*whole.references, *whole.agreements)
    for rule in between:
        reason = _blocked(rule, others)
        if reason is not None:
            blocked.append((rule, reason))
    gone = {rule.id for rule, _ in blocked}
    return replace(
        whole,
        references=tuple(one for one in whole.references if one.id not in gone),
        agreements=tuple(one for one in whole.agreements if one.id not in gone),
        undecided=(*whole.undecided, *blocked),
    )


def _blocked(rule: ReferenceRule | AgreementRule, others: Mapping[str, Table]) -> Text | None:
    if rule.dataset not in others:
        return _NO_TABLE.fill(dataset=rule.dataset)
    other = others[rule.dataset]
    key = rule.references if isinstance(rule, ReferenceRule) else tuple(there for _, there in rule.key)
    lost = [one for one in key if one in other.missing]
    return _NO_COLUMN.fill(source=other.source, names="、".join(lost)) if lost else None


def _wanted(job: Job, rule: Rule) -> bool:
    return (not job.requirements or rule.requirement in job.requirements) and (
        not job.rules or rule.template in job.rules or rule.id in job.rules
    )


def _asked(job: Job, whole: Plan, municipal: Rule | None) -> Plan:
    """Return the plan without the rules that nobody asked for; half a requirement is left undecided.

    Raises:
        JobError: a rule was named that the table does not have, or nothing is left.
    """
    every = [*whole.rules, *(rule for rule, _ in whole.undecided), *([municipal] if municipal else [])]
    names = sorted({one.template for one in every} | {one.id for one in every})
    for name in sorted(job.rules):
        if name not in names:
            near = difflib.get_close_matches(name, names, 3, 0.4) or sorted({one.template for one in every})
            raise JobError(
                Text(
                    f"{job.dataset.id} 没有规则 {name}，可用：{'、'.join(near)}",
                    f"{job.dataset.id} has no rule {name}; there is: {', '.join(near)}",
                )
            )
    other = sorted(job.requirements - {one.requirement for one in every})
    if other or not any(_wanted(job, one) for one in every):
        asked = other or sorted({*job.requirements, *job.rules})
        raise JobError(
            Text(
                f"没有一条规则在 {job.dataset.id} 上判定 {'、'.join(asked)}",
                f"No rule decides {', '.join(asked)} on {job.dataset.id}",
            )
        )
    decided = {one.requirement for one in every if _wanted(job, one)}
    left = tuple((one, _NOT_ASKED) for one in every if not _wanted(job, one) and one.requirement in decided)
    undecided = (*((rule, reason) for rule, reason in whole.undecided if _wanted(job, rule)), *left)
    return replace(
        whole,
        rows=tuple(one for one in whole.rows if _wanted(job, one)),
        keys=tuple(one for one in whole.keys if _wanted(job, one)),
        references=tuple(one for one in whole.references if _wanted(job, one)),
        agreements=tuple(one for one in whole.agreements if _wanted(job, one)),
        undecided=undecided,
    )
