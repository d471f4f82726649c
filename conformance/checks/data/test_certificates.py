"""data/certificates: identifiers, metadata and state of electronic certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.checks import decides
from conformance.checks.data.certificates import DATASET, Certificates, ask_for, items, known_certificates
from conformance.checks.data.rows import by_rows
from conformance.checks.data.standing import Standing, decide
from conformance.checks.finding import differ, failure
from conformance.checks.shared import at, words
from conformance.judge import Inapplicable, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.data.described import Bench
    from conformance.checks.data.served import Served
    from conformance.checks.resources import Resources
    from conformance.node import Answer, Session


@pytest.fixture(scope="session")
def asked(run: Session, bench: Bench, resources: Resources) -> Certificates:
    """What the node answers when it is asked for certificates that its rows show."""
    return ask_for(run, bench, known_certificates(run, resources))


@by_rows(("STD-036", "STD-037", "STD-038"))
def test_certificates_are_in_order(
    requirement: str, run: Session, served: Served, request: pytest.FixtureRequest
) -> None:
    """The certificates in the rows, and those that a query returns, keep the rule of the requirement."""
    served.exports.announce(run)
    if served.exports.of(DATASET) is None and not any(one.dataset == DATASET for one in served.resources.all):
        raise Untested(Text("节点没有共享电子证照数据集", "the node shares no dataset of certificates"))
    answered: Standing | None = None
    if run.mode == "sandbox":
        found: Certificates = request.getfixturevalue("asked")
        answered = found.answered.of(requirement)
    else:
        run.note(
            "observe 模式不发送证照查询，仅依据数据行判定", "mode observe sends no query: decided by the rows alone"
        )
    known = (served.standings.of(requirement), served.exports.standings.of(requirement))
    words_ = decide(requirement, *known, *([answered] if answered else []))
    run.note(words_.zh, words_.en)


@decides("STD-039")
def test_rows_do_not_call_expired_certificates_valid(run: Session, served: Served) -> None:
    """No row calls a certificate valid that is past its validity."""
    served.hold(run, "STD-039")


@decides("STD-039")
def test_invalid_certificates_are_not_served_as_valid(run: Session, asked: Certificates) -> None:
    """A query for a certificate that is revoked or past its validity does not return it as valid, nor does a check."""
    if not any(items(answer) for _, answer in asked.valid):
        raise Untested(
            Text(
                f"按标识查询 {len(asked.valid)} 份有效证照均无结果，无法比对",
                f"queries for {len(asked.valid)} certificates in force returned none: there is nothing to compare with",
            )
        )
    if not asked.invalid:
        raise Inapplicable(
            Text(
                f"{asked.rows} 行证照数据中没有已注销或已过期的证照",
                f"no revoked or expired certificate among {asked.rows} rows",
            )
        )
    wrong = [sample for known, query, check in asked.invalid for sample in _valid(known.id, known.state, query, check)]
    run.note(
        f"查询并核验 {len(asked.invalid)} 份已注销或已过期的证照，对照 {len(asked.valid)} 份有效证照",
        f"{len(asked.invalid)} revoked or expired certificates queried and verified, and {len(asked.valid)} in force",
    )
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 次将已注销或已过期的证照作为有效返回，首个 {wrong[0].label}",
                f"{len(wrong)} times a revoked or expired certificate came as valid, first {wrong[0].label}",
            ),
            Text("状态为 revoked 或 expired，不为 valid", "status revoked or expired, not valid"),
            samples=wrong,
        )


def _valid(name: str, state: str, query: Answer, check: Answer) -> list[Sample]:
    found = [
        differ(name, "/items/status", one.get("status"), state, query.n)
        for one in items(query)
        if words(one, "certificateId") == name and one.get("status") == "valid"
    ]
    if check.status == 200 and at(check.object, "result") == "valid":
        found.append(differ(name, "/result", "valid", state, check.n))
    return found
