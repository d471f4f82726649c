"""Where memory or disk end, what is said; what is spilled goes; nothing is fetched; values are masked."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bulk.conftest import field, silent

from conformance.bulk.engines import duckdb as engine
from conformance.bulk.masking import shown, shown_row
from conformance.bulk.values import Context, EngineError, KeyRule, SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bulk.conftest import Open

    from conformance.law.data import Dataset

UNIQUE = KeyRule("unique", "unique", "STD-029", Text("", ""), "unique", ("bh",))


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A folder of one megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def write_csv(path: Path, rows: int) -> Path:
    chance = random.Random(1)
    lines = (f"{number:018},{chance.randbytes(20).hex()},,1\n" for number in range(rows))
    path.write_text("bh,mc,rq,xb\n" + "".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("broken", [False, True], ids=["native", "clean copy"])
def test_a_full_disk_is_said_while_a_file_is_rewritten(
    broken: bool, tiny: Path, tmp_path: Path, notes: Dataset, planned: Any
) -> None:
    path = write_csv(tmp_path / "a.csv", 100_000)
    if broken:
        path.write_text(path.read_text(encoding="utf-8") + '1,"x\n', encoding="utf-8")
    started = engine.start(planned(notes).context, temp=tiny)
    with pytest.raises(EngineError) as caught:
        started.open(str(path), notes)
    started.close()

    assert caught.value.text.en.startswith(f"no space left in the temporary folder {tiny}")
    assert caught.value.text.zh.startswith(f"临时目录 {tiny}")
    assert [] == list(tiny.iterdir())


def test_a_full_disk_is_said_while_a_list_is_rewritten(
    tiny: Path, tmp_path: Path, notes: Dataset, planned: Any
) -> None:
    chance = random.Random(1)
    lines = (f'{{"bh":"{number}","mc":"{chance.randbytes(20).hex()}"}}\n' for number in range(100_000))
    (tmp_path / "a.ndjson").write_text("".join(lines), encoding="utf-8")
    started = engine.start(planned(notes).context, temp=tiny)
    with pytest.raises(EngineError) as caught:
        started.open(str(tmp_path / "a.ndjson"), notes)
    started.close()

    assert caught.value.text.en.startswith(f"no space left in the temporary folder {tiny}")


def test_a_full_disk_is_said_while_keys_are_sorted_out(
    tiny: Path, tmp_path: Path, notes: Dataset, planned: Any
) -> None:
    keys = pa.array([f"{number * 7919 % 10**9:018}" for number in range(1_000_000)])
    pq.write_table(pa.table({"bh": keys}), tmp_path / "a.parquet")
    started = engine.start(planned(notes).context, temp=tiny, memory="24MB", threads=1)
    table = started.open(str(tmp_path / "a.parquet"), notes)
    with pytest.raises(EngineError) as caught:
        table.key(UNIQUE, silent)
    started.close()

    assert str(tiny) in caught.value.text.en


def test_too_little_memory_is_said(tmp_path: Path, notes: Dataset, planned: Any) -> None:
    with pytest.raises(EngineError) as caught:
        engine.start(planned(notes).context, temp=tmp_path, memory="much")

    assert caught.value.text.en.startswith("DuckDB gave up: ")
    assert [] == list(tmp_path.iterdir())


def test_a_temporary_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        engine.start(Context("2026-11-22", {}), temp=tmp_path / "none")

    assert caught.value.text.en.startswith(f"cannot write to the temporary folder {tmp_path / 'none'}: ")


def test_a_file_that_may_not_be_read(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "a.csv", 3)
    normal = Path.open

    def refused(self: Path, *args: Any, **more: Any) -> Any:
        if self.name == "a.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return normal(self, *args, **more)

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(SourceError) as caught:
        opened(path)

    assert "a.csv: cannot be opened: Permission denied" == caught.value.text.en


def test_the_network_is_never_asked(notes: Dataset, planned: Any, tmp_path: Path) -> None:
    started = engine.start(planned(notes).context, temp=tmp_path)
    names = ("autoinstall_known_extensions", "autoload_known_extensions")
    values = [
        started._session.connection.execute(f"select current_setting('{name}')").fetchall()[0][0] for name in names
    ]
    started.close()

    assert [False, False] == values


@pytest.mark.parametrize(
    ("value", "sensitivity", "kind", "due"),
    [
        (None, "sensitive", "C", "null"),
        ("110105194912310021", "none", "C", "110105***********1"),
        ("编号110105194912310021。", "none", "C", "编号110105***********1。"),
        ("11010519491231002x", "sensitive", "C", "110105***********x"),
        ("110105491231002", "none", "C", "110105********2"),
        ("91500103MA5U0AAA0A", "none", "C", "91500103MA5U0AAA0A"),
        ("115001030092837720", "none", "C", "115001030092837720"),
        ("欧阳甲", "personal", "C", "欧**"),
        ("甲", "personal", "C", "甲"),
        ("", "personal", "C", ""),
        ("16012345678", "personal", "C", "160****5678"),
        ("1844-03-05", "personal", "D", "1844-**-**"),
        ("x" * 200, "none", "C", "x" * 120 + "…"),
        (b"\x01\x02", "none", "geometry", "0102"),
    ],
)
def test_a_report_shows_no_more_than_it_needs(value: Any, sensitivity: str, kind: str, due: str) -> None:
    assert due == shown(value, field("x", "某", kind, sensitivity=sensitivity))


def test_several_values_are_named() -> None:
    fields = {"xm": field("xm", "姓名", sensitivity="personal")}

    assert "xm=测**, csrq=null" == shown_row(["xm", "csrq"], ["测甲一", None], fields)
