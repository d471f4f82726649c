"""data/keys: primary keys, update keys, and tables that agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.data.described import primary_key, update_key
from conformance.checks.data.standing import decide
from conformance.checks.finding import differ, failure, names
from conformance.checks.shared import words
from conformance.judge import Inapplicable, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.data.exports import Exports
    from conformance.checks.data.published import Datasets
    from conformance.checks.data.served import Served
    from conformance.checks.resources import Resource, Resources
    from conformance.node import Session


@decides("STD-029")
def test_primary_keys_are_stated(resources: Resources) -> None:
    """Every shared table states a primary key of its own fields."""
    if not resources.all:
        raise Untested(Text("没有可读的数据结构", "no schema of a resource can be read"))
    wrong = [
        differ(each.code, "/fields/primaryKey", [], ["…"], each.schema.n)
        for each in resources.all
        if not primary_key(each.structure())
    ]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 张表没有主键：{names([one.label for one in wrong])}",
                f"{len(wrong)} tables state no primary key: {names([one.label for one in wrong])}",
            ),
            Text("每张共享表声明主键", "a primary key of every shared table"),
            samples=wrong,
        )


@decides("STD-029")
def test_primary_keys_are_unique_and_filled(run: Session, served: Served) -> None:
    """The values of a primary key are unique and not null: among the rows read, and in the datasets as a whole."""
    served.hold(run, "STD-029")


@decides("STD-030")
def test_incremental_tables_state_update_time_and_key(run: Session, resources: Resources, datasets: Datasets) -> None:
    """Every table that is shared incrementally states an update-time field and an update key."""
    shared = {code for codes in datasets.resources.values() for code in codes}
    due = [each for each in resources.all if each.fields() and (each.code in shared or _is_incremental(each))]
    if not due:
        raise Inapplicable(Text("没有增量共享的表", "no table is shared incrementally"))
    wrong = [sample for each in due for sample in _without(each)]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 处缺少更新时间字段或更新主键：{names([one.label for one in wrong])}",
                f"{len(wrong)} places without update time or update key: {names([one.label for one in wrong])}",
            ),
            Text("声明更新时间字段和更新主键", "an update-time field and an update key"),
            samples=wrong,
        )
    run.note(f"{len(due)} 张增量共享的表", f"{len(due)} tables shared incrementally")


def _is_incremental(each: Resource) -> bool:
    """A schema that states the one has to state the other."""
    structure = each.served()
    return bool(update_key(structure) or words(structure, "updateTime"))


def _without(each: Resource) -> list[Sample]:
    structure, fields = each.served(), {words(one, "name"): one for one in each.fields()}
    moment, key = words(structure, "updateTime"), update_key(structure)
    wrong = []
    if moment not in fields or words(fields[moment], "dataType") not in {"T", "D"}:
        wrong.append(differ(each.code, "/updateTime", moment or None, "…", each.schema.n))
    if not key or not fields.keys() >= set(key):
        wrong.append(differ(each.code, "/updateKey", key, ["…"], each.schema.n))
    return wrong


@decides("STD-045")
def test_tables_of_the_node_agree(run: Session, exports: Exports) -> None:
    """Where one subject occurs in two datasets of the node, its shared attributes agree."""
    exports.need()
    exports.announce(run)
    words_ = decide("STD-045", exports.standings.of("STD-045"))
    run.note(words_.zh, words_.en)


@decides("STD-046")
def test_foreign_keys_resolve(run: Session, exports: Exports) -> None:
    """Every value of a declared foreign key is found in the dataset that it refers to."""
    exports.need()
    exports.announce(run)
    words_ = decide("STD-046", exports.standings.of("STD-046"))
    run.note(words_.zh, words_.en)
