"""The pytest side of a run: selects checks, names the owner of each exchange, turns reports into results."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.judge import CheckResult, Decision, Failed, Finding, Inapplicable, Outcome, Untested
from conformance.run.gate import open_gate
from conformance.run.gate_layers import closed_for
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from conformance.law import Requirement
    from conformance.node import Session

_RESULT = pytest.StashKey[CheckResult]()
_TOO_DEEP = Text("应答的 JSON 嵌套过深，无法检验", "The answer is nested too deeply to be examined")


class Judge:
    """A pytest plugin bound to one session; the only place where a check's end becomes an outcome."""

    def __init__(self, session: Session, selected: Iterable[str], listen: Callable[[CheckResult, int], None]) -> None:
        self.session = session
        self.total = 0
        self.unreadable = ""
        self._selected = frozenset(selected)
        self._listen = listen
        self._closed: Text | None = None
        self._claims: dict[str, Decision | None] = {}

    @pytest.fixture(scope="session", name="run")
    def run_fixture(self) -> Session:
        """The run in progress."""
        return self.session

    @pytest.fixture(scope="session", name="node")
    def node_fixture(self) -> Any:
        """The node under test."""
        return self.session.node

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a module of checks cannot be read: that is the suite's own fault, and nobody interrupted it."""
        if report.failed:
            self.unreadable = str(report.longrepr)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the checks of the selected requirements; those that write come after them, those over all come last.

        Raises:
            pytest.UsageError: a check decides not exactly one known requirement.
        """
        kept = [item for item in items if requirement_of(item, self.session) in self._selected]
        gone = [item for item in items if item not in set(kept)]
        if gone:
            config.hook.pytest_deselected(items=gone)
        items[:] = sorted(kept, key=lambda item: (_marked(item, "last"), _marked(item, "writes")))
        self.total = len(kept)
        if any(_marked(item, "last") for item in kept):
            self.session.start_watch()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, bool, bool]:
        """Open the gate before the first check."""
        if self.total:
            self._closed = open_gate(self.session)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        """Record what a shared fixture asks under its own name."""
        if fixturedef.scope != "session":
            return (yield)
        with self.session.wire.owned_by(f"fixture:{fixturedef.argname}"):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Record what a check asks under its name, and keep what it decided."""
        if self.session.sink.broken is not None:
            pytest.exit(self.session.sink.broken.en)
        first, clock = self.session.wire.count + 1, time.perf_counter()
        self.session.notes.clear()
        waited = self.session.wire.waited
        with self.session.wire.owned_by(check_name(item)):
            done = yield
        result = item.stash.get(_RESULT, None)
        if self.session.wire.waited > waited:
            self.session.note(*_slowed(self.session.wire.waited - waited))
        if result is not None:
            numbers = tuple(range(first, self.session.wire.count + 1))[:20]
            result = replace(
                result,
                exchanges=numbers,
                notes=tuple(self.session.notes),
                seconds=round(time.perf_counter() - clock, 3),
            )
            self.session.sink.result(result)
            self._listen(result, self.total)
        return done

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Decide what needs no asking: claims, and writes that the mode does not allow."""
        requirement = self._requirement(item)
        decision = self._claimed(requirement)
        if decision is not None:
            raise decision
        if _marked(item, "writes") and self.session.mode != "sandbox":
            raise Untested(Text("需要 sandbox 模式", "needs mode sandbox"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn the end of a phase into an outcome."""
        report = yield
        if call.when == "teardown" and call.excinfo is None:
            return report
        if call.when == "setup" and call.excinfo is None:
            return report
        result = self._decide(item, call)
        item.stash[_RESULT] = result
        if result.outcome is not Outcome.ERROR:
            dress(report, result)
        return report

    def _decide(self, item: pytest.Item, call: pytest.CallInfo[None]) -> CheckResult:
        name, requirement = check_name(item), self._requirement(item).id
        error = call.excinfo.value if call.excinfo else None
        if error is None:
            closed = self._closed or closed_for(self.session, self._requirement(item).class_id)
            return CheckResult(name, requirement, Outcome.UNTESTED if closed else Outcome.PASSED, closed)
        if isinstance(error, Failed) and call.when == "setup":
            why = Text("前置条件未满足：{why}", "Blocked: {why}").fill(why=error.reason)
            return CheckResult(name, requirement, Outcome.UNTESTED, why)
        if isinstance(error, Decision):
            findings = tuple(_owned(one, requirement) for one in error.findings)
            return CheckResult(name, requirement, error.outcome, error.reason, findings)
        if isinstance(error, RecursionError):
            return CheckResult(name, requirement, Outcome.CANT_TELL, _TOO_DEEP)
        assert call.excinfo is not None
        words = f"{type(error).__name__}: {error} ({call.excinfo.traceback[-1]})"[:600]
        return CheckResult(
            name, requirement, Outcome.ERROR, Text(f"套件自身出错：{words}", f"The suite failed: {words}")
        )

    def _requirement(self, item: pytest.Item) -> Requirement:
        return self.session.law.requirements[requirement_of(item, self.session)]

    def _claimed(self, requirement: Requirement) -> Decision | None:
        name = requirement.applies
        class_ = self.session.law.classes()[name]
        if class_.mandatory or name in self.session.claims:
            return None
        if name not in self._claims:
            self._claims[name] = self._probe(class_.probe, class_.title)
        return self._claims[name]

    def _probe(self, path: str | None, title: Text) -> Decision:
        """What is not claimed must not answer: a statement that the node contradicts is not believed."""
        with self.session.wire.owned_by(f"probe:{path}"):
            try:
                answers = path is not None and self.session.node.get(path).status == 200  # noqa: PLR2004
            except Decision:
                answers = False
        if answers:
            return Untested(
                Text("未声明“{title}”，但 {path} 有应答", "“{title}” is not claimed, yet {path} answers").fill(
                    title=title, path=path
                )
            )
        return Inapplicable(Text("节点未声明“{title}”", "The node does not claim “{title}”").fill(title=title))


def _slowed(seconds: float) -> tuple[str, str]:
    return (
        f"节点限流（429），套件按其要求共等待 {seconds:.0f} 秒",
        f"the node limits the rate (429): the suite waited {seconds:.0f} s, as it was asked to",
    )


def requirement_of(item: pytest.Item, session: Session) -> str:
    """Return the one requirement that a check decides.

    Raises:
        pytest.UsageError: there is not exactly one, or the law does not know it.
    """
    ids = [str(mark.args[0]) for mark in item.iter_markers("requirement")]
    if len(ids) != 1 or ids[0] not in session.law.requirements:
        raise pytest.UsageError(f"{item.nodeid}: a check decides exactly one known requirement, not {ids}")
    return ids[0]


def _marked(item: pytest.Item, name: str) -> bool:
    return next(item.iter_markers(name), None) is not None


def check_name(item: pytest.Item) -> str:
    """Return a check's name, the same however and from wherever it was started."""
    module = item.nodeid.split("::", 1)[0].removesuffix(".py").split("/")
    return f"{'/'.join(module[-2:])}::{item.name}"


def dress(report: pytest.TestReport, result: CheckResult) -> None:
    """Show an outcome in pytest's own words, for people who live in pytest."""
    where = (
        report.location[0],
        report.location[1] or 0,
        f"{result.outcome}: {result.reason.en if result.reason else ''}",
    )
    if result.outcome is Outcome.FAILED:
        report.outcome = "failed"
        lines = [f"{result.requirement} {result.reason.en if result.reason else ''}"]
        lines += [
            f"  came {one.came.en}\n  due  {one.due.en}\n  exchanges {list(one.exchanges)}" for one in result.findings
        ]
        report.longrepr = "\n".join(lines)
    elif result.outcome is not Outcome.PASSED:
        report.outcome = "skipped"
        report.longrepr = where


def _owned(finding: Finding, requirement: str) -> Finding:
    return replace(finding, requirement=finding.requirement or requirement)
