"""NDJSON, JSON lists and their damages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bulk.conftest import cells

from conformance.bulk.values import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from bulk.conftest import Open


def write(tmp_path: Path, body: str | bytes, name: str = "a.ndjson") -> Path:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


def unread(table: Any) -> list[tuple[int | None, str]]:
    return [(one.row, one.reason.en) for one in table.unread]


@pytest.mark.parametrize("form", ["lines", "list", "bom", "crlf"])
def test_values_take_their_text_form(form: str, tmp_path: Path, opened: Open) -> None:
    lines = [
        '{"bh": 1, "mc": "\\u7532", "rq": null, "xb": true}',
        '{"bh": "2", "mc": 1.50, "rq": "2020-01-01", "xb": 2.0, "x": {"a": [1, 2]}}',
        '{"bh": 12345678901234567890, "mc": "", "xb": 1e3}',
    ]
    body = f"[{','.join(lines)}]" if form == "list" else "\r\n".join(lines) if form == "crlf" else "\n".join(lines)
    path = write(tmp_path, ("\ufeff" if form == "bom" else "") + body, "a.json" if form == "list" else "a.ndjson")

    table = opened(path)

    assert [
        (path.name, 1, "1", "甲", None, "true"),
        (path.name, 2, "2", "1.5", "2020-01-01", "2"),
        (path.name, 3, "12345678901234567890", "", None, "1000"),
    ] == cells(table)
    assert ({"bh", "mc", "rq", "xb", "x"}, ()) == (set(table.columns), table.unread)


def test_nested_values_are_their_json_text(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, '{"bh":"1","mc":{"a":[1,null,"x"]}}\n'))

    assert '{"a":[1,null,"x"]}' == cells(table)[0][3]


def test_a_broken_line_costs_itself_only(tmp_path: Path, opened: Open) -> None:
    body = b'{"bh":"1"}\n{"bh":"2"\n\n[1]\n{"bh":"4\xff"}\n{"bh":NaN}\n{"bh":"6"}\n'
    table = opened(write(tmp_path, body))

    assert [(1, "1"), (6, "6")] == [(row, key) for _, row, key, *_ in cells(table)]
    assert [2, 3, 4, 5] == [row for row, _ in unread(table)]
    assert "not a JSON object" == unread(table)[1][1]


def test_a_list_that_breaks_off_keeps_what_was_read(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, '[{"bh":"1"},{"bh":"2"},{"bh"', "a.json"))

    assert 2 == table.count()
    assert 3 == table.unread[0].row
    assert table.unread[0].reason.en.startswith("the JSON breaks off here, no row after it was read: ")


def test_a_list_of_other_things_is_named(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, '[{"bh":"1"}, 2, {"bh":"3"}]', "a.json"))

    assert ([(2, "not a JSON object")], [1, 3]) == (unread(table), [row for _, row, *_ in cells(table)])


def test_columns_that_turn_up_late_are_read(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.bulk.sources.spill._BLOCK", 2)
    table = opened(write(tmp_path, '{"bh":"1"}\n{"bh":"2"}\nx\n{"bh":"4","mc":"丁"}\n{"bh":"5"}\n'))

    assert [(1, "1", None), (2, "2", None), (4, "4", "丁"), (5, "5", None)] == [
        (row, key, name) for _, row, key, name, *_ in cells(table)
    ]


def test_an_empty_list_is_an_empty_table(tmp_path: Path, opened: Open, judged: Any) -> None:
    counts = judged(opened(write(tmp_path, "[]", "a.json")))

    assert ((0, 0, 0), (0, 0, 0)) == (counts["filled/bh"], counts["primary-key-unique/bh"])


def test_a_file_that_is_no_json_is_refused(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(SourceError) as caught:
        opened(write(tmp_path, "[not json", "a.json"))

    assert caught.value.text.en.startswith("a.json: bad JSON: ")


def test_json_lines_under_the_name_of_json(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, '{"bh":"1"}\n{"bh":"2"}\n', "a.json"))

    assert 2 == table.count()
