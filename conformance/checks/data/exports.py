"""The datasets of the law as the node exports them: every batch downloaded, held to its digests, counted as a whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.checks.shared import at, words
from conformance.checks.walking import walk
from conformance.judge import Decision, Failed, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.bulk.record import File, Measurement
    from conformance.checks.data.standing import Standings
    from conformance.node import Session

#: What a part is called on the disk, by its media type.
SUFFIXES = {
    "application/x-ndjson": ".ndjson",
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
}


@dataclass(frozen=True)
class Export:
    """One dataset as the node exports it.

    Attributes:
        resources: codes of the resources that hold it.
        address: where its batches are listed.
        rows: rows that the manifests announce.
        exchanges: numbers of the exchanges that brought it.
        files: name, length and digest of each part.
        problem: why there is no whole table to judge, None where there is one.
        measurement: what was counted, None where there is a problem.
    """

    dataset: str
    resources: tuple[str, ...]
    address: str
    rows: int = 0
    exchanges: tuple[int, ...] = ()
    files: tuple[File, ...] = ()
    problem: Decision | None = None
    measurement: Measurement | None = None


@dataclass(frozen=True)
class Exports:
    """Every dataset of the law that the node says it holds.

    Attributes:
        lost: why the list of datasets cannot be read, None where it can.
    """

    all: tuple[Export, ...]
    standings: Standings
    lost: Failed | None = None

    def need(self) -> None:
        """See that there are datasets to compare.

        Raises:
            Untested: the node lists none that the law describes, or its list cannot be read.
        """
        if self.lost is not None:
            why = self.lost.reason
            raise Untested(Text(f"数据集清单无法读取：{why.zh}", f"the list of datasets cannot be read: {why.en}"))
        if not self.all:
            raise Untested(
                Text("节点没有列出本规范的数据集", "the node lists no dataset of the law (/standards/datasets)")
            )

    def of(self, dataset: str) -> Export | None:
        """Return the export of a dataset, None where the node does not hold it."""
        return next((one for one in self.all if one.dataset == dataset), None)

    def whole(self, code: str) -> Measurement | None:
        """Return what was counted on a resource that is a dataset by itself, None where nothing was."""
        return next((one.measurement for one in self.all if one.resources == (code,)), None)

    def announce(self, run: Session) -> None:
        """Say which datasets were judged whole, and which could not be."""
        whole = [(one.dataset, one.measurement.rows or 0) for one in self.all if one.measurement]
        if whole:
            shown = [f"{name} {rows:,}" for name, rows in whole]
            run.note(
                f"整表判定的数据集（行数）：{'、'.join(shown)}", f"datasets judged whole (rows): {', '.join(shown)}"
            )
        for one in self.all:
            if one.problem is not None:
                why = one.problem.reason
                run.note(f"{one.dataset} 未能整表判定：{why.zh}", f"{one.dataset} could not be judged whole: {why.en}")


def fetch(run: Session, dataset: str, codes: Sequence[str], place: Path) -> Export:
    """Download the newest full batch of every resource of a dataset into a folder; a problem is kept, not raised."""
    from conformance.bulk.record import File  # noqa: PLC0415 - beside its use

    address = f"/exchange/batches?resource={codes[0]}"
    found = Export(dataset, tuple(codes), address)
    try:
        for number, code in enumerate(codes):
            batch = _newest(run, code)
            parts = _parts(run, batch, int(run.param("data.export-bytes")))
            found = replace(found, rows=found.rows + sum(int(one["rows"]) for one in parts))
            for one in parts:
                name = f"{number:03d}-{one['number']:05d}{SUFFIXES[one['mediaType']]}"
                path = f"/exchange/batches/{batch}/parts/{one['number']}"
                came = run.node.download(path, place / name, int(one["bytes"]), media=one["mediaType"])
                came.hold(int(one["bytes"]), one["digest"])
                file = File(name, came.bytes, came.sha256)
                found = replace(found, files=(*found.files, file), exchanges=(*found.exchanges, *came.exchanges))
    except Decision as problem:
        return replace(found, problem=problem)
    return found


def _newest(run: Session, code: str) -> str:
    """Return the id of the newest full batch that a resource offers.

    Raises:
        Untested: there is none.
        Failed, CantTell: the list cannot be read.
    """
    batches = walk(run.node, "/exchange/batches", {"resource": code})
    ready = [
        one
        for one in batches.items
        if (words(one, "direction"), words(one, "mode")) == ("outbound", "full")
        and words(one, "state") in {"ready", "delivered"}
        and words(one, "resource") == code
        and words(one, "id")
    ]
    if not ready:
        raise Untested(Text(f"资源 {code} 没有可下载的全量批次", f"resource {code} offers no full batch to download"))
    return words(max(ready, key=lambda one: words(one, "created")), "id")


def _parts(run: Session, batch: str, most: int) -> list[dict[str, Any]]:
    """Return the parts that a manifest announces.

    Raises:
        Failed: the manifest is malformed, or its digest is not that of its parts.
        Untested: the parts are larger than the profile allows to download.
    """
    answer = run.node.get(f"/exchange/batches/{batch}/manifest").expect(200)
    parts: list[dict[str, Any]] = answer.member("parts", list)
    if not parts or not all(_is_part(one) for one in parts):
        raise answer.wrong(
            Text("分片清单为空或不完整", "the list of parts is empty or incomplete"),
            Text(
                "每个分片有 number、rows、bytes、digest（sha-256:）和 mediaType",
                "number, rows, bytes, digest (sha-256:) and mediaType of each part",
            ),
        )
    due = f"sha-256:{hashlib.sha256(chr(10).join(one['digest'] for one in parts).encode()).hexdigest()}"
    if answer.member("digest", str) != due:
        raise answer.wrong(
            Text(f"批次摘要 {answer.object['digest']}", f"the digest of the batch is {answer.object['digest']}"),
            Text(f"{due}（各分片摘要以换行连接后的 SHA-256）", f"{due} (SHA-256 over the digests of the parts)"),
        )
    size = sum(int(one["bytes"]) for one in parts)
    if size > most:
        raise Untested(
            Text(
                f"导出 {size:,} 字节，超过参数 data.export-bytes（{most:,}）；请用 conformance data 判定",
                f"the export of {size:,} bytes exceeds the parameter data.export-bytes ({most:,}): use `conformance "
                "data` on the file",
            )
        )
    return parts


def _is_part(one: Any) -> bool:
    numbers = [at(one, name) for name in ("number", "rows", "bytes")]
    return (
        all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in numbers)
        and words(one, "digest").startswith("sha-256:")
        and words(one, "mediaType") in SUFFIXES
    )


def unread(export: Export) -> Text:
    """Say which part of a dataset could not be read: the rest was judged, but that is no conformance."""
    assert export.measurement is not None
    places = export.measurement.unread
    return Text(
        f"{export.dataset} 的导出有 {len(places)} 处无法读取，首处：{places[0].reason.zh}",
        f"the export of {export.dataset} has {len(places)} places that cannot be read, first: {places[0].reason.en}",
    )


def blocked(export: Export) -> Text:
    """Say why a dataset was not judged whole."""
    assert export.problem is not None
    why = export.problem.reason
    return Text(
        f"{export.dataset} 的导出未能判定：{why.zh}", f"the export of {export.dataset} could not be judged: {why.en}"
    )
