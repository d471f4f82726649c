"""What the filters bbox and datetime find, held to what the features themselves say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.finding import failure, names
from conformance.checks.interfaces.spatial.axes import CRS_CLASS, cgcs2000
from conformance.checks.interfaces.spatial.boxes import due, probes, shapes
from conformance.checks.interfaces.spatial.featured import walk_features
from conformance.checks.interfaces.spatial.moments import spans, timed
from conformance.checks.shared import at
from conformance.judge import Failed, Inapplicable, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.checks.interfaces.spatial.boxes import Probe
    from conformance.checks.interfaces.spatial.featured import Walked
    from conformance.checks.interfaces.spatial.moments import Span, Times
    from conformance.checks.interfaces.spatial.ogc import Collection, Server
    from conformance.node import Session


def judge_boxes(run: Session, server: Server, layered: Sequence[Walked]) -> None:
    """Ask each layer for boxes and compare what comes with its geometries.

    Raises:
        Failed: a box finds too much or too little.
        Untested: no layer has a geometry.
    """
    wrong: list[Sample] = []
    asked = 0
    for one in layered:
        known = shapes(one.by_id)
        if not known:
            continue
        crs = cgcs2000(one.collection) if CRS_CLASS in server.conforms else None
        for place, probe in enumerate(probes(run.rng(f"boxes/{one.collection.id}"), known)):
            turned = crs is not None and place % 2 == 1
            params = {"bbox": probe.turned, "bbox-crs": crs} if turned else {"bbox": probe.text}
            wrong += _box(run, one, known, probe, params)
            asked += 1
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个 bbox 结果有误，首个 {wrong[0].came.zh}",
                f"{len(wrong)} boxes, first {wrong[0].came.en}",
            ),
            Text("与范围相交的全部要素，别无其他", "every feature that the box touches, and no other"),
            samples=wrong,
        )
    if not asked:
        raise Untested(Text("图层没有几何", "no layer has a geometry"))
    run.note(f"比对 {asked} 个 bbox", f"{asked} boxes compared")


def _box(
    run: Session, one: Walked, known: Mapping[str, bytes], probe: Probe, params: Mapping[str, str | None]
) -> list[Sample]:
    found = walk_features(run, one.collection, params)
    told = ", ".join(f"{name}={value}" for name, value in params.items())
    label = f"{one.collection.id} {told}"
    if found.problem is not None:
        return [_refused(label, probe.why, found.problem)]
    came = {**known, **shapes(found.by_id)}
    must, never = due(came, probe.box)
    surplus = sorted(never & set(found.by_id))
    lost = sorted((must & set(known)) - set(found.by_id)) if found.whole else []
    return _sample(label, probe.why, lost, surplus, found)


def _refused(label: str, why: Text, problem: Failed) -> Sample:
    """Return the place where a filter got no page at all."""
    numbers = problem.findings[0].exchanges if problem.findings else ()
    return Sample(label, "", problem.reason, why, numbers[-1] if numbers else 0)


def _sample(label: str, why: Text, lost: Sequence[str], surplus: Sequence[str], found: Walked) -> list[Sample]:
    if not lost and not surplus:
        return []
    zh = [f"缺 {len(lost)} 个（{names(lost, 2)}）"] * bool(lost) + [
        f"多 {len(surplus)} 个（{names(surplus, 2)}）"
    ] * bool(surplus)
    en = [f"{len(lost)} missing ({names(lost, 2)})"] * bool(lost)
    en += [f"{len(surplus)} too many ({names(surplus, 2)})"] * bool(surplus)
    number = found.pages[0].n if found.pages else 0
    return [Sample(label, "/features", Text("，".join(zh), ", ".join(en)), why, number)]


def temporal(collection: Collection) -> bool:
    """Tell whether a collection says that its features have times."""
    return at(collection.described, "extent", "temporal") is not None


def judge_moments(run: Session, layered: Sequence[Walked]) -> None:
    """Ask each layer for instants and intervals and compare what comes with the times of its features.

    Raises:
        Failed: by no property of the features is the answer right.
        Inapplicable: no layer says that it has times, and an interval leaves every feature in its place.
        Untested: a layer says so, and none of its features shows a time.
    """
    wrong: list[Sample] = []
    decided: list[str] = []
    silent: list[str] = []
    whole = [one for one in layered if one.whole]
    for one in whole:
        candidates = timed(one.by_id)
        if temporal(one.collection) and not candidates:
            silent.append(one.collection.id)
            continue
        told, found = _moments(run, one, candidates or {"": {}})
        decided += [one.collection.id] if told else []
        wrong += found
    if wrong:
        zh, en = (
            f"{len(wrong)} 个时间过滤结果有误，首个 {wrong[0].came.zh}",
            f"{len(wrong)} intervals: {wrong[0].came.en}",
        )
        due = Text("该时段的全部要素和没有时间的要素", "every feature of the interval, and those without a time")
        raise failure(Text(zh, en), due, samples=wrong)
    if silent or not whole:
        zh, en = (
            f"读全的图层 {len(whole)} 个，声明时间而要素无时间：{names(silent)}",
            f"{len(whole)} layers read whole; without times: ",
        )
        raise Untested(Text(zh, f"{en}{names(silent)}"))
    if not decided:
        raise Inapplicable(
            Text("没有图层声明时间范围，datetime 不改变结果", "no layer has times: datetime changes nothing")
        )
    run.note(f"按时间过滤的图层：{names(decided)}", f"layers filtered by time: {names(decided)}")


def _moments(run: Session, one: Walked, candidates: Mapping[str, Times]) -> tuple[bool, list[Sample]]:
    """Return whether the layer filters by time, and what is wrong by the property that explains most."""
    probes_ = list(spans(next(iter(candidates.values()))))
    results = [walk_features(run, one.collection, {"datetime": span.text}) for span in probes_]
    broken = [
        _refused(f"{one.collection.id} datetime={span.text}", span.why, found.problem)
        for span, found in zip(probes_, results, strict=True)
        if found.problem is not None
    ]
    if broken:
        return True, broken
    every = list(one.by_id)
    if not temporal(one.collection) and all(set(found.by_id) == set(every) for found in results):
        return False, []
    judged = [_unlike(one, every, times, list(zip(probes_, results, strict=True))) for times in candidates.values()]
    return True, min(judged, key=len)


def _unlike(one: Walked, every: Sequence[str], times: Times, answers: Sequence[tuple[Span, Walked]]) -> list[Sample]:
    wrong = []
    for span, found in answers:
        must, came = span.finds(every, times), set(found.by_id)
        lost, surplus = sorted(must - came), sorted(came - must)
        wrong += _sample(f"{one.collection.id} datetime={span.text}", span.why, lost, surplus, found)
    return wrong
