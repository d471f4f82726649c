"""The house rules of the repository, held by counting."""

from __future__ import annotations

import ast
import re
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance import __version__

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    Program = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[1]
ROOMS = ("conformance", "fixtures", "tests", "benchmarks")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
SUFFIXES = {".py", ".md", ".toml", ".ini", ".yaml", ".json", ".csv", ".ttl", ".j2", ".css", ".js", ".txt", ".lock"}
TEXTS = sorted(
    path
    for place in (*ROOMS, "standards", "docs", ".ci")
    for path in (ROOT / place).rglob("*")
    if path.is_file() and path.suffix in SUFFIXES and "__pycache__" not in path.parts
) + sorted(path for path in ROOT.iterdir() if path.is_file() and path.suffix in SUFFIXES)
MACHINE = re.compile(r"(?<![\w.:])/(?:work|farm|root|mnt|Users|home/\w+|tmp/(?:w|ceo))/")
UNFINISHED = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X|HA" + r"CK)\b")
LEAST = {"conformance": 60, "fixtures": 30, "tests": 15}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield f"{name_of(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_the_sources_are_seen() -> None:
    counts = {room: sum(path.is_relative_to(ROOT / room) for path in SOURCES) for room in LEAST}

    assert [] == [room for room, least in LEAST.items() if counts[room] < least]


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}

    assert {} == {name: length for name, length in lengths.items() if length > 300}


def test_no_function_is_longer_than_40_lines() -> None:
    assert [] == [(name, length) for path in SOURCES for name, length in functions(path) if length > 40]


def test_the_median_function_has_at_most_8_lines() -> None:
    package = [path for path in SOURCES if path.is_relative_to(ROOT / "conformance")]

    assert 8 >= statistics.median(length for path in package for _, length in functions(path))


def test_no_path_of_a_machine_is_written_down() -> None:
    found = [
        f"{name_of(path)}:{number} {line.strip()[:80]}"
        for path in TEXTS
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if MACHINE.search(line)
    ]

    assert [] == found


def test_nothing_is_left_unfinished() -> None:
    assert [] == [name_of(path) for path in SOURCES if UNFINISHED.search(path.read_text("utf-8"))]


def test_no_exception_is_swallowed() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(one, ast.Pass) for one in node.body)
    ]

    assert [] == found


def test_no_test_sleeps_or_cannot_fail() -> None:
    calls = {"time.sleep", "asyncio.sleep", "pytest.xfail"}
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "tests")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Call) and ast.unparse(node.func) in calls)
        or (isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant))
    ]

    assert [] == found


def test_suite_and_nodes_never_import_each_other() -> None:
    suite = [path for path in SOURCES if path.is_relative_to(ROOT / "conformance")]
    nodes = [path for path in SOURCES if path.is_relative_to(ROOT / "fixtures")]
    others = re.compile(r"^\s*(?:from|import) (?:reference_node|faults|vices)\b", re.MULTILINE)
    own = re.compile(r"^\s*(?:from|import) conformance\b", re.MULTILINE)

    assert [] == [name_of(path) for path in suite if others.search(path.read_text("utf-8"))]
    assert [] == [name_of(path) for path in nodes if own.search(path.read_text("utf-8"))]
    assert [] != [name_of(path) for path in nodes if others.search(path.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        (
            "http.client",
            ["conformance/node/connection.py", "conformance/node/network.py", "conformance/hub/hearing.py"],
        ),
        ("hypothesis", ["conformance/checks/"]),
        ("pyshacl", ["conformance/checks/catalog/test_dcat.py"]),
        ("jinja2", ["conformance/report/html.py"]),
        ("openpyxl", ["conformance/lint/", "conformance/bulk/sources/sheets.py"]),
        ("duckdb", ["conformance/bulk/engines/duckdb"]),
        ("psycopg", ["conformance/bulk/engines/postgres"]),
        ("pyspark", ["conformance/bulk/engines/spark"]),
        ("shapely", ["conformance/bulk/kernels/geometry.py"]),
        ("numba", ["conformance/bulk/kernels/"]),
        ("sqlglot", ["conformance/bulk/"]),
        (
            "click",
            [
                "conformance/cli.py",
                "conformance/cli_data.py",
                "conformance/cli_suite.py",
                "conformance/terminal/",
                "conformance/lint/command.py",
            ],
        ),
    ],
)
def test_a_library_has_its_door(library: str, rooms: list[str]) -> None:
    importing = re.compile(rf"^\s*(?:from|import) {library}\b", re.MULTILINE)
    package = [path for path in SOURCES if path.is_relative_to(ROOT / "conformance")]
    doors = [name_of(path) for path in package if importing.search(path.read_text("utf-8"))]

    assert doors
    assert [] == [one for one in doors if not one.startswith(tuple(rooms))]


def test_the_floors_hold(program: Program) -> None:
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(is_debug_mode=False))"
    done = program(sys.executable, "-c", command, cwd=ROOT)

    assert 0 == done.returncode, done.stdout[-2000:] + done.stderr[-2000:]
    assert " 0 broken" in done.stdout


def test_the_map_of_the_house_is_true() -> None:
    words = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \| ", words, re.MULTILINE)
    named = [one for row in rows for one in re.findall(r"`([^`]+)`", row)]
    places = [one.replace("<standard>", "catalog") for one in named]
    missing = [one for one in places if not (ROOT / one).exists() and not (ROOT / "conformance" / one).exists()]
    rooms = {path.name for path in (ROOT / "conformance").iterdir() if (path / "__init__.py").exists()}

    assert [] == missing
    assert set() == rooms - {
        one.strip("/").split("/")[1] for one in named if one.startswith("conformance/") and "/" in one
    }
    assert 20 <= len(named)


def test_the_changelog_tells_of_this_version() -> None:
    words = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert re.search(rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d{{2}}-\d{{2}}$", words, re.MULTILINE)


def test_every_test_module_has_a_name_of_its_own() -> None:
    names = [path.name for path in SOURCES if path.is_relative_to(ROOT / "tests") and path.name != "conftest.py"]

    assert [] == [name for name in set(names) if names.count(name) > 1]
