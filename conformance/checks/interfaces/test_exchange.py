"""interfaces/exchange: manifests of batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.interfaces import contents
from conformance.checks.interfaces.delivery import (
    BATCHES,
    UNDONE,
    announce,
    complete,
    deliver,
    joined,
    parcel,
    put,
    settled,
)
from conformance.checks.interfaces.depot import open_depot
from conformance.checks.shared import Catalog, at, sample, words
from conformance.checks.walking import walk
from conformance.judge import Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.node import Answer, Session

_TYPES: dict[str, type] = {
    "resource": str,
    "mode": str,
    "schemaVersion": int,
    "rows": int,
    "digest": str,
    "producer": dict,
    "parts": list,
}
_SAME = ("resource", "mode", "schemaVersion", "rows", "digest", "producer")
_CLOSED = frozenset({401, 403})


@dataclass(frozen=True)
class _Tried:
    """How much was looked at."""

    batches: int = 0
    parts: int = 0


@decides("API-032")
def test_manifests_fit_their_batches(run: Session, catalog: Catalog) -> None:
    """Every manifest states rows, digest, schema version, mode and producer, and its rows are those of the parts."""
    found = walk(run.node, BATCHES, {"limit": run.param("run.page-size")})
    offered = [one for one in found.items if words(one, "direction") == "outbound" and words(one, "id")]
    tried = _Tried()
    for batch in sample(run, "batches", offered, "interfaces.file-sample"):
        answer = run.node.get(f"{BATCHES}/{words(batch, 'id')}/manifest")
        if answer.status in _CLOSED:
            continue
        _states(answer.expect(200), batch)
        _fits_entry(answer, catalog.by_code.get(words(batch, "resource"), {}))
        parts = _parts(run, answer, words(batch, "id"))
        tried = _Tried(tried.batches + 1, tried.parts + parts)
    if not tried.parts:
        raise Untested(Text("没有可下载的批次", "there is no batch to download"))
    run.note(
        f"{tried.batches} 个批次、{tried.parts} 个分片逐行重新计数",
        f"rows of {tried.batches} batches in {tried.parts} parts counted anew",
    )


def _states(answer: Answer, batch: dict[str, Any]) -> None:
    """Hold a manifest to its members, and to what the batch itself says."""
    for name, kind in _TYPES.items():
        answer.member(name, kind)
    if answer.object["mode"] not in {"full", "incremental"} or not words(answer.object, "producer", "uscc"):
        raise answer.wrong(
            Text(
                f"mode {answer.object['mode']}，producer {answer.object['producer']}",
                f"mode {answer.object['mode']}, producer {answer.object['producer']}",
            ),
            Text(
                "mode 为 full 或 incremental，producer 有机构代码", "mode full or incremental, a producer with its code"
            ),
        )
    label = words(batch, "id")
    wrong = [
        differ(label, f"/{name}", answer.object[name], batch[name], answer.n)
        for name in _SAME
        if name in batch and answer.object[name] != batch[name]
    ]
    _raise(wrong, "清单与批次不一致", "the manifest differs from the batch")


def _fits_entry(answer: Answer, entry: dict[str, Any]) -> None:
    """Hold schema version and producer to the entry whose rows these are."""
    told, version = answer.object, entry.get("version")
    if not isinstance(version, int):
        return
    label = words(told, "resource")
    wrong: list[Sample] = []
    if not 1 <= told["schemaVersion"] <= version:
        wrong.append(differ(label, "/schemaVersion", told["schemaVersion"], version, answer.n))
    elif told["schemaVersion"] == version and words(told, "producer", "uscc") != words(entry, "provider", "uscc"):
        wrong.append(differ(label, "/producer/uscc", words(told, "producer", "uscc"), entry["provider"], answer.n))
    _raise(wrong, "清单与目录不一致", "the manifest differs from the entry of the catalog")


def _raise(wrong: list[Sample], zh: str, en: str) -> None:
    if wrong:
        first = wrong[0]
        raise failure(
            Text(
                f"{zh}：{first.label} {first.pointer} 为 {first.came.zh}", f"{en}: {first.pointer} is {first.came.en}"
            ),
            first.due,
            samples=wrong,
        )


def _parts(run: Session, answer: Answer, batch: str) -> int:
    """Count the rows of every part of a manifest anew; return how many parts there were."""
    parts = answer.object["parts"]
    if not parts or not all(isinstance(at(one, "rows"), int) and words(one, "digest") for one in parts):
        raise answer.wrong(
            Text("分片缺少 rows 或 digest", "a part without rows or digest"), Text("每个分片均有", "both of every part")
        )
    for part in parts:
        path = f"{BATCHES}/{batch}/parts/{at(part, 'number')}"
        most = max(int(run.param("data.export-bytes")), 1)
        came, rows = contents.counted(run, path, words(part, "mediaType"), most)
        contents.hold(path, came, rows, part)
    total, due = sum(one["rows"] for one in parts), joined(parts)
    if (answer.object["rows"], answer.object["digest"]) != (total, due):
        raise answer.wrong(
            Text(
                f"{answer.object['rows']} 行，摘要 {answer.object['digest']}",
                f"{answer.object['rows']} rows, digest {answer.object['digest']}",
            ),
            Text(f"{total} 行，摘要 {due}（依各分片计）", f"{total} rows, digest {due}, from the parts"),
        )
    return len(parts)


@decides("API-032", writes=True)
def test_manifest_of_a_delivery_is_kept(desk: Desk, catalog: Catalog) -> None:
    """The manifest of a delivered batch is the one that was announced, and its parts are the bytes that were sent."""
    run = desk.run
    depot = open_depot(desk, catalog, "manifest")
    sent, code = parcel(depot.rows[:2], depot.rows[2:]), depot.code
    batch = deliver(desk, code, sent)
    due = sent.manifest(code)
    answer = run.node.get(f"{BATCHES}/{batch}/manifest", role="editor").expect(200)
    _states(answer, {name: due[name] for name in _SAME if name in due} | {"id": batch})
    for part, body in zip(due["parts"], sent.parts, strict=True):
        path = f"{BATCHES}/{batch}/parts/{part['number']}"
        came, count = contents.counted(run, path, part["mediaType"], 2 * len(body) + 1, "editor")
        contents.hold(path, came, count, part)


@decides("API-032", writes=True)
def test_manifest_with_a_wrong_count_is_not_accepted(desk: Desk, catalog: Catalog) -> None:
    """A batch with fewer rows than its manifest states is not accepted, and none of its rows is served."""
    depot = open_depot(desk, catalog, "wrong-count")
    sent = parcel(depot.rows)
    fitting = sent.manifest(depot.code)
    count = sent.total + 1
    more = {**fitting, "rows": count, "parts": [{**fitting["parts"][0], "rows": count}]}
    announced = announce(desk, more)
    if announced.status in {400, 409, 422}:
        return
    batch = announced.expect(201).member("id", str)
    last = put(desk, batch, 1, sent.parts[0])
    if last.status in {200, 201, 204}:
        last = complete(desk, batch)
    ended = settled(desk.run, batch)
    state = words(ended.object, "state")
    if state not in UNDONE:
        raise failure(
            Text(f"清单称 {count} 行，实有 {sent.total} 行，批次为 {state}", f"{sent.total} of {count} rows: {state}"),
            Text("批次被拒", "the batch is refused"),
            (announced.n, last.n, ended.n),
        )
    depot.holds((), ended)
