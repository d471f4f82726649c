"""A count that breaks off keeps what was judged: the folder is readable, says why, and never conforms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from table_files import events, manifest, person, rows, write_csv

from conformance.bulk import opening
from conformance.bulk.manifest import Paper
from conformance.bulk.opening import Job
from conformance.bulk.record import Unread
from conformance.bulk.run import INTERRUPTED, Finished, run
from conformance.bulk.values import EngineError, Measured, SourceError
from conformance.evidence import RunWriter, UnwritableError, open_run
from conformance.judge.exits import Exit, exit_code
from conformance.report import load_view, write_reports
from conformance.run.course import replay
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.law import Law

    Count = Callable[..., Finished]

FULL = Text("临时目录 /spill 写满", "the folder /spill for temporary files is full")
QUOTE = Text("people.csv 第 7 行 xm：引号未闭合", "people.csv, row 7, xm: a quote is not closed")


@dataclass
class Stub:
    """An engine and a table in one, which does what a test wants to see."""

    source: str
    files: tuple[str, ...]
    row_pass: Callable[[Stub], None] = lambda _: None
    key_pass: Callable[[Stub], None] = lambda _: None
    failures: int = 0
    unread: tuple[Unread, ...] = ()
    columns: Any = ()
    missing: tuple[str, ...] = ()
    name: str = "stub 1"

    def open(self, *_: Any) -> Stub:
        return self

    def close(self) -> None:
        self.name = "closed"

    def count(self) -> int:
        return 20

    def row_rules(self, rules: Any, _tell: Any) -> list[Measured]:
        self.row_pass(self)
        return [Measured(one.id, 20, self.failures) for one in rules]

    def key(self, rule: Any, _tell: Any) -> Measured:
        self.key_pass(self)
        return Measured(rule.id, 20, 0)


@pytest.fixture
def count(law: Law, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Count:
    """Counts a table of people with an engine that misbehaves."""
    people = write_csv(tmp_path / "people.csv", rows(person, 20))

    def counting(**more: Any) -> Finished:
        stub = Stub(str(people), (str(people),), **more)
        monkeypatch.setattr(opening, "open_engine", lambda *_: stub)
        job = Job(law, law.data.datasets["population"], str(people), "2026-11-23", engine="stub")
        description = law.folder / "data" / "datasets" / "population.yaml"
        paper = Paper(tmp_path / "out", "r1", datetime.now(UTC).astimezone(), description)
        done = run(job, paper, lambda _: None)

        assert "closed" == stub.name
        return done

    return counting


def broken(error: BaseException) -> Callable[[Stub], None]:
    def breaking(_: Stub) -> None:
        raise error

    return breaking


@pytest.mark.parametrize(
    ("error", "why"),
    [(EngineError(FULL), FULL), (KeyboardInterrupt(), INTERRUPTED), (SourceError(QUOTE), QUOTE)],
)
def test_what_was_judged_before_is_kept(count: Count, law: Law, error: BaseException, why: Text) -> None:
    done = count(key_pass=broken(error), failures=1)
    folder = open_run(done.folder)
    view = load_view(done.folder, law)
    again = replay(law, done.folder, (), lambda *_: None)

    assert (why, False, False) == (done.stopped, done.whole, done.unreadable)
    assert not folder.complete
    assert why.en in [one["reason"]["en"] for one in events(done.folder, "stopped")]
    assert {"failed"} == {str(one.outcome) for one in folder.results}
    assert "untested" == next(row.state for row in view.rows if row.requirement.id == "STD-029")
    assert () == again.differences
    assert again.incomplete
    assert again.incomplete.zh.startswith("该运行未完成：只比对已判定的")
    assert {"html", "json", "junit"} == set(write_reports(done.folder, law, "zh"))


def test_nothing_judged_of_a_source_that_cannot_be_read(count: Count) -> None:
    done = count(row_pass=broken(SourceError(QUOTE)))

    assert (QUOTE, True) == (done.stopped, done.unreadable)
    assert () == open_run(done.folder).results


def unreadable(stub: Stub) -> None:
    stub.unread = (Unread("people.csv", 7, "xm", QUOTE), Unread("people.csv", 9, None, QUOTE))


@pytest.mark.parametrize(("failures", "code"), [(0, Exit.NOT_JUDGED), (1, Exit.FAILS)])
def test_rows_that_cannot_be_read_are_no_conformance(count: Count, law: Law, failures: int, code: Exit) -> None:
    done = count(row_pass=unreadable, failures=failures)
    view = load_view(done.folder, law)

    assert done.whole
    assert done.stopped
    assert "2 处无法读取，首处：people.csv:7（people.csv 第 7 行 xm：引号未闭合）" in done.stopped.zh
    assert "places that could not be read: 2, the first at people.csv:7" in done.stopped.en
    assert code == exit_code(view.verdict)
    assert ["people.csv:7", "people.csv:9"] == [one.place for one in view.tables[0].unread]
    assert "passed" == next(row.state for row in view.rows if row.requirement.id == "STD-029")


def test_a_source_that_changes_under_the_count_is_no_conformance(count: Count) -> None:
    def change(stub: Stub) -> None:
        with open(stub.files[0], "a", encoding="utf-8") as file:  # noqa: PTH123 - a name, as engines give it
            file.write("\n")

    done = count(row_pass=change)

    assert (
        Text(
            "people.csv 在计数期间被改动，计数可能混有前后两个版本",
            "people.csv was changed while it was counted; the counts may be of both versions",
        )
        == done.stopped
    )


def test_a_folder_that_cannot_be_written_any_more_says_so(count: Count, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = Text("运行目录写满", "the run folder is full")

    def full(*_: Any, **__: Any) -> None:
        raise UnwritableError(reason)

    monkeypatch.setattr(RunWriter, "result", full)
    done = count()

    assert (reason, False) == (done.stopped, done.whole)
    assert False is manifest(done.folder)["complete"]


def test_equal_keys_are_counted_once(count: Count) -> None:
    asked: list[str] = []
    done = count(key_pass=lambda stub: asked.append(stub.name))
    counted = [rule["rule"] for one in events(done.folder, "measurement") for rule in one["data"]["rules"]]

    assert done.stopped is None
    assert 2 == len(asked)
    assert {"primary-key-filled/gmsfhm", "primary-key-unique/gmsfhm", "business-key-repeated/gmsfhm"} <= set(counted)
