"""What the contract checks share: the node's own description, the cases generated once, the defects that were seen."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.interfaces.edges import walk_edges
from conformance.checks.interfaces.sandboxed import may_generate
from conformance.judge import Decision, Failed
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.node import Answer, Session
    from conformance.node.contract.document import Operation
    from conformance.node.contract.watch import Watch

#: Classes that ask something of whatever operation there is; an operation is not used for their sake alone.
HABITS = frozenset(
    f"interfaces/{one}" for one in ("contract", "security", "errors", "paging", "incremental", "writes", "access")
)
_NAME = re.compile(r"\{[^{}]*\}")
_MOST = 32_000_000  # bytes of a description


@dataclass(frozen=True)
class Description:
    """The node's own description.

    Attributes:
        answer: what /openapi.json gave, None where no answer came.
        data: the document, None where there is none that can be read.
        trouble: why there is none.
    """

    answer: Answer | None
    data: Mapping[str, Any] | None
    trouble: Decision | None = None

    def need(self) -> Mapping[str, Any]:
        """Return the document.

        Raises:
            Failed, CantTell: there is none that can be read.
        """
        if self.data is None:
            assert self.trouble is not None
            raise self.trouble
        return self.data

    def lists(self, operation: Operation) -> str | None:
        """Return the path under which an operation is described, None where it is not."""
        paths = self.data.get("paths") if self.data is not None else None
        if not isinstance(paths, dict):
            return None
        for path, item in paths.items():
            if isinstance(item, dict) and covers(str(path), operation.path) and operation.method.lower() in item:
                return str(path)
        return None


def covers(theirs: str, ours: str) -> bool:
    """Tell whether a path template answers our path, whatever its parameters are called."""
    mine, other = ours.split("/"), theirs.rstrip("/").split("/") if theirs != "/" else ["", ""]
    return len(mine) == len(other) and all(
        a == b or _NAME.fullmatch(b) is not None for a, b in zip(mine, other, strict=True)
    )


def read_description(run: Session) -> Description:
    """Ask the node for its description; whatever is wrong with it is kept for the checks that need it."""
    answer: Answer | None = None
    accept = {"accept": "application/vnd.oai.openapi+json, application/json;q=0.9"}
    try:
        answer = run.node.get("/openapi.json", role=None, headers=accept).expect(200)
        if len(answer.body) > _MOST:
            size = len(answer.body)
            raise answer.wrong(
                Text(f"{size} 字节的描述", f"a description of {size} bytes"),
                Text(f"不超过 {_MOST} 字节", f"at most {_MOST} bytes"),
            )
        return Description(answer, answer.object)
    except Decision as decision:
        return Description(answer, None, decision)
    except RecursionError:
        deep = Text("描述嵌套过深，无法读取", "The description is nested too deeply to be read")
        return Description(answer, None, Failed(deep))


def needed(run: Session, operation: Operation) -> bool:
    """Tell whether a node that claims what this one claims has to have an operation.

    An operation is used by the classes of its requirements. Where it serves several standards, all of them have to be
    claimed; classes that ask something of whatever operation there is count only where there are no others.
    """
    known = [run.law.requirements[one] for one in operation.requirements if one in run.law.requirements]
    homes = [one for one in known if one.applies not in HABITS] or known
    standards = {one.standard for one in homes}
    claimed = {one.standard for one in homes if one.applies in run.claims}
    return bool(homes) and standards == claimed and not operation.sandbox and operation.method != "HEAD"


@dataclass(frozen=True)
class Generation:
    """What was generated from the contract.

    Attributes:
        cases: sent by operation.
        phases: sent by phase.
        stopped: why it ended early, None where it came to its end.
    """

    cases: Mapping[str, int]
    phases: Mapping[str, int]
    stopped: Text | None

    def announce(self, run: Session) -> None:
        """Say in the report how much was generated."""
        total = sum(self.cases.values())
        phases = ", ".join(f"{name} {count}" for name, count in sorted(self.phases.items()))
        run.note(
            f"按接口契约生成 {total} 个用例，{len(self.cases)} 种操作（{phases}；深度 {run.depth}）",
            f"{total} cases generated from the contract for {len(self.cases)} operations ({phases}; depth {run.depth})",
        )
        if self.stopped is not None:
            run.note(f"生成提前结束：{self.stopped.zh}", f"generation ended early: {self.stopped.en}")


def generation_of(run: Session, description: Description) -> Generation:
    """Generate cases for every operation that the node describes and the mode allows; in a replay, read how many.

    The answers themselves are among the exchanges of the run; a replay judges those.
    """
    found = run.measured("generated", lambda: _generated(run, description), "probe")
    stopped = Text(**found["stopped"]) if found["stopped"] else None
    return Generation(found["cases"], found["phases"], stopped)


def _generated(run: Session, description: Description) -> dict[str, Any]:
    from conformance.checks.interfaces.generated import LIMITS, generate  # noqa: PLC0415 - takes a second to import

    known = [one for one in run.contract.operations if may_generate(one, run.mode)]
    chosen = [one for one in known if description.lists(one)] or [one for one in known if needed(run, one)]
    walked = {one.label: walk_edges(run, one) for one in chosen}
    made = generate(run, chosen, LIMITS[run.depth])
    stopped = made.stopped.reason if made.stopped else None
    cases = made.cases + Counter(walked)
    return {
        "cases": dict(cases),
        "phases": {**made.phases, "edges": sum(walked.values())},
        "stopped": {"zh": stopped.zh, "en": stopped.en} if stopped else None,
    }


def hold(run: Session, requirement: str) -> Watch:
    """Return what watched the run, where it saw nothing against a requirement.

    Raises:
        Failed: it did; one finding for each distinct defect.
        Untested: in a replay of a run that did not come this far.
    """
    watch = run.watched
    findings = watch.defects.findings(requirement)
    if findings:
        beyond = watch.defects.beyond(requirement)
        more = Text(f"，另有 {beyond} 处未列出", f", and {beyond} places not listed") if beyond else Text("", "")
        first = findings[0].came
        raise Failed(
            Text(
                f"{len(findings)} 种缺陷{more.zh}，首个 {first.zh}",
                f"{len(findings)} distinct defects{more.en}, first {first.en}",
            ),
            findings,
        )
    return watch
