"""Electronic certificates: those in the rows, and what the node answers when it is asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.bulk.judging import pools
from conformance.checks.data.served import counts
from conformance.checks.data.standing import Standings
from conformance.checks.shared import at, words
from conformance.checks.walking import pages
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.data.described import Bench
    from conformance.checks.resources import Resources
    from conformance.node import Answer, Session

DATASET = "e-certificate"
_CAUSE = "一致性测试：核验证照状态"
_PAGE = 500


@dataclass(frozen=True)
class Known:
    """A certificate as a row of the node has it."""

    id: str
    state: str
    ends: str

    def invalid(self, today: str) -> bool:
        """Whether it is revoked or past its validity."""
        return self.state in {"revoked", "expired"} or bool(self.ends and self.ends < today)


@dataclass(frozen=True)
class Certificates:
    """What was asked, and what came.

    Attributes:
        rows: how many rows were read.
        invalid: revoked and expired certificates with the answers to their query and verification.
        valid: certificates in force with the answer to their query.
        answered: the certificates of all answers, judged as rows of the dataset.
    """

    rows: int
    invalid: tuple[tuple[Known, Answer, Answer], ...]
    valid: tuple[tuple[Known, Answer], ...]
    answered: Standings


def known_certificates(run: Session, resources: Resources) -> list[Known]:
    """Read the rows of the certificates that the node shares.

    Raises:
        Untested: it shares none that the reader may read.
    """
    found: list[Known] = []
    most = int(run.param("data.rows-when-doubtful"))
    for one in resources.readable:
        if one.dataset == DATASET and len(found) < most:
            for page in pages(run.node, f"/data/{one.code}", {"limit": min(_PAGE, most)}):
                found += [
                    Known(words(row, "zzbs"), words(row, "zzzt"), words(row, "yxqz"))
                    for row in page.object["items"]
                    if words(row, "zzbs")
                ]
                if len(found) >= most:
                    break
    if not found:
        raise Untested(Text("没有可读的电子证照数据", "there are no rows of certificates to read"))
    return found


def ask_for(run: Session, bench: Bench, known: Sequence[Known]) -> Certificates:
    """Query certificates by their identifier: revoked and expired ones, and some that are in force.

    Raises:
        Untested: the mode does not allow the question.
    """
    today, most = run.today.isoformat(), int(run.param("data.queried-certificates"))
    draw = run.rng("certificates")
    bad = [one for one in known if one.invalid(today)]
    good = [one for one in known if one.state == "valid" and not one.invalid(today)]
    chosen = [(draw.sample(some, min(most, len(some)))) for some in (bad, good)]
    invalid = tuple((one, _query(run, one.id), _verify(run, one.id)) for one in chosen[0])
    valid = tuple((one, _query(run, one.id)) for one in chosen[1])
    answers = [answer for _, answer, _ in invalid] + [answer for _, answer in valid]
    return Certificates(len(known), invalid, valid, _judged(bench, answers))


def _query(run: Session, name: str) -> Answer:
    return run.node.post("/certificates/query", {"certificateId": name, "useCause": _CAUSE})


def _verify(run: Session, name: str) -> Answer:
    return run.node.post("/certificates/verify", {"certificateId": name, "useCause": _CAUSE})


def items(answer: Answer) -> list[dict[str, Any]]:
    """Return the certificates of an answer; none where the node does not give any."""
    if answer.status == 404:
        return []
    return [one for one in answer.expect(200).member("items", list) if isinstance(one, dict)]


def _judged(bench: Bench, answers: Sequence[Answer]) -> Standings:
    standings = Standings()
    plan = bench.plan_of(bench.run.law.data.datasets[DATASET])
    rows = [(answer.n, [_row(one) for one in items(answer)]) for answer in answers]
    asked = Text(f"POST /certificates/query {len(answers)} 次", f"POST /certificates/query, {len(answers)} times")
    numbers = tuple(number for number, found in rows if found)
    standings.take("/certificates/query", pools(counts(plan, rows)), asked, numbers)
    return standings


def _row(one: dict[str, Any]) -> dict[str, Any]:
    """Return a certificate of an answer as a row of the dataset."""
    return {
        "zzbs": one.get("certificateId"),
        "zzmc": one.get("name"),
        "zzlxdm": one.get("typeCode"),
        "zzlxmc": one.get("typeName"),
        "zzbh": one.get("number"),
        "bzjg": at(one, "issuer", "name"),
        "bzjgdm": at(one, "issuer", "uscc"),
        "bzrq": one.get("issued"),
        "yxqq": one.get("validFrom"),
        "yxqz": one.get("validTo"),
        "czzt": at(one, "holder", "name"),
        "czztdm": at(one, "holder", "code"),
        "czztdmlxdm": at(one, "holder", "codeType"),
        "zzzt": one.get("status"),
    }
