"""A run that ended at any moment: what was on the disk by then can be read, and is what the run had seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bad_input.bench import manifest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.evidence import EvidenceError, open_run
from conformance.evidence.seal import sealed

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def unfinished(folder: Path) -> None:
    """Set the manifest back to what it was while the run went on."""
    data = {name: value for name, value in manifest(folder).items() if name not in {"seal", "finished"}}
    (folder / "manifest.json").write_bytes(sealed(data | {"complete": False, "files": {}}))


@MANY
@given(events=st.floats(0, 1), exchanges=st.floats(0, 1))
def test_any_moment_leaves_a_folder_that_can_be_read(copy: Path, brief: Path, events: float, exchanges: float) -> None:
    unfinished(copy)
    for name, part in (("events.ndjson", events), ("exchanges.har", exchanges)):
        content = (brief / name).read_bytes()
        (copy / name).write_bytes(content[: round(part * len(content))])
    all_, found = open_run(brief), open_run(copy)

    assert found.complete is False
    assert all_.events[: len(found.events)] == found.events
    assert list(all_.exchanges.values())[: len(found.exchanges)] == list(found.exchanges.values())


def test_exchange_that_was_changed_is_refused_all_the_same(copy: Path) -> None:
    unfinished(copy)
    lines = (copy / "exchanges.har").read_bytes().split(b"\n")
    lines[4] = lines[4].replace(b'"status":200', b'"status":404')
    (copy / "exchanges.har").write_bytes(b"\n".join(lines[:8]))
    with pytest.raises(EvidenceError) as caught:
        _ = open_run(copy).exchanges

    assert "Exchange 4 (exchanges.har line 5)" in caught.value.text.en


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7])
def test_replay_and_report_work_as_far_as_the_run_got(cli: Cli, copy: Path, part: float) -> None:
    unfinished(copy)
    for name in ("events.ndjson", "exchanges.har"):
        content = (copy / name).read_bytes()
        (copy / name).write_bytes(content[: round(part * len(content))])
    replayed, reported = cli("--lang", "zh", "replay", copy), cli("--lang", "zh", "report", copy)

    assert (3, 0) == (replayed.returncode, reported.returncode)
    assert "该运行未完成：只比对已判定的" in replayed.stderr
    assert "重放结论与记录一致" in replayed.stdout
    assert "未完成" in (copy / "report.html").read_text(encoding="utf-8")
