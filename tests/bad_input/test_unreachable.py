"""A node that cannot be reached at all: exit code 3, the reason in words, and a run folder that says so."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import BRIEF, manifest, readable, the_run, write_profile
from fixtures.stranger import started as stranger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bad_input.bench import Cli


def test_nothing_behind_the_url(cli: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"

    chinese = cli("--lang", "zh", "run", url, "--out", "out")
    english = cli("--lang", "en", "doctor", url)
    folder = the_run(tmp_path / "out")

    assert (3, 3) == (chinese.returncode, english.returncode)
    assert f"{url} 无应答：交换 1 GET /.well-known/district-node：无法连接" in chinese.stderr
    assert "→ 网络或节点" in chinese.stderr
    assert f"{url} does not answer: Exchange 1 GET /.well-known/district-node: cannot connect" in english.stderr
    assert "→ network or node" in english.stderr
    assert manifest(folder)["complete"] is False
    assert "无应答" in manifest(folder)["interrupted"]["zh"]
    assert (0, 3) == readable(cli, folder)[:2]


def test_name_that_does_not_resolve(cli: Cli, tmp_path: Path) -> None:
    done = {lang: cli("--lang", lang, "run", "http://no-such-node.invalid/", "--out", "out") for lang in ("zh", "en")}

    assert [3, 3] == [one.returncode for one in done.values()]
    assert "no-such-node.invalid 无法解析" in done["zh"].stderr
    assert "no-such-node.invalid does not resolve" in done["en"].stderr
    assert not (tmp_path / "out").exists()


def test_name_that_cannot_be_one(cli: Cli) -> None:
    done = cli("--lang", "en", "doctor", "http://a..b/")

    assert 3 == done.returncode
    assert "a..b does not resolve" in done.stderr


CERTIFICATES = {"wrong-host-tls": "IP address mismatch", "expired-tls": "certificate has expired"}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_wrong_certificate(cli: Cli, tmp_path: Path, name: str) -> None:
    with stranger(name, "--ca-out", str(tmp_path / "ca.pem")) as node:
        profile = write_profile(tmp_path / "node.yaml", node.line["url"], ca_file="ca.pem")
        chinese = cli("--lang", "zh", "run", profile, "--out", "out")
        english = cli("--lang", "en", "doctor", profile)

    assert (3, 3) == (chinese.returncode, english.returncode)
    assert "TLS 失败" in chinese.stderr
    assert "证书" in chinese.stderr
    assert "TLS failed" in english.stderr
    assert CERTIFICATES[name] in english.stderr
    assert (0, 3) == readable(cli, the_run(tmp_path / "out"))[:2]


def test_node_that_never_answers(cli: Cli, tmp_path: Path) -> None:
    with stranger("silent") as node:
        profile = write_profile(tmp_path / "node.yaml", node.line["url"], timeout=BRIEF)
        chinese = cli("--lang", "zh", "run", profile, "--out", "out")
        english = cli("--lang", "en", "doctor", profile)

    assert (3, 3) == (chinese.returncode, english.returncode)
    assert "交换 1 GET /.well-known/district-node：超时" in chinese.stderr
    assert "Exchange 1 GET /.well-known/district-node: timed out" in english.stderr
    assert (0, 3) == readable(cli, the_run(tmp_path / "out"))[:2]


@contextmanager
def drip() -> Iterator[str]:
    """A server whose first header gets longer by a byte ten times a second."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):
                visitor, _ = door.accept()
                with visitor:
                    visitor.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                    for _ in range(100):  # then it hangs up: a test that fails comes to its end too
                        visitor.sendall(b"a")
                        if over.wait(0.1):
                            return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        over.set()
        thread.join()


def test_first_line_that_never_ends(cli: Cli, tmp_path: Path) -> None:
    """Byte after byte of a header, each in time: only a limit to the whole exchange ends it."""
    with drip() as url:
        profile = write_profile(tmp_path / "node.yaml", url, timeout={"connect": 2, "read": 30, "total": 0.6})
        done = cli("--lang", "en", "run", profile, "--out", "out")

    assert 3 == done.returncode
    assert "district-node: timed out" in done.stderr
