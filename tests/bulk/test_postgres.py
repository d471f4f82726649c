"""Tables where they live in PostgreSQL: text forms, parts, addresses, and what is said when something is wrong."""

# ruff: noqa: S608  statements of the test's own making

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow as pa
import pytest
from bulk.generated_tables import SMALLER, examples, generation
from bulk.postgres_values import VALUES
from bulk.services_postgres import WORD, postgres

from conformance.bulk.engines import postgres_table
from conformance.bulk.engines.postgres import start
from conformance.bulk.values import Context, EngineError, KeyRule, RowRule, SourceError
from conformance.law.data import Dataset, Field
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bulk.services_postgres import Server

    from conformance.bulk.engines.postgres import PostgresEngine
    from conformance.bulk.values import Progress
    from conformance.law import Law

NAME = Text("样例", "sample")
CONTEXT = Context(today="2026-11-22", code_lists={}, placeholders=frozenset({"无"}))
BIG = 400_000


def silent(_: Progress) -> None:
    """Hear of progress and keep it to oneself."""


def dataset(*names: str, key: str = "id") -> Dataset:
    fields = tuple(Field(one, Text(one, one), None, "geometry" if one == "shape" else "C") for one in names)
    return Dataset("sample", NAME, "1.0", fields, (key,))


def rule(predicate: str, population: str = "true") -> RowRule:
    return RowRule("rule/x", "rule", "STD-001", NAME, ("x",), population, predicate)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as one, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", WORD)
        yield one


@pytest.fixture
def engine() -> Iterator[PostgresEngine]:
    with start(CONTEXT) as one:
        yield one


@pytest.fixture(scope="module")
def values(server: Server) -> str:
    """A table of one row with a column of every type, in a database whose settings are not ours."""
    columns = ", ".join(f'"c{at}" {kind}' for at, kind in enumerate(VALUES))
    server.run(
        "set timezone = 'America/New_York'",
        "alter database district set timezone = 'America/New_York'",
        "alter database district set datestyle = 'German'",
        "alter database district set extra_float_digits = 0",
        "create domain base.inner as timestamptz",
        "create domain base.moment as base.inner",
        "create type base.sort as enum ('a', 'b')",
        f"create table base.kinds (id text, {columns})",
        f"insert into base.kinds values ('1', {', '.join(value for value, _ in VALUES.values())})",
    )
    return server.source("base.kinds")


def test_text_forms_do_not_depend_on_settings(engine: PostgresEngine, values: str) -> None:
    names = [f"c{at}" for at, _ in enumerate(VALUES)]
    table = engine.open(values, dataset("id", *names))

    [row] = table.run(f"select * from {table.relation(names, 'r')}", NAME, silent)

    assert {kind: text for kind, (_, text) in VALUES.items()} == dict(zip(VALUES, row, strict=True))


def test_evidence_never_holds_user_or_settings(engine: PostgresEngine, server: Server, values: str) -> None:
    table = engine.open(values + "&connect_timeout=5&application_name=x", dataset("id"))

    assert f"postgresql://127.0.0.1:{server.port}/district?table=base.kinds" == table.source
    assert (engine.name, table.files) == (f"postgres {table.link.version}", ())


def test_nothing_can_be_written(engine: PostgresEngine, values: str) -> None:
    table = engine.open(values, dataset("id"))

    with pytest.raises(EngineError, match="25006 cannot execute CREATE TABLE in a read-only transaction"):
        table.run("create table base.more (a int)", NAME, silent)


@pytest.mark.parametrize("connections", [-1, 1])
def test_large_tables_are_counted_in_parts(
    engine: PostgresEngine, server: Server, monkeypatch: Any, connections: int
) -> None:
    """Every row once, progress part by part, examples from where the failures are; side by side where there is room."""
    monkeypatch.setattr(postgres_table, "PAGES", 16)
    server.run(
        f"alter role reader connection limit {connections}",
        "drop table if exists base.large",
        "create table base.large (id text, x text)",
        "insert into base.large"
        "  select n::text, case n % 700 when 3 then '无' else 'y' end from generate_series(1, 9000) n",
        "analyze base.large",
    )
    heard: list[int] = []
    table = engine.open(server.source("base.large"), dataset("id", "x"))

    [found] = table.row_rules([rule("not placeholder(x)")], lambda one: heard.append(one.done))
    server.run("alter role reader connection limit -1")

    assert (9000, 13, 0) == (found.rows, found.failures, found.unknown)
    assert len(table.opened.parts) > 2
    assert 1 + len(table.opened.parts) == len(set(heard))
    assert {one.key for one in found.spots} == {str(3 + 700 * n) for n in range(13)}
    assert {(one.file, one.row, one.value) for one in found.spots} == {(table.source, None, "无")}


def test_partitions_views_and_odd_names(engine: PostgresEngine, server: Server, monkeypatch: Any) -> None:
    monkeypatch.setattr(postgres_table, "PAGES", 4)
    server.run(
        """create table base."Odd ""Name.x" (id int, "X" text) partition by hash (id)""",
        """create table base.odd0 partition of base."Odd ""Name.x" for values with (modulus 2, remainder 0)""",
        """create table base.odd1 partition of base."Odd ""Name.x" for values with (modulus 2, remainder 1)""",
        """insert into base."Odd ""Name.x" select n, n::text from generate_series(1, 5000) n""",
        """create view base.view as select * from base."Odd ""Name.x" """,
    )

    for name in ('base."Odd ""Name.x"', "base.view"):
        table = engine.open(server.source(name), dataset("id", "x"))
        [found] = table.row_rules([rule("length(x) < 4")], silent)

        assert (5000, 4001) == (found.rows, found.failures)


def test_geometries_are_judged_here(engine: PostgresEngine, server: Server) -> None:
    square = "0103000000010000000400000000000000000000000000000000000000000000000000f03f0000000000000000"
    square += "000000000000f03f000000000000f03f00000000000000000000000000000000"
    server.run(
        "create table base.shapes (id int, shape bytea)",
        "insert into base.shapes select n, case n % 5 when 0 then null when 1 then decode('00', 'hex')"
        f" else decode('{square}', 'hex') end from generate_series(1, 50) n",
    )
    table = engine.open(server.source("base.shapes"), dataset("id", "shape"))
    whole = RowRule("rule/shape", "rule", "STD-035", NAME, ("shape",), "shape is not null", "valid_geometry(shape)")

    [found] = table.row_rules([whole], silent)

    assert (40, 10, 0) == (found.rows, found.failures, found.unknown)
    assert [(str(n), "00") for n in range(1, 50, 5)] == [(one.key, one.value) for one in found.spots]


def test_keys_are_compared_by_code_points(engine: PostgresEngine, server: Server) -> None:
    """A collation that takes two texts for one does not hide a duplicate or make one."""
    server.run(
        "create collation base.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
        "create table base.loose (id text collate base.loose)",
        "insert into base.loose values ('a'), ('A'), ('á'), ('a')",
    )
    table = engine.open(server.source("base.loose"), dataset("id"))

    found = table.key(KeyRule("k", "k", "STD-029", NAME, "unique", ("id",)), silent)

    assert (4, 1, ["a"]) == (found.rows, found.failures, [one.key for one in found.spots])


WRONG = {
    "no table": ("{base}", "names one table"),
    "a password": ("postgresql://reader:secret@127.0.0.1/district?table=t", "no password belongs in a source"),
    "a password among settings": ("postgresql://127.0.0.1/district?password=secret&table=t", "no password belongs"),
    "no such table": ("{base}?table=base.nothing", "there is no table base.nothing"),
    "no such schema": ("{base}?table=nowhere.kinds", "there is no table nowhere.kinds"),
    "another protocol": ("mysql://127.0.0.1/district?table=t", "a source of PostgreSQL looks like"),
    "forbidden": ("{base}?table=base.hidden", "may not read base.hidden"),
    "a forbidden column": ("{base}?table=base.half", "may not read x: grant SELECT"),
    "no field": ("{base}?table=base.other", "has no field of sample; it has: other"),
    "no key": ("{base}?table=base.keyless", "does not have the key id"),
    "an array": ("{base}?table=base.arrays", r"column x is physically integer\[\], due text"),
}


@pytest.fixture(scope="module")
def wrong(server: Server, values: str) -> Server:
    assert values
    server.run(
        "create table base.hidden (id text, x text)",
        "revoke all on base.hidden from reader",
        "create table base.half (id text, x text)",
        "revoke all on base.half from reader",
        "grant select (id) on base.half to reader",
        "create table base.other (other text)",
        "create table base.keyless (x text)",
        "create table base.arrays (id text, x integer[])",
    )
    return server


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_source_is_named(engine: PostgresEngine, wrong: Server, case: str) -> None:
    source, said = WRONG[case]

    with pytest.raises(SourceError, match=said) as raised:
        engine.open(source.format(base=wrong.reader), dataset("id", "x"))

    assert "secret" not in raised.value.text.zh + raised.value.text.en


def test_a_server_that_is_not_there(engine: PostgresEngine) -> None:
    with pytest.raises(
        EngineError, match=r"cannot connect to postgresql://127\.0\.0\.1:1/district\?table=t: connection "
    ):
        engine.open("postgresql://reader@127.0.0.1:1/district?table=t", dataset("id"))


def test_a_wrong_password(engine: PostgresEngine, values: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("PGPASSWORD", "not the word")

    with pytest.raises(
        EngineError, match=r"password authentication failed .*\(the password comes from PGPASSWORD"
    ) as raised:
        engine.open(values, dataset("id"))

    assert "not the word" not in raised.value.text.en


def test_a_limit_of_time(engine: PostgresEngine, values: str) -> None:
    table = engine.open(values + "&options=-c%20statement_timeout%3D50", dataset("id"))

    with pytest.raises(EngineError, match="the database cancelled the query"):
        table.run("select count(*) from generate_series(1, 100000000)", NAME, silent)


def test_another_encoding(engine: PostgresEngine, server: Server) -> None:
    server.run("create database old encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0")

    with pytest.raises(EngineError, match="encoded in SQL_ASCII, only UTF8"):
        engine.open(server.source("pg_class", database="old"), dataset("relname"))


def test_two_databases_are_not_joined(engine: PostgresEngine, server: Server, values: str) -> None:
    here = engine.open(values, dataset("id"))
    there = engine.open(server.source("pg_class", database="postgres"), dataset("relname", key="relname"))

    with pytest.raises(EngineError, match="in one PostgreSQL database"):
        here._same_engine(there)


def test_a_snapshot_is_judged(engine: PostgresEngine, server: Server) -> None:
    """Rows that come while it is counted do not count: every pass sees the same table."""
    server.run("create table base.moving (id text)", "insert into base.moving values ('1')")
    table = engine.open(server.source("base.moving"), dataset("id"))
    before = table.count()
    server.run("insert into base.moving values ('2')")

    assert (1, 1) == (before, table.count())


def test_the_command(server: Server, law: Law, cli: Any, tmp_path: Path) -> None:
    """Exit code and run folder are those of a file; neither user nor password is in the folder."""
    made = pa.Table.from_batches(list(generation(law, "credit", 3000, examples("credit"), SMALLER).batches()))
    server.load("base.credit", made)
    source = server.source("base.credit")

    result = cli(
        "data", source, "--dataset", "credit", "--engine", "postgres", "--out", "runs", env={"PGPASSWORD": WORD}
    )
    [events] = tmp_path.glob("runs/credit/*/events.ndjson")
    written = "".join(one.read_text(encoding="utf-8") for one in events.parent.iterdir())

    assert (1, True) == (result.returncode, f"127.0.0.1:{server.port}/district?table=base.credit" in written)
    assert [False, False] == [word in written for word in ("reader", WORD)]


def test_connections_are_given_back(server: Server) -> None:
    with psycopg.connect(server.owner) as link:
        [(users,)] = link.execute("select count(*) from pg_stat_activity where usename = 'reader'").fetchall()

    assert users == 0
