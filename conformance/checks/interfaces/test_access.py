"""interfaces/access: what is read under a share request: approved items, approved rows, while the approval lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.interfaces.access import APPROVED, CONSUMER, DIVISIONS, HIDDEN, Market, open_market
from conformance.checks.interfaces.clock import at_time, borrowed_clock
from conformance.checks.interfaces.doors import Doors, rows_of
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.checks.desk import Desk
    from conformance.checks.shared import Catalog
    from conformance.judge import Sample
    from conformance.node import Answer

_PAGE = 4
_ABSENT = frozenset({404, 405, 501})


@decides("API-027", writes=True)
def test_only_approved_items_come(desk: Desk, catalog: Catalog) -> None:
    """A consumer gets the items approved in its request, on every page and by every door, and no other."""
    market = open_market(desk, catalog, "items")
    doors = market.doors(market.agree(items=APPROVED))
    pages = doors.walk(_PAGE)
    _hold_good(market, [row for page in pages for row in rows_of(page)], APPROVED, pages)
    wrong = [sample for door, answer in _item_doors(doors, pages) for sample in _too_much(market, door, answer)]
    if wrong:
        raise failure(
            Text(f"返回了未获批的信息项：{wrong[0].label}", f"items that were not approved come: {wrong[0].label}"),
            Text(f"只含获批的 {'、'.join(APPROVED)}", f"the approved {', '.join(APPROVED)} alone"),
            samples=wrong,
        )


def _item_doors(doors: Doors, pages: list[Answer]) -> Iterator[tuple[str, Answer]]:
    """Ask for everything, for what was not approved, and by what was not approved."""
    yield from ((f"GET {place}", page) for place, page in enumerate(pages, 1))
    yield "GET fields", doors.get(limit=_PAGE, fields=",".join((*APPROVED, *HIDDEN)))
    yield "GET fields", doors.get(limit=_PAGE, fields=HIDDEN[0])
    row = doors.rows[-1]
    yield "POST query", doors.query(filter={"bh": row["bh"]})
    yield "POST query fields", doors.query(filter={"bh": row["bh"]}, fields=["bh", HIDDEN[0]])
    yield "POST query filter", doors.query(filter={HIDDEN[0]: row[HIDDEN[0]]})
    yield "GET changes", doors.changes(limit=500)


def _too_much(market: Market, door: str, answer: Answer) -> list[Sample]:
    """Return the items in an answer that were not approved, or the rows that were found by one."""
    if answer.status != 200:
        return []
    rows = rows_of(answer)
    if "filter" in door and rows:
        return [differ(door, "/filter", len(rows), 0, answer.n)]
    more = sorted({name for row in rows for name in row.keys() - set(APPROVED)})
    text = answer.body.decode("utf-8", "replace")
    if more or any(row[name] in text for row in market.rows for name in HIDDEN):
        return [differ(door, "/items", more or list(HIDDEN), list(APPROVED), answer.n)]
    return []


def _hold_good(market: Market, rows: list[dict[str, Any]], names: Iterable[str], pages: list[Answer]) -> None:
    """See that the consumer gets what was approved: with nothing to see nothing could be too much."""
    due = {row["bh"]: {name: row[name] for name in names} for row in market.rows}
    came = {str(row.get("bh")): {name: row.get(name) for name in names} for row in rows}
    if due != came:
        numbers = [page.n for page in pages]
        same = sum(came.get(key) == row for key, row in due.items())
        raise failure(
            Text(
                f"使用方读到 {len(came)} 行，{same} 行与提供方一致",
                f"{len(came)} rows, {same} as provided",
            ),
            Text(f"获批的 {len(due)} 行，取值与提供方一致", f"the {len(due)} approved rows, as provided"),
            (market.number, *numbers),
        )


@decides("API-057", writes=True)
def test_only_rows_of_the_approved_scope_come(desk: Desk, catalog: Catalog) -> None:
    """A consumer gets the rows of the approved divisions and no other, whatever it asks for."""
    market = open_market(desk, catalog, "scope")
    scope = DIVISIONS[:1]
    within = [row for row in market.rows if row["qhdm"] in scope]
    doors = market.doors(market.agree(scope=scope))
    inner = Market(market.run, market.code, tuple(within), market.number)
    pages = doors.walk(2)
    outside = [row for row in market.rows if row not in within]
    wrong = [
        sample
        for door, answer in _scope_doors(doors, pages, outside)
        for sample in _beyond(door, answer, [str(row["mc"]) for row in outside])
    ]
    if wrong:
        raise failure(
            Text(f"返回了获批范围以外的行：{wrong[0].label}", f"rows outside the scope come: {wrong[0].label}"),
            Text(f"只含区划 {scope[0]} 的行", f"rows of division {scope[0]} alone"),
            samples=wrong,
        )
    _hold_good(inner, [row for page in pages for row in rows_of(page)], ("bh", "mc", "qhdm"), pages)


def _scope_doors(doors: Doors, pages: list[Answer], outside: list[dict[str, Any]]) -> Iterator[tuple[str, Answer]]:
    """Ask for everything, and for what lies outside."""
    yield from ((f"GET {place}", page) for place, page in enumerate(pages, 1))
    yield from ((f"GET division={one}", doors.get(division=one, limit=100)) for one in DIVISIONS[1:])
    yield from ((f"POST query qhdm={row['qhdm']}", doors.query(filter={"qhdm": row["qhdm"]})) for row in outside[:2])
    yield "POST query", doors.query(filter={"bh": outside[-1]["bh"]})
    yield "GET changes", doors.changes(limit=500)
    yield "POST verify", doors.verify(bh=outside[0]["bh"], mc=outside[0]["mc"])


def _beyond(door: str, answer: Answer, names: list[str]) -> list[Sample]:
    """Return what an answer shows of rows outside the scope."""
    if answer.status != 200:
        return []
    if door == "POST verify":
        result = answer.object.get("result")
        return [differ(door, "/result", result, "no-record", answer.n)] if result != "no-record" else []
    text = answer.body.decode("utf-8", "replace")
    seen = [one for one in names if one in text]
    return [differ(door, "/items", len(seen), 0, answer.n)] if seen else []


@decides("API-028", writes=True)
def test_access_waits_for_approval(desk: Desk, catalog: Catalog) -> None:
    """Before a request is approved and after it is refused every door answers 403 and shows nothing."""
    market = open_market(desk, catalog, "approval")
    _hold_shut(market, None, "没有申请", "no request at all")
    refused = market.apply()
    _hold_shut(market, refused, "申请尚未提交", "the request is a draft")
    market.submit(refused)
    _hold_shut(market, refused, "申请已提交", "the request is submitted")
    market.accept(refused)
    _hold_shut(market, refused, "申请正在审核", "the request is in review")
    reason = {"reasonCode": "conditions-not-met", "reason": "一致性测试"}
    market.step(refused, "reject", "head", reason)
    _hold_shut(market, refused, "申请已被拒绝", "the request is refused")
    _hold_open(market, market.agree())
    _hold_shut(market, refused, "另一申请已获批，该申请已被拒绝", "another is approved, this is refused", named=True)


def _hold_shut(market: Market, request: str | None, zh: str, en: str, *, named: bool = False) -> None:
    """Try every door, naming the request and not naming it."""
    open_ = market.doors(request).open_ones() if request else []
    open_ += [] if named else market.doors().open_ones()
    if open_:
        doors = "、".join(dict.fromkeys(one.label for one in open_))
        raise failure(
            Text(f"{zh}，仍可访问：{doors}", f"{en}, and yet access is given: {doors}"),
            Text("每种访问方式均得到 403，且不含数据", "403 by every door, without data"),
            samples=open_,
        )


def _hold_open(market: Market, request: str) -> None:
    """See that the request in force lets the consumer in: else a refusal would tell nothing."""
    doors = market.doors(request)
    rows_of(doors.get(limit=2))
    doors.probe().expect(200)


@decides("API-058", writes=True)
def test_access_ends_with_the_approved_duration(desk: Desk, catalog: Catalog) -> None:
    """The data can be read until the end of the last approved day, and not a minute longer."""
    market = open_market(desk, catalog, "duration")
    run = market.run
    first, last = run.today, run.today + timedelta(days=9)
    request = market.agree(period={"start": first.isoformat(), "end": last.isoformat()})
    _hold_open(market, request)
    cursor = market.doors(request).get(limit=2).object.get("next")
    with borrowed_clock(run, CONSUMER, "head") as move:
        move(at_time(last, 23, 58))
        _hold_open(market, request)
        move(at_time(last + timedelta(days=1), 0, 2))
        _hold_shut(market, request, f"使用时限 {last} 已过", f"the duration ended on {last}")
        _hold_page_shut(market, request, cursor)
    _hold_open(market, request)


def _hold_page_shut(market: Market, request: str, cursor: Any) -> None:
    """See that a page that was promised before is refused as well."""
    doors = market.doors(request)
    wrong = doors.not_refused("GET", doors.get(limit=2, cursor=cursor))
    if wrong and wrong[0].came.zh != "410":
        raise failure(
            Text("此前取得的游标仍可读取下一页", "a cursor from before still gives the next page"),
            Text("403，不含数据", "403 without data"),
            samples=wrong,
        )


@decides("API-059", writes=True)
def test_suspended_and_terminated_shares_are_shut(desk: Desk, catalog: Catalog) -> None:
    """A share that is suspended or terminated is shut at once by every door, and open again when it is resumed."""
    market = open_market(desk, catalog, "suspension")
    request = market.agree()
    _hold_open(market, request)
    cursor = market.doors(request).get(limit=2).object.get("next")
    by = (market.run.today + timedelta(days=10)).isoformat()
    market.step(request, "suspend", "head", {"reason": "一致性测试", "rectifyBy": by})
    _hold_shut(market, request, "共享权限已暂停", "the share is suspended")
    _hold_page_shut(market, request, cursor)
    market.step(request, "rectify", CONSUMER, {"report": "一致性测试"})
    _hold_shut(market, request, "已报告整改但尚未恢复", "rectified, but not resumed")
    market.step(request, "resume", "head")
    _hold_open(market, request)
    paper = {"ref": "一致性测试", "date": market.run.today.isoformat()}
    ground = {"ground": "agreed-with-requester", "reason": "一致性测试", "consultation": paper, "filing": paper}
    market.step(request, "terminate", "head", ground)
    _hold_shut(market, request, "共享已终止", "the share is terminated")
    _hold_page_shut(market, request, cursor)
