"""data/quality: quality reports and their figures, freshness, and the quality of the rows themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from conformance.bulk.record import counted
from conformance.checks import decides
from conformance.checks.data.figures import arithmetic, due_indicators, figures, recomputed
from conformance.checks.data.rows import by_rows
from conformance.checks.data.served import counts
from conformance.checks.finding import differ, failure, names, of_breaches
from conformance.checks.shared import at, schema, words
from conformance.checks.walking import pages
from conformance.judge import Inapplicable, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.data.described import Bench
    from conformance.checks.data.exports import Exports
    from conformance.checks.data.served import Page, Served
    from conformance.checks.resources import Resource, Resources
    from conformance.checks.walking import Walk
    from conformance.law.data import Indicator
    from conformance.node import Session

_CYCLES = {
    "realtime": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=31),
    "quarterly": timedelta(days=92),
    "yearly": timedelta(days=366),
}
_PAGE = 500


@by_rows(("STD-041", "STD-042", "STD-043", "STD-044"))
def test_quality_of_rows(requirement: str, run: Session, served: Served) -> None:
    """The rows keep the rule of the requirement."""
    served.hold(run, requirement)


@decides("STD-040")
def test_every_resource_has_its_report(run: Session, reports: Walk, resources: Resources, bench: Bench) -> None:
    """Every shared resource has a quality report that gives the indicators of GB/T 36344 which hold for its fields."""
    rules = schema(run, "data/quality-report")
    breaches = [one for item in reports.items for one in rules.breaches(words(item, "resource") or "?", item)]
    if breaches:
        numbers = {words(one, "resource"): n for one, n in zip(reports.items, reports.exchanges, strict=True)}
        raise of_breaches(breaches, len(breaches), numbers, len(reports.items))
    newest = _newest(reports)
    wrong = [sample for each in resources.all for sample in _unreported(run, bench, each, newest, reports.pages[-1])]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 处缺少质量报告或指标，首处 {wrong[0].label}：{wrong[0].came.zh}",
                f"{len(wrong)} reports or indicators are missing, first {wrong[0].label}: {wrong[0].came.en}",
            ),
            Text(
                "每个共享资源有报告，给出适用的指标", "a report on every shared resource with the indicators that apply"
            ),
            samples=wrong,
        )
    if not resources.all:
        raise Untested(Text("没有共享资源", "there is no shared resource"))


def _newest(reports: Walk) -> dict[str, tuple[dict[str, Any], int]]:
    """Return the newest report of each resource, with the exchange that brought it."""
    found: dict[str, tuple[dict[str, Any], int]] = {}
    for one, number in zip(reports.items, reports.exchanges, strict=True):
        code = words(one, "resource")
        if code and (code not in found or words(one, "time") >= words(found[code][0], "time")):
            found[code] = (one, number)
    return found


def _unreported(
    run: Session, bench: Bench, each: Resource, newest: dict[str, tuple[dict[str, Any], int]], number: int
) -> Iterator[Sample]:
    if each.code not in newest:
        yield Sample(each.code, "", Text("没有质量报告", "no report"), Text("一份质量报告", "a report"), number)
        return
    report, number = newest[each.code]
    given = {words(one, "code") for one in at(report, "indicators") or []}
    plan = bench.plan_or_none(each.served())
    lacking = sorted(due_indicators(run.law.data.indicators, plan) - given) if plan else []
    if lacking:
        yield differ(each.code, "/indicators", sorted(given), f"+ {', '.join(lacking)}", number)


@decides("STD-057")
def test_values_follow_from_their_figures(run: Session, reports: Walk) -> None:
    """The value of every indicator is that of its numerator and denominator; what counts defects is 1 - A/B."""
    known = {one.code: one for one in run.law.data.indicators}
    pairs = zip(reports.items, reports.exchanges, strict=True)
    wrong = [sample for one, n in pairs for sample in arithmetic(words(one, "resource"), one, known, n)]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个指标值与其分子、分母不符，首处 {wrong[0].label}：{wrong[0].came.zh}",
                f"{len(wrong)} values do not follow from their figures, first {wrong[0].label}: {wrong[0].came.en}",
            ),
            Text("指标值＝分子÷分母，缺陷类指标为 1−分子÷分母", "value = A ÷ B, or 1 − A ÷ B where A counts defects"),
            samples=wrong,
        )
    if not reports.items:
        raise Untested(Text("没有质量报告", "there is no quality report"))
    run.note(f"{len(reports.items)} 份报告", f"{len(reports.items)} reports")


@decides("STD-057")
def test_figures_can_be_recomputed(
    run: Session, reports: Walk, resources: Resources, bench: Bench, exports: Exports
) -> None:
    """Numerators and denominators of full reports equal those counted on the same rows; so does the number of rows."""
    newest = _newest(reports)
    wrong: list[Sample] = []
    done = 0
    for each in _chosen(run, resources, exports, newest):
        report, number = newest[each.code]
        found = _recounted(run, bench, exports, each)
        if found is not None:
            total, due = found
            done += 1
            wrong += recomputed(each.code, report, due, number)
            for name in ("rows", "total"):
                if at(report, "sample", name) != total:
                    wrong.append(differ(each.code, f"/sample/{name}", at(report, "sample", name), total, number))
    wrong += [
        differ(one.dataset, "/rows", one.rows, one.measurement.rows)
        for one in exports.all
        if one.measurement is not None and one.measurement.rows not in {None, one.rows}
    ]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个数与复算不符，首处 {wrong[0].label}：{wrong[0].came.zh}，应为 {wrong[0].due.zh}",
                f"{len(wrong)} figures differ from those counted, first {wrong[0].label}: {wrong[0].came.en}, due "
                f"{wrong[0].due.en}",
            ),
            Text(
                "与同一样本复算的分子、分母和行数一致", "the numerator, denominator and rows counted on the same rows"
            ),
            samples=wrong,
        )
    if not done:
        raise Untested(Text("没有可复算的全量报告", "there is no full report that can be recomputed"))
    run.note(f"复算 {done} 份全量报告", f"{done} full reports recomputed")


def _chosen(
    run: Session, resources: Resources, exports: Exports, newest: dict[str, tuple[dict[str, Any], int]]
) -> list[Resource]:
    """Return the resources of the datasets, and a draw from those that can be read whole within the budget."""
    full = [one for one in resources.readable if one.code in newest and _stands(newest[one.code][0], one)]
    whole = [one for one in full if exports.whole(one.code)]
    most, rows = int(run.param("data.recomputed-reports")), int(run.param("data.rows-when-doubtful"))
    rest = [one for one in full if not exports.whole(one.code) and 0 < one.total <= rows]
    return [*whole, *run.rng("reports").sample(rest, min(most, len(rest)))]


def _stands(report: dict[str, Any], each: Resource) -> bool:
    """Tell whether a report is on all rows, and on those that are there now: data go on after a report."""
    try:
        newer = datetime.fromisoformat(words(each.served(), "updated")) > datetime.fromisoformat(words(report, "time"))
    except (ValueError, TypeError):
        newer = False
    return words(report, "sample", "method") == "full" and not newer


def _recounted(run: Session, bench: Bench, exports: Exports, each: Resource) -> tuple[int, dict[str, Any]] | None:
    """Return the rows of a resource and its figures; None where its schema cannot be read."""
    indicators: tuple[Indicator, ...] = run.law.data.indicators
    measured = exports.whole(each.code)
    if measured is not None:
        return measured.rows or 0, figures(indicators, measured.rules)
    found: list[Page] = [
        (page.n, [row for row in page.object["items"] if isinstance(row, dict)])
        for page in pages(run.node, f"/data/{each.code}", {"limit": _PAGE})
    ]
    plan = bench.plan_or_none(each.served())
    if plan is None:
        return None
    rules = [counted(rule, measured) for rule, measured in counts(plan, found)]
    return sum(len(rows) for _, rows in found), figures(indicators, rules)


@decides("STD-047")
def test_data_are_updated_within_their_cycle(run: Session, resources: Resources) -> None:
    """Enough resources were updated within the cycle that their entry states, and the grace."""
    due = [(each, _CYCLES[cycle]) for each in resources.all if (cycle := words(each.entry, "updateCycle")) in _CYCLES]
    if not due:
        raise Inapplicable(Text("没有载明更新周期的共享资源", "no shared resource states an update cycle"))
    grace = 1 + float(run.param("data.update-grace"))
    late = [sample for each, cycle in due for sample in _late(run, each, cycle * grace)]
    rate, least = 1 - len(late) / len(due), float(run.param("data.timely-resources"))
    run.note(
        f"{len(due)} 个资源，按周期更新 {rate:.2%}", f"{len(due)} resources, {rate:.2%} updated within their cycle"
    )
    if rate < least:
        raise failure(
            Text(
                f"{len(late)} 个资源超过更新周期加宽限期，及时率 {rate:.2%}：{names([one.label for one in late])}",
                f"{len(late)} resources are older than their cycle and grace, {rate:.2%} are in time: "
                f"{names([one.label for one in late])}",
            ),
            Text(f"及时率不低于 {least:.0%}", f"at least {least:.0%} in time"),
            samples=late,
        )


def _late(run: Session, each: Resource, limit: timedelta) -> list[Sample]:
    told = words(each.served(), "updated")
    try:
        age = run.now - datetime.fromisoformat(told)
    except (ValueError, TypeError):
        return [differ(each.code, "/updated", told or None, "YYYY-MM-DDThh:mm:ss+08:00", each.schema.n)]
    if age <= limit:
        return []
    days = limit.total_seconds() / 86400
    return [differ(each.code, "/updated", told, f"<= {days:.2f} d", each.schema.n)]
