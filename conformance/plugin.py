"""For people who live in pytest: `pytest -p conformance.plugin --pyargs conformance.checks --node URL`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.law import load
from conformance.node.profile import ProfileError
from conformance.run.course import close
from conformance.run.opening import Request, UnreachableError, open_live
from conformance.run.plugin import Judge
from conformance.run.scope import Scope, ScopeError
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.evidence import RunWriter
    from conformance.judge import CheckResult
    from conformance.node import Session

_STOPPED = pytest.StashKey[Text]()
_OPENED: pytest.StashKey[tuple[Session, RunWriter]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("conformance", "conformance of a district node")
    group.addoption("--node", help="URL or profile of the node under test")
    group.addoption("--mode", choices=["observe", "sandbox"], help="the most that the run may do")
    group.addoption("--seed", type=int, default=0, help="what everything drawn by chance follows from")
    group.addoption("--depth", choices=["smoke", "standard", "thorough"], default="standard", help="cases generated")
    group.addoption("--standard", action="append", default=[], help="only this standard; repeatable")
    group.addoption("--requirement", action="append", default=[], help="only this requirement; repeatable")
    group.addoption("--out", default="reports", help="folder of the run folders")


def pytest_configure(config: pytest.Config) -> None:
    """Open a session on the node, where one is given."""
    config.addinivalue_line("markers", "requirement(id): the one requirement that a check decides")
    config.addinivalue_line("filterwarnings", "ignore:::(rdflib|pyshacl).*")
    config.addinivalue_line("markers", "writes: the check writes below the sandbox prefix")
    config.addinivalue_line("markers", "last: the check judges what all others have seen")
    target = config.getoption("node")
    if not target:
        return
    law = load()
    try:
        scope = Scope(tuple(config.getoption("standard")), (), tuple(config.getoption("requirement")))
        selected = scope.judged(law)
        out = config.invocation_params.dir / config.getoption("out")
        mode, seed, depth = (config.getoption(one) for one in ("mode", "seed", "depth"))
        session, writer = open_live(Request(law, target, out, mode, seed, selected, depth=depth))
    except UnreachableError as error:
        pytest.exit(error.diagnosis.text.en, returncode=3)
    except (ProfileError, ScopeError) as error:
        raise pytest.UsageError(error.text.en) from error
    config.stash[_OPENED] = (session, writer)
    config.pluginmanager.register(Judge(session, selected, _silent), "conformance-judge")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is judged by what."""
    if _OPENED not in config.stash:
        return []
    session, writer = config.stash[_OPENED]
    edition = session.law.edition.id
    return [f"node: {session.node.profile.url}, edition {edition}, mode {session.mode}", f"evidence: {writer.path}"]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember where pytest was stopped before its end: such a run is incomplete."""
    if exitstatus == pytest.ExitCode.INTERRUPTED or session.shouldstop or session.shouldfail:
        why = Text("pytest 在全部检查完成之前停止", "pytest was stopped before every check had run")
        session.config.stash[_STOPPED] = why


def pytest_unconfigure(config: pytest.Config) -> None:
    """Clean up and close the run folder."""
    if _OPENED in config.stash:
        session, writer = config.stash[_OPENED]
        with writer:
            close(session, writer, config.stash.get(_STOPPED, None))


def _silent(_result: CheckResult, _total: int) -> None:
    """Stay silent: pytest shows the result itself."""
