"""A file of the node is fetched whole or not at all: resumed after a cut, held to length and digest, on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from checks_data.file_server import DIGEST, FILE, FileServer, file_server

from conformance.evidence.exchange import from_har
from conformance.judge import CantTell, Failed
from conformance.node.client import Node
from conformance.node.guard import Guard
from conformance.node.network import Network
from conformance.node.profile import Access, Identity, Profile
from conformance.node.redact import Redactor
from conformance.node.replay import Replay
from conformance.node.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.evidence import Exchange
    from conformance.node.download import Downloaded
    from conformance.node.network import Sender
    from conformance.text import Text


@dataclass
class Kept:
    """A sink that keeps exchanges."""

    exchanges: list[Exchange] = field(default_factory=list)
    broken: Text | None = None

    def event(self, kind: str, **members: Any) -> None:
        """Forget an event."""

    def exchange(self, exchange: Exchange) -> None:
        self.exchanges.append(from_har(exchange.to_har()))

    def result(self, result: object) -> None:
        """Forget a result."""

    def flush(self) -> None:
        """Nothing to do."""


Client = Callable[..., tuple[Node, Kept]]


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of a server, or of a record; its connections are closed at the end."""
    with ExitStack() as stack:

        def made(url: str, sender: Sender | None = None) -> tuple[Node, Kept]:
            access = Access(identities={"reader": Identity("reader", token="a-ready-token")}, concurrency=1)
            guard, kept = Guard(access, url, "observe"), Kept()
            wire = Wire(sender or Network(access, guard), kept, Redactor(), datetime.now(UTC))
            stack.callback(wire.sender.close)
            return Node(Profile(url, access), wire, guard), kept

        yield made


def fetched(node: Node, path: Path, most: int = len(FILE)) -> Downloaded:
    return node.download("/file", path, most)


def test_file_comes_whole_and_stays_out_of_the_evidence(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer()) as server:
        node, kept = client(server.url)
        done = fetched(node, tmp_path / "f")
    done.hold(len(FILE), DIGEST)
    [one] = kept.exchanges

    assert FILE == (tmp_path / "f").read_bytes()
    assert (len(FILE), hashlib.sha256(FILE).hexdigest()) == (done.bytes, done.sha256)
    assert b"" == one.body
    assert one.aside
    assert (len(FILE), hashlib.sha256(FILE).hexdigest()) == (one.aside.bytes, one.aside.file_sha256)


@pytest.mark.parametrize("cuts", [[1], [70_000], [500_000, 300_000, 1], [len(FILE) - 1]])
def test_download_goes_on_where_it_was_cut(client: Client, tmp_path: Path, cuts: list[int]) -> None:
    with file_server(FileServer(cuts=list(cuts))) as server:
        node, kept = client(server.url)
        done = fetched(node, tmp_path / "f")
    done.hold(len(FILE), DIGEST)

    assert FILE == (tmp_path / "f").read_bytes()
    assert len(cuts) + 1 == len(done.exchanges)
    assert ("", "") == server.asked[0]
    assert [(f"bytes={sum(cuts[: n + 1])}-", '"one"') for n in range(len(cuts))] == server.asked[1:]
    assert [*[True] * len(cuts), False] == [one.refused is not None for one in kept.exchanges]


def test_replay_of_a_download_needs_no_file(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer(cuts=[123_456])) as server:
        node, kept = client(server.url)
        done = fetched(node, tmp_path / "f")
    again, _ = client(server.url, Replay(kept.exchanges, Redactor()))
    replayed = fetched(again, tmp_path / "none")

    assert (done.bytes, done.sha256, done.exchanges) == (replayed.bytes, replayed.sha256, replayed.exchanges)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "server", [FileServer(cuts=[4096], etags=['"one"', '"two"']), FileServer(cuts=[4096], ranges="none")]
)
def test_download_begins_anew_where_the_file_has_changed(client: Client, tmp_path: Path, server: FileServer) -> None:
    with file_server(server):
        node, _ = client(server.url)
        done = fetched(node, tmp_path / "f")
    done.hold(len(FILE), DIGEST)

    assert FILE == (tmp_path / "f").read_bytes()


def test_weak_tag_resumes_nothing(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer(cuts=[4096], etags=['W/"one"'])) as server:
        node, _ = client(server.url)
        done = fetched(node, tmp_path / "f")
    done.hold(len(FILE), DIGEST)

    assert [("", ""), ("", "")] == server.asked


def test_range_that_begins_elsewhere_is_a_failure(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer(cuts=[4096], ranges="wrong")) as server:
        node, _ = client(server.url)
        with pytest.raises(Failed) as caught:
            fetched(node, tmp_path / "f")

    assert "206 with Content-Range bytes 4097-" in caught.value.reason.en
    assert "自第 4096 字节起的范围" in caught.value.findings[0].due.zh


def test_file_longer_than_announced_is_a_failure(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer()) as server:
        node, _ = client(server.url)
        with pytest.raises(Failed) as caught:
            fetched(node, tmp_path / "f", len(FILE) - 1)

    assert f"more than {len(FILE) - 1} bytes" == caught.value.reason.en
    assert (tmp_path / "f").stat().st_size < len(FILE)


@pytest.mark.parametrize("content", [FILE[:-1], FILE[:-1] + b"\0"])
def test_other_length_or_digest_is_a_failure(client: Client, tmp_path: Path, content: bytes) -> None:
    with file_server(FileServer(content=content)) as server:
        node, _ = client(server.url)
        done = fetched(node, tmp_path / "f")
    with pytest.raises(Failed) as caught:
        done.hold(len(FILE), DIGEST)

    assert f"{len(content)} bytes, digest sha-256:{hashlib.sha256(content).hexdigest()}" == caught.value.reason.en
    assert f"{len(FILE)} bytes, digest {DIGEST}" == caught.value.findings[0].due.en
    assert (1,) == caught.value.findings[0].exchanges


def test_refusal_is_an_answer_with_its_body(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer(content=b'{"title":"gone"}', status=410)) as server:
        node, kept = client(server.url)
        with pytest.raises(Failed) as caught:
            fetched(node, tmp_path / "f")

    assert "status 410" == caught.value.reason.en
    assert b'{"title":"gone"}' == kept.exchanges[0].body
    assert not (tmp_path / "f").exists()


def test_node_that_sends_nothing_any_more_is_given_up(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer(cuts=[4096, 0, 0, 0, 0])) as server:
        node, kept = client(server.url)
        with pytest.raises(CantTell):
            fetched(node, tmp_path / "f")

    assert 2 == len(kept.exchanges)


def test_folder_that_is_gone_is_said_to_be_ours(client: Client, tmp_path: Path) -> None:
    with file_server(FileServer()) as server:
        node, _ = client(server.url)
        with pytest.raises(CantTell) as caught:
            fetched(node, tmp_path / "no" / "f")

    assert "the file cannot be written on this machine" in caught.value.reason.en
    assert "本机无法写入文件" in caught.value.reason.zh
