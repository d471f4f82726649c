"""interfaces/access: what is used under a share request: rows per call and day, verifications, certificates."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.interfaces.access import CONSENTING, CONSUMER, Market, open_market
from conformance.checks.interfaces.certifying import CAUSE_MOST, cause_of, causes, events_of, query
from conformance.checks.interfaces.clock import at_time, borrowed_clock
from conformance.checks.interfaces.doors import Doors, rows_of
from conformance.judge import Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.checks.desk import Desk
    from conformance.checks.shared import Catalog
    from conformance.node import Answer, Session

_VERIFIED: Final = frozenset({"result", "code", "traceId"})
_WORD: Final = re.compile(r"[a-z0-9-]{1,64}([.][a-z0-9-]{1,64})*")
_CALL, _DAY = 2, 6


@decides("API-029", writes=True)
def test_verification_answers_yes_or_no(desk: Desk, catalog: Catalog) -> None:
    """A verification tells apart right, wrong and unknown values, and shows nothing of the data it compares with."""
    market = open_market(desk, catalog, "verification")
    doors = market.doors(market.agree())
    one, other, last = market.rows[0], market.rows[1], market.rows[-1]
    unknown = {"bh": market.run.digits("unknown", 9), "mc": one["mc"]}
    asked = {
        "consistent": ({**one}, {"bh": last["bh"], "sm": last["sm"]}),
        "inconsistent": ({**one, "mc": other["mc"]}, {"bh": last["bh"], "dz": "别处"}, {**one, "qhdm": "500101"}),
        "no-record": (unknown,),
    }
    told = [(due, values, doors.verify(**values).expect(200)) for due, all_ in asked.items() for values in all_]
    wrong = [sample for due, values, answer in told for sample in _too_telling(market, due, values, answer)]
    if wrong:
        raise failure(
            Text(f"核验响应不合规：{wrong[0].came.zh}", f"verifications answer otherwise: {wrong[0].came.en}"),
            Text("只含比对结果、代码和链路标识", "result, code and trace id alone"),
            samples=wrong,
        )


def _too_telling(market: Market, due: str, values: dict[str, Any], answer: Answer) -> list[Sample]:
    """Return what is wrong with the answer to a verification."""
    found = answer.object
    if more := sorted(found.keys() ^ _VERIFIED):
        return [differ(due, "", more, sorted(_VERIFIED), answer.n)]
    if found["result"] != due:
        return [differ(due, "/result", found["result"], due, answer.n)]
    if not _WORD.fullmatch(str(found["code"])):
        return [differ(due, "/code", found["code"], "verify.*", answer.n)]
    shown = answer.body.decode("utf-8", "replace") + " ".join(value for _, value in answer.exchange.headers)
    row = next((one for one in market.rows if one["bh"] == values["bh"]), {})
    leaked = [name for name, value in row.items() if name != "qhdm" and str(value) in shown]
    return [differ(due, "", leaked, [], answer.n)] if leaked else []


@decides("API-046", writes=True)
def test_a_call_brings_no_more_rows_than_approved(desk: Desk, catalog: Catalog) -> None:
    """No call brings more rows than were approved per call, whatever limit it asks for and on whatever page."""
    market = open_market(desk, catalog, "rows-per-call")
    doors = market.doors(market.agree(quota={"rowsPerCall": _CALL}))
    first = doors.get(limit=_CALL)
    if len(rows_of(first)) != _CALL:
        raise first.wrong(Text(f"{len(rows_of(first))} 行", "other rows"), Text(f"{_CALL} 行", f"{_CALL} rows"))
    cursor = first.object.get("next")
    wrong = []
    for door, answer in _greedy(doors, cursor):
        if answer.status in {400, 403}:
            continue
        if len(rows_of(answer)) > _CALL:
            wrong.append(differ(door, "/items", len(rows_of(answer)), _CALL, answer.n))
    if wrong:
        raise failure(
            Text(f"单次返回的行数超过获批上限：{wrong[0].label}", f"more rows a call than approved: {wrong[0].label}"),
            Text(f"至多 {_CALL} 行，或 400、403", f"{_CALL} rows at most, or 400 or 403"),
            samples=wrong,
        )


def _greedy(doors: Doors, cursor: Any) -> Iterator[tuple[str, Answer]]:
    """Ask for more than was approved, by every door that gives rows."""
    scope = {"qhdm": doors.rows[0]["qhdm"]}
    yield "GET", doors.get()
    yield "GET limit=500", doors.get(limit=500)
    yield f"GET limit={_CALL + 1}", doors.get(limit=_CALL + 1)
    yield "GET cursor", doors.get(cursor=cursor)
    yield "GET cursor limit=500", doors.get(cursor=cursor, limit=500)
    yield "POST query", doors.query(filter=scope)
    yield "POST query limit=500", doors.query(filter=scope, limit=500)
    if (changes := doors.changes(limit=500)).status != 404:
        yield "GET changes limit=500", changes


@decides("API-073", writes=True)
def test_the_quota_of_a_day_is_kept(desk: Desk, catalog: Catalog) -> None:
    """Whoever of the department asks, by whatever door and connection, gets no more rows a day than approved."""
    market = open_market(desk, catalog, "rows-per-day")
    request = market.agree(quota={"rowsPerCall": _CALL, "rowsPerDay": _DAY})
    doors = market.doors(request)
    with _refusals_at_once(market.run):
        brought, refused, numbers = _used_up(_attempts(market, doors, request))
    if brought > _DAY or not refused:
        raise failure(
            Text(f"当日读到 {brought} 行，拒绝 {refused} 次", f"{brought} rows in a day, {refused} refusals"),
            Text(f"至多 {_DAY} 行，之后 429 或 403", f"{_DAY} rows at most, then 429 or 403"),
            numbers,
        )
    _next_day(market, doors)


@contextmanager
def _refusals_at_once(run: Session) -> Iterator[None]:
    """Take a 429 for an answer: what is used up for the day does not come back by waiting a little."""
    run.wire.yielding = False
    try:
        yield
    finally:
        run.wire.yielding = True


def _used_up(answers: Iterable[Answer]) -> tuple[int, int, list[int]]:
    """Return how many rows came, how many calls were refused, and the exchanges.

    Raises:
        Failed: a call is refused before the quota is used up.
    """
    brought, refused, numbers = 0, 0, list[int]()
    for answer in answers:
        numbers.append(answer.n)
        if answer.status not in {403, 429}:
            brought += len(rows_of(answer))
            continue
        refused += 1
        if brought < _DAY:
            raise answer.wrong(
                Text(f"读到 {brought} 行即被拒绝", f"refused after {brought} rows"),
                Text(f"当日 {_DAY} 行", f"{_DAY} rows a day"),
            )
    return brought, refused, numbers


def _attempts(market: Market, doors: Doors, request: str) -> Iterator[Answer]:
    """Ask for three times the quota: page by page, by query, with a new token, as a colleague, several at once."""
    first = doors.get(limit=_CALL)
    yield first
    row = doors.rows[0]
    yield doors.query(filter={"qhdm": row["qhdm"]}, limit=_CALL)
    yield doors.get(limit=_CALL, cursor=first.object.get("next"))
    yield doors.get(limit=_CALL)
    yield doors.query(filter={"bh": row["bh"]})
    market.run.node.authenticate(CONSUMER)
    yield doors.get(limit=_CALL)
    yield market.doors(request, CONSENTING).get(limit=_CALL)
    headers = {"share-request": request}
    paths = [f"/data/{market.code}"] * 4
    yield from market.run.node.ask_all("GET", paths, role=CONSUMER, params={"limit": _CALL}, headers=headers)


def _next_day(market: Market, doors: Doors) -> None:
    """See that the quota begins anew at midnight, where the node lets its clock be set."""
    run = market.run
    try:
        with borrowed_clock(run, CONSUMER) as move, _refusals_at_once(run):
            move(at_time(run.today + timedelta(days=1), 0, 5))
            answer = doors.get(limit=_CALL)
    except Untested:
        run.note("节点没有测试时钟，未检验次日清零", "no test clock: the next day was not tried")
        return
    if answer.status != 200:
        raise answer.wrong(
            Text(f"次日仍得到 {answer.status}", f"{answer.status} on the next day as well"),
            Text("次日零时重新计量", "the quota begins anew at midnight"),
        )


@decides("API-045", writes=True)
def test_certificate_queries_need_a_use_cause(run: Session) -> None:
    """A certificate query without a use cause, or with one over 200 characters, gets 400; with 200 it is answered."""
    for cause in causes(run):
        query(run, cause).expect(200)
    bad = {"useCause: -": None, 'useCause: ""': "", "useCause: 201": "办" * (CAUSE_MOST + 1)}
    answers = [(name, query(run, cause)) for name, cause in bad.items()]
    wrong = [differ(name, "", answer.status, 400, answer.n) for name, answer in answers if answer.status != 400]
    if wrong:
        raise failure(
            Text(
                f"用途不合规的查询未被拒绝：{wrong[0].label}",
                f"no proper cause, and yet answered: {wrong[0].label}",
            ),
            Text("400", "400"),
            samples=wrong,
        )


@decides("API-072", writes=True)
def test_use_causes_are_in_the_audit(run: Session) -> None:
    """The audit event of each certificate query holds the whole cause, also of one asked again or without a find."""
    wrong: list[Sample] = []
    for cause in (*causes(run), *causes(run)):
        answer = query(run, cause).expect(200)
        found = events_of(run, answer)
        if not any(cause_of(one) == cause for one in found):
            came = [cause_of(one) for one in found]
            wrong.append(differ("certificate.query", "/basis", came, cause, answer.n))
    if wrong:
        raise failure(
            Text("审计记录没有查询时填写的用途", "audit events lack the use cause of the query"),
            Text("每次查询的审计记录含其用途", "the use cause in the audit event of each query"),
            samples=wrong,
        )
