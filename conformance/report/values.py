"""The view: frozen values that every format of the report is written from. Text from a node is harmless here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.judge import CheckResult
    from conformance.judge.verdict import Verdict
    from conformance.law import ConformanceClass, Law, Requirement
    from conformance.report.service import ServiceView
    from conformance.report.tables import TableView
    from conformance.report.words import Tier

_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Side:
    """The headers and the body of a request or a response as shown; the notes say what is not."""

    headers: tuple[tuple[str, str], ...] = ()
    body: Text = _NOTHING
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a reader is shown of one exchange; `missing` says why there is nothing to show."""

    n: int
    owner: str = ""
    role: str = ""
    method: str = ""
    url: str = ""
    target: str = ""
    status: int = 0
    phrase: str = ""
    refused: str = ""
    started: str = ""
    seconds: float = 0.0
    request: Side = Side()
    response: Side = Side()
    curl: str | None = None
    missing: Text | None = None


@dataclass(frozen=True, slots=True)
class SampleView:
    """One place where a rule is broken, and the exchange that brought it (0 for none)."""

    label: str
    pointer: str
    came: Text
    due: Text
    exchange: int


@dataclass(frozen=True, slots=True)
class FindingView:
    """One defect.

    Attributes:
        requests: the exchanges that were read for it; `exchanges` numbers all of them.
        count: affected places, of which `samples` are the first.
    """

    asked: Text | None
    requests: tuple[Excerpt, ...]
    exchanges: tuple[int, ...]
    came: Text
    due: Text
    count: int
    samples: tuple[SampleView, ...]


@dataclass(frozen=True, slots=True)
class RequirementView:
    """What the report says of one requirement.

    Attributes:
        state: its outcome, or `planned`, `attest`, `untestable` where no check decides it.
        mend: what to do about it, where there is something to do.
        exchanges: numbers of all exchanges that its findings or checks name; `excerpts` are the first that matter.
        replay: the command line that judges it again from the run folder.
        curl: the line that asks the node again what the first finding asked.
    """

    requirement: Requirement
    state: str
    tier: Tier
    reason: Text | None
    mend: Text | None
    notes: tuple[Text, ...]
    checks: tuple[CheckResult, ...]
    findings: tuple[FindingView, ...]
    exchanges: tuple[int, ...]
    excerpts: tuple[Excerpt, ...]
    replay: str
    curl: str | None

    @property
    def seconds(self) -> float:
        """How long its checks took."""
        return sum(one.seconds for one in self.checks)


@dataclass(frozen=True, slots=True)
class ClassView:
    """One conformance class with its requirements in scope."""

    about: ConformanceClass
    rows: tuple[RequirementView, ...]


@dataclass(frozen=True, slots=True)
class StandardView:
    """One standard: counts by state over its requirements in scope, and its score in per cent."""

    id: str
    title: Text
    weight: int
    score: float | None
    counts: Mapping[str, int]
    classes: tuple[ClassView, ...]

    @property
    def total(self) -> int:
        """How many of its requirements are in scope."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Control:
    """A request whose answer was known beforehand, such as a bad one that has to be refused."""

    name: str
    passed: bool
    text: Text
    exchanges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One result of the doctor before the run."""

    name: Text
    ok: bool
    owner: Text
    text: Text
    remedy: Text | None


@dataclass(frozen=True, slots=True)
class Write:
    """One line of the ledger of writes into the sandbox."""

    method: str
    path: str
    exchange: int
    object: str


@dataclass(frozen=True, slots=True)
class Residue:
    """Something of the run that stays in the sandbox, and why; a tombstone has to."""

    object: str
    tombstone: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Account:
    """What happened around the checks; `swept` tells whether the run reported on its residue."""

    controls: tuple[Control, ...]
    doctor: tuple[Diagnosis, ...]
    writes: tuple[Write, ...]
    residue: tuple[Residue, ...]
    swept: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What the manifest says of the run, made harmless.

    Attributes:
        kind: what was judged, `node` or `data`; of a table `node` is its title, `url` its source, `code` its dataset,
            and there is neither mode nor seed.
    """

    kind: str
    run: str
    path: str
    node: Text
    url: str
    code: str
    edition: str
    law: str
    suite: str
    mode: str
    seed: str
    started: str
    finished: str | None
    seconds: float | None
    selected: int
    claims: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]
    exchanges: int


@dataclass(frozen=True, slots=True)
class View:
    """Everything that a report shows.

    Attributes:
        headline: the conclusion in a word or two.
        sentences: the conclusion in words, what it rests on and what it leaves open.
        notices: what a reader has to know before trusting it: broken off, another law, controls that failed.
        failures: failed requirements, MUST first.
        tables: what was counted on tables.
        service: loads that were put on the node.
        manifest: the manifest as it lies on the disk.
    """

    law: Law
    verdict: Verdict
    head: Head
    headline: Text
    sentences: tuple[Text, ...]
    notices: tuple[Text, ...]
    counts: Mapping[str, int]
    standards: tuple[StandardView, ...]
    failures: tuple[RequirementView, ...]
    account: Account
    tables: tuple[TableView, ...]
    service: tuple[ServiceView, ...]
    manifest: Mapping[str, Any]

    @property
    def rows(self) -> tuple[RequirementView, ...]:
        """Every requirement in scope, in the order of the law."""
        return tuple(row for standard in self.standards for one in standard.classes for row in one.rows)
