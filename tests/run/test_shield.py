"""Whatever pytest finds around the user has no part in a verdict of `conformance run`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import conformance
from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    Cli = Callable[..., subprocess.CompletedProcess[str]]

SCOPE = [word for name in ("CAT-001", "CAT-019", "CAT-038", "CAT-046") for word in ("--requirement", name)]
FAULT = "conditional-without-purpose"

DECEIVER = """
import pytest

def pytest_collection_modifyitems(items):
    items.clear()

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.outcome = "passed"

@pytest.fixture(scope="session")
def node():
    raise RuntimeError("a stranger's node")
"""
CRASHER = 'raise RuntimeError("a stranger was imported")\n'
ENTRY = "[pytest11]\ndeceiver = deceiver\n"
INI = "addopts = -k nothing -p deceiver --maxfail=1 --strict-config\npython_files = none_*.py\nmarkers =\n"


def results(folder: Path) -> list[tuple[str, str, str]]:
    [run] = folder.glob("*/*/events.ndjson")
    events = [json.loads(line) for line in run.read_text("utf-8").splitlines()]
    return [(one["check"], one["requirement"], one["outcome"]) for one in events if one["event"] == "result"]


@pytest.fixture(scope="module")
def faulty() -> Iterator[str]:
    """A node that does not conform, so that a deceiver has something to hide."""
    with reference_node(["--scale", "150", "--fault", FAULT]) as url:
        yield url


@pytest.fixture(scope="module")
def undisturbed(anywhere: Cli, faulty: str, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    home = tmp_path_factory.mktemp("quiet")
    done = anywhere(sys.executable, "-m", "conformance", "run", faulty, *SCOPE, cwd=home)

    assert 1 == done.returncode, done.stderr
    return results(home / "reports")


def configuration(home: Path) -> dict[str, str]:
    """Every file and variable from which pytest takes options, and a conftest that turns failures into passes."""
    (home / "pytest.ini").write_text(f"[pytest]\n{INI}", encoding="utf-8")
    (home / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-k nothing"\n', encoding="utf-8")
    (home / "setup.cfg").write_text(f"[tool:pytest]\n{INI}", encoding="utf-8")
    (home / "tox.ini").write_text(f"[pytest]\n{INI}", encoding="utf-8")
    (home / "conftest.py").write_text(DECEIVER, encoding="utf-8")
    return {"PYTEST_ADDOPTS": "-k nothing --collect-only", "PYTEST_THEME": "nonsense", "PYTEST_DEBUG": "1"}


def crashing_modules(home: Path) -> dict[str, str]:
    """Modules in the current folder that must not be imported, and a place where Hypothesis cannot write."""
    for name in ("conftest", "pytest", "orjson", "conformance"):
        (home / f"{name}.py").write_text(CRASHER, encoding="utf-8")
    (home / ".hypothesis").write_text("a file in place of the folder", encoding="utf-8")
    return {"CI": "true", "HYPOTHESIS_PROFILE": "nothing"}


def named_plugin(home: Path) -> dict[str, str]:
    (home / "deceiver.py").write_text(DECEIVER, encoding="utf-8")
    return {"PYTEST_PLUGINS": "deceiver", "PYTHONPATH": f"{home}"}


def installed_plugin(home: Path) -> dict[str, str]:
    info = home / "deceiver-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: deceiver\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(ENTRY, encoding="utf-8")
    (home / "deceiver.py").write_text(DECEIVER, encoding="utf-8")
    return {"PYTHONPATH": f"{home}"}


@pytest.mark.parametrize("disturb", [configuration, crashing_modules, named_plugin, installed_plugin])
def test_a_stranger_changes_no_verdict(
    cli: Cli,
    faulty: str,
    undisturbed: list[tuple[str, str, str]],
    tmp_path: Path,
    disturb: Callable[[Path], dict[str, str]],
) -> None:
    env = disturb(tmp_path)
    if "PYTHONPATH" in env:
        env["PYTHONPATH"] += f"{os.pathsep}{Path(conformance.__file__).parents[1]}"
    done = cli("run", faulty, *SCOPE, env=env)

    assert 1 == done.returncode, done.stderr
    assert undisturbed == results(tmp_path / "reports")
    assert {"CAT-019": "failed"}.items() <= {name: outcome for _, name, outcome in undisturbed}.items()
    assert 4 <= len(undisturbed)


@pytest.mark.parametrize("disturb", [named_plugin, installed_plugin])
def test_the_deceiver_deceives_an_unshielded_pytest(
    program: Cli, tmp_path: Path, disturb: Callable[[Path], dict[str, str]]
) -> None:
    """The test above can fail: the same plugin does empty a session of plain pytest."""
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert False\n", encoding="utf-8")
    env = disturb(tmp_path)
    plain = program(sys.executable, "-m", "pytest", "-q")
    deceived = program(sys.executable, "-m", "pytest", "-q", env=env)

    assert (1, 5) == (plain.returncode, deceived.returncode)


def in_pytest(program: Cli, url: str, *more: str) -> Any:
    words = ("-p", "conformance.plugin", "--pyargs", "conformance.checks", "--node", url, "--seed", "20260101")
    return program(sys.executable, "-m", "pytest", *words, *SCOPE, *more)


def test_people_who_live_in_pytest_get_the_same_outcomes(
    program: Cli, faulty: str, undisturbed: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    done = in_pytest(program, faulty)

    assert 1 == done.returncode, done.stdout + done.stderr
    assert undisturbed == results(tmp_path / "reports")
    assert "CAT-019" in done.stdout
    assert "due" in done.stdout
    assert faulty in done.stdout


def test_pytest_passes_on_a_node_that_conforms(program: Cli, node: str, tmp_path: Path) -> None:
    done = in_pytest(program, node, "-p", "no:cacheprovider")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert {"passed"} == {outcome for _, _, outcome in results(tmp_path / "reports")}


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--node", "no-such-profile.yaml"], 4, "no-such-profile.yaml cannot be read"),
        (["--node", "http://127.0.0.1:9", "--requirement", "CAT-999"], 4, "Unknown: CAT-999"),
        (["--node", "http://127.0.0.1:9"], 3, "does not answer"),
    ],
)
def test_pytest_says_what_is_wrong(program: Cli, options: list[str], code: int, said: str) -> None:
    words = ("-p", "conformance.plugin", "--pyargs", "conformance.checks")
    done = program(sys.executable, "-m", "pytest", *words, *options)

    assert code == done.returncode, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
