"""catalog/changes: the change feed, and codes that are gone for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.checks import decides
from conformance.checks.catalog.feed import Feed, read_page
from conformance.checks.catalog.shared import Catalog, schema, steady, words
from conformance.checks.finding import differ, failure, of_breaches
from conformance.checks.holding import holds
from conformance.text import Text

if TYPE_CHECKING:
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

    def goes_on(example: tuple[int, int]) -> None:
        at, limit = feed.tokens[example[0]], example[1]
        answer, came, _ = read_page(run, at[1], limit)
        due = list(feed.events[at[0] : at[0] + limit])
        if came != due:
            raise answer.wrong(
                Text(f"第 {at[0]} 个事件之后得 {len(came)} 个事件", f"{len(came)} events after event {at[0]}"),
                Text(f"{len(due)} 个事件，与全量一致", f"{len(due)} events, as in the whole feed"),
            )

    tokens = st.integers(0, len(feed.tokens) - 1)
    holds(run, "feed-from-any-token", st.tuples(tokens, st.integers(1, 500)), goes_on)
    _, empty, _ = read_page(run, None, 1)
    if empty != list(feed.events[:1]):
        raise failure(
            Text("首个事件改变", "the first event has changed"),
            Text("同一首个事件", "the same first event"),
            feed.pages[:1],
        )
