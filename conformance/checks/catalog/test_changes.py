"""catalog/changes: the change feed, and codes that are gone for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.checks import decides
from conformance.checks.catalog.feed import Feed, read_page
from conformance.checks.finding import differ, failure, of_breaches
from conformance.checks.holding import holds
from conformance.checks.shared import Catalog, schema, steady, words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.node import Session


@decides("CAT-033")
def test_events_have_their_form(run: Session, feed: Feed) -> None:
    """Every event names operation, code, version and time, and their numbers rise."""
    rules = schema(run, "change")
    pairs = list(zip(feed.events, feed.exchanges, strict=True))
    breaches = [breach for event, _ in pairs for breach in rules.breaches(words(event, "code"), event)]
    if breaches:
        numbers = {words(event, "code"): number for event, number in pairs}
        raise of_breaches(breaches, len(breaches), numbers, len(feed.events))
    order = [event["seq"] for event in feed.events]
    if order != sorted(set(order)):
        raise failure(
            Text("序号重复或倒退", "numbers repeat or go back"),
            Text("序号严格递增", "numbers that strictly rise"),
            feed.pages,
        )


@decides("CAT-033")
def test_replayed_changes_give_the_list(run: Session, feed: Feed, catalog: Catalog) -> None:
    """Replaying the change feed from its start gives the published list: codes, versions, digests."""
    due = {code: (one.get("version"), one.get("digest")) for code, one in catalog.by_code.items()}
    came = {code: (one.get("version"), one.get("digest")) for code, one in feed.active().items()}
    codes = [code for code in sorted({*due, *came}) if due.get(code) != came.get(code)]
    if codes:
        steady(run, catalog)
        last = feed.pages[-1]
        raise failure(
            Text(f"{len(codes)} 个代码重放结果与目录不同", f"{len(codes)} codes come out otherwise than listed"),
            Text("重放结果与目录一致", "the list, exactly"),
            (*catalog.walk.pages[:1], *feed.pages[:3]),
            samples=[
                differ(one, "/version", came.get(one), due.get(one), catalog.exchange_of.get(one, last))
                for one in codes
            ],
        )


@decides("CAT-033")
def test_feed_goes_on_from_any_token(run: Session, feed: Feed) -> None:
    """From any token and with any page size the feed goes on exactly where the token was given."""
    if not feed.events:
        raise Untested(Text("增量清单为空", "the change feed is empty"))

    def goes_on(example: tuple[int, int]) -> None:
        first, second = example
        before, head, token = read_page(run, None, first)
        answer, rest, _ = read_page(run, token, second)
        due = list(feed.events[: len(head)]), list(feed.events[len(head) : len(head) + second])
        if (head, rest) != due or len(head) != min(first, len(feed.events)):
            raise answer.wrong(
                Text(
                    f"先取 {first} 个得 {len(head)} 个，续取 {second} 个得 {len(rest)} 个，与全量不同",
                    f"{len(head)} events of {first}, then {len(rest)} of {second}: not those of the whole feed",
                ),
                Text("与全量逐一相同", "the same events as in the whole feed"),
                others=(before.n,),
            )

    sizes = st.integers(1, min(500, len(feed.events) + 1))
    holds(run, "feed-from-any-token", st.tuples(sizes, st.integers(1, 500)), goes_on)


@decides("CAT-033", writes=True)
def test_what_is_done_comes_in_the_feed(desk: Desk, feed: Feed) -> None:
    """Publishing, changing and revoking an entry adds exactly these three events, in this order."""
    run = desk.run
    token = _end(run, feed.tokens[-1][1])
    code = desk.publish("feed")
    desk.change(code, abstract="一致性测试：用于检验目录增量清单的修订摘要，内容无业务含义。")
    desk.revoke(code)
    answer, events, _ = read_page(run, token, 500)
    came_ = [one.get("op") for one in events if one.get("code") == code]
    if came_ != ["add", "change", "revoke"]:
        raise answer.wrong(
            Text(f"{code} 的事件为 {came_}", f"the events of {code} are {came_}"),
            Text("依次为 add、change、revoke", "add, change, revoke, in this order"),
        )


def _end(run: Session, token: str) -> str:
    """Follow the feed from `token` to where nothing more is to come."""
    while True:
        answer, _, token = read_page(run, token, 500)
        if answer.object.get("more") is not True:
            return token
