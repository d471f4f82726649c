"""interfaces/exchange: files with length, digest and ranges."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import failure, names
from conformance.checks.interfaces.delivery import BATCHES
from conformance.checks.shared import Catalog, at, sample, words
from conformance.checks.walking import walk
from conformance.judge import Failed, Untested
from conformance.node.answer import Answer
from conformance.node.download import Downloaded, pieces
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.evidence import Exchange
    from conformance.evidence.exchange import Headers
    from conformance.node import Session

_SHA = re.compile(r"(?:^|[,\s])sha-256=:([A-Za-z0-9+/]{43}=):")
_PARTS = 6
_RANGED = 3
_LEAST = 16
_SLACK = 1 << 16
_STALE = '"conformance-no-such-state"'
_CLOSED = frozenset({401, 403})


@dataclass(frozen=True)
class Place:
    """Where bytes are served that have a length and a digest."""

    path: str
    media: str


def places(run: Session, catalog: Catalog) -> list[Place]:
    """Return the files that the catalog binds, and parts of the batches that the node offers."""
    hrefs = [words(one, "href") for entry in catalog.shared for one in entry.get("bindings") or []]
    files = [Place(one, "*/*") for one in dict.fromkeys(hrefs) if one.startswith("/files/")]
    batches = walk(run.node, BATCHES, {"limit": run.param("run.page-size")}).items
    parts = [
        Place(f"{BATCHES}/{words(batch, 'id')}/parts/{at(part, 'number')}", words(part, "mediaType"))
        for batch in batches
        if words(batch, "direction") == "outbound"
        for part in (at(batch, "parts") or [])[:2]
    ]
    chosen = run.rng("parts").sample(parts, min(_PARTS, len(parts)))
    return [*sample(run, "files", files, "interfaces.file-sample"), *chosen]


def fetched(run: Session, place: Place) -> Downloaded | None:
    """Download a file, None where the reader may not have it."""
    try:
        with run.workshop() as folder:
            return run.node.download(
                place.path, folder / "file", int(run.param("data.export-bytes")), media=place.media
            )
    except Failed:
        answer = run.node.get(place.path, headers={"accept": "*/*"})
        if answer.status in _CLOSED:
            return None
        raise


@decides("API-031")
def test_files_carry_length_and_digest(run: Session, catalog: Catalog) -> None:
    """A download carries Content-Length and a digest of SHA-256, and both are those of the bytes that came."""
    met = 0
    for place in places(run, catalog):
        file = fetched(run, place)
        if file is None:
            continue
        aside = file.answer.exchange.aside
        met += _held(file.answer, aside.bytes if aside else 0, file.sha256) and file.bytes > 0
        head = run.node.ask("HEAD", place.path, headers={"accept": f"{place.media}, */*;q=0.5"})
        if head.status == 200:
            _held(head, file.bytes, file.sha256)
    if not met:
        raise Untested(Text("没有可下载的文件或批次分片", "there is no file and no part of a batch to download"))
    run.note(f"下载 {met} 个文件与分片", f"{met} files and parts were downloaded")


def _held(answer: Answer, size: int, sha256: str) -> bool:
    """Hold the fields of a response to the bytes that came; tell whether it had a digest of the whole file.

    Args:
        answer: to a download, to its resumption, or to HEAD.
        size: bytes of this message; to HEAD, of the file.
        sha256: of the file.

    Raises:
        Failed: length or digest is missing, or another one.
    """
    length, probing = answer.header("content-length"), answer.exchange.method == "HEAD"
    if length != str(size) and not (probing and length is None):  # an answer to HEAD may leave it out
        raise answer.wrong(
            Text(f"Content-Length 为 {length}", f"Content-Length is {length}"),
            Text(f"{size}（收到的字节数）", f"{size}, the bytes that came"),
        )
    whole = answer.status == 200 and not probing
    fields = ("repr-digest", "content-digest") if whole else ("repr-digest",)
    given = {name: value for name in fields if (value := _sha256(answer.header(name))) is not None}
    wrong = {name: value for name, value in given.items() if value != sha256}
    if wrong or (whole and not given):
        shown = ", ".join(f"{name} {value}" for name, value in wrong.items())
        raise answer.wrong(
            Text(shown or "没有 sha-256 摘要", shown or "no digest of SHA-256"),
            Text(f"Repr-Digest 或 Content-Digest：{sha256}", f"Repr-Digest or Content-Digest: {sha256}"),
        )
    return bool(given)


def _sha256(field: str | None) -> str | None:
    """Return the SHA-256 of a digest field in hex, None where it has none."""
    match = _SHA.search(field or "")
    try:
        return base64.b64decode(match[1]).hex() if match else None
    except binascii.Error:
        return None


@decides("API-060")
def test_ranges_joined_are_the_file(run: Session, catalog: Catalog) -> None:
    """Ranges get 206 with just their bytes, joined they are the file; a stale If-Range gets the whole."""
    tried: list[str] = []
    for place in places(run, catalog):
        if len(tried) == _RANGED:
            break
        whole = fetched(run, place)
        if whole is not None and whole.bytes >= _LEAST:
            _ranges(run, place, whole)
            tried.append(place.path)
    if not tried:
        raise Untested(Text(f"没有不少于 {_LEAST} 字节的文件", f"there is no file of {_LEAST} bytes or more"))
    run.note(f"已检验 {len(tried)} 个文件：{names(tried)}", f"{len(tried)} files: {names(tried)}")


def _ranges(run: Session, place: Place, whole: Downloaded) -> None:
    size, tag = whole.bytes, whole.answer.header("etag") or ""
    one, two, last = size // 3, 2 * size // 3, size - 1
    strong = (("if-range", tag),) if tag.startswith('"') else ()
    asked: list[tuple[str, Headers, int, int]] = [
        (f"bytes=0-{one - 1}", (), 0, one),
        (f"bytes={one}-{two - 1}", strong, one, two),
        (f"bytes={two}-{last - 1}", (), two, last),
        ("bytes=-1", (), last, size),
    ]
    with run.workshop() as folder:
        fetch = run.node.fetching(place.path, media=place.media)
        sent = [(("range", text), *more) for text, more, _, _ in asked]
        found = pieces(fetch, folder / "joined", 2 * size + _SLACK, sent)
        for exchange, (text, _, start, stop) in zip(found, asked, strict=True):
            _piece(exchange, text, (start, stop, size))
        _joined(found, whole)
        rest = pieces(fetch, folder / "rest", 2 * size + _SLACK, [(("range", "bytes=0-"),)])[0]
        _piece(rest, "bytes=0-", (0, size, size))
        if tag:
            stale = (("range", f"bytes={one}-"), ("if-range", _STALE))
            _whole(pieces(fetch, folder / "stale", 2 * size + _SLACK, [stale])[0], whole)
    beyond = run.node.get(place.path, headers={"accept": "*/*", "range": f"bytes={size}-"})
    beyond.expect(416)


def _piece(exchange: Exchange, asked: str, due: tuple[int, int, int]) -> None:
    """Hold one range to its status, its Content-Range, its length and the number of its bytes."""
    start, stop, size = due
    answer = Answer(exchange)
    told, length = answer.header("content-range"), answer.header("content-length")
    came = exchange.aside.bytes if exchange.aside is not None else 0
    if (answer.status, told, came) == (206, f"bytes {start}-{stop - 1}/{size}", stop - start) and length in {
        None,
        str(came),
    }:
        return
    raise answer.wrong(
        Text(
            f"Range: {asked}，状态 {answer.status}，Content-Range {told}，{came} 字节",
            f"Range: {asked}: status {answer.status}, Content-Range {told}, {came} bytes",
        ),
        Text(
            f"状态 206，bytes {start}-{stop - 1}/{size}，{stop - start} 字节",
            f"status 206, bytes {start}-{stop - 1}/{size}, {stop - start} bytes",
        ),
    )


def _joined(found: tuple[Exchange, ...], whole: Downloaded) -> None:
    aside = found[-1].aside
    if aside is None or (aside.file_bytes, aside.file_sha256) != (whole.bytes, whole.sha256):
        size, sha256 = (aside.file_bytes, aside.file_sha256) if aside else (0, "")
        raise failure(
            Text(f"拼接为 {size} 字节，SHA-256 {sha256}", f"joined they are {size} bytes, SHA-256 {sha256}"),
            Text(f"完整文件：{whole.bytes} 字节，SHA-256 {whole.sha256}", f"the file: {whole.bytes} B, {whole.sha256}"),
            [*whole.exchanges, *(one.n for one in found)],
        )


def _whole(exchange: Exchange, whole: Downloaded) -> None:
    """Hold the answer to a stale If-Range to the whole file."""
    aside, answer = exchange.aside, Answer(exchange)
    if answer.status == 200 and aside is not None and aside.file_sha256 == whole.sha256:
        return
    raise answer.wrong(
        Text(f"If-Range 过期，状态 {answer.status}", f"a stale If-Range gets {answer.status}"),
        Text("状态 200 与完整文件", "status 200 and the whole file"),
        others=whole.exchanges,
    )
