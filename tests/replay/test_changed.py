"""One byte of a run folder changed, or its end gone: refused, and what was changed is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.evidence import EvidenceError, open_run

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

FILES = ("exchanges.har", "events.ndjson", "manifest.json")
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", FILES)
@MANY
@given(where=st.floats(0, 1, exclude_max=True), by=st.integers(1, 255))
def test_every_changed_byte_is_seen(copy: Path, brief: Path, name: str, where: float, by: int) -> None:
    content = bytearray((brief / name).read_bytes())
    place = int(where * len(content))
    content[place] ^= by
    (copy / name).write_bytes(content)
    with pytest.raises(EvidenceError) as caught:
        open_run(copy)

    assert name in caught.value.text.zh
    assert name in caught.value.text.en
    assert name != "exchanges.har" or exchange_at(brief, place) in caught.value.text.en


def exchange_at(folder: Path, place: int) -> str:
    """What the message has to name: the exchange of that line, or the file where the line holds none."""
    content = (folder / "exchanges.har").read_bytes()
    line = content[:place].count(b"\n")
    return f"Exchange {line} (" if 0 < line <= content.count(b'"_n":') else "exchanges.har"


@pytest.mark.parametrize("name", FILES)
@MANY
@given(where=st.floats(0, 1, exclude_max=True))
def test_every_file_cut_short_is_seen(copy: Path, brief: Path, name: str, where: float) -> None:
    content = (brief / name).read_bytes()
    (copy / name).write_bytes(content[: int(where * len(content))])
    with pytest.raises(EvidenceError) as caught:
        open_run(copy)

    assert name in caught.value.text.en


@pytest.mark.parametrize("name", FILES)
def test_file_that_is_gone_is_named(cli: Cli, copy: Path, name: str) -> None:
    (copy / name).unlink()
    done = [cli("--lang", lang, command, copy) for lang in ("zh", "en") for command in ("replay", "report")]

    assert [2] * 4 == [one.returncode for one in done]
    assert [] == [one.stderr for one in done if name not in one.stderr]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_changed_exchange_is_refused_by_name(cli: Cli, copy: Path, lang: str) -> None:
    lines = (copy / "exchanges.har").read_bytes().split(b"\n")
    lines[9] = lines[9].replace(b'"status":200', b'"status":201')
    (copy / "exchanges.har").write_bytes(b"\n".join(lines))
    done = [cli("--lang", lang, command, copy) for command in ("replay", "report")]
    words = {
        "zh": "交换 9（exchanges.har 第 10 行）与记录的摘要不符，证据已被改动",
        "en": "Exchange 9 (exchanges.har line 10) does not match its recorded digest: it was changed",
    }

    assert [2, 2] == [one.returncode for one in done]
    assert [] == [one.stderr for one in done if words[lang] not in one.stderr]


@pytest.mark.parametrize(("old", "new"), [('"complete": true', '"complete": false'), ('"seed": 2', '"seed": 3')])
def test_changed_manifest_is_refused(cli: Cli, copy: Path, old: str, new: str) -> None:
    file = copy / "manifest.json"
    content = file.read_text(encoding="utf-8")
    file.write_text(content.replace(old, new), encoding="utf-8")
    done = cli("--lang", "en", "replay", copy)

    assert old in content
    assert 2 == done.returncode
    assert "manifest.json does not match its own seal: it was changed" in done.stderr


def test_exchanges_of_another_run_are_refused(cli: Cli, copy: Path, whole: Path) -> None:
    (copy / "exchanges.har").write_bytes((whole / "exchanges.har").read_bytes())
    done = cli("--lang", "en", "replay", copy)

    assert 2 == done.returncode
    assert "Exchange 1 (exchanges.har line 2)" in done.stderr
