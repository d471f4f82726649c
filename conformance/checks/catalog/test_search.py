"""catalog/search: filters mean what they say, alone and together, page by page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.checks import decides
from conformance.checks.finding import differ, failure, missing
from conformance.checks.holding import holds
from conformance.checks.shared import Catalog, at, steady, words
from conformance.checks.walking import walk
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.desk import Desk
    from conformance.node import Session

_PAGES = 6
_SHARE = ("unconditional", "conditional", "not-shared")  # other words are CAT-017's
_WIDE = {"shareType", "modifiedSince"}  # alone they find most of the catalog


@decides("CAT-046")
def test_search_is_right_and_complete(run: Session, catalog: Catalog) -> None:
    """Any combination of filters and page size gives exactly the entries that satisfy it, each once."""
    entries = sorted(catalog.by_code.values(), key=lambda one: str(one["code"]))
    if not entries:
        raise Untested(Text("目录为空，没有可检索的内容", "the catalog is empty: there is nothing to search for"))
    rows = [_row(one) for one in entries]

    def right_and_complete(example: tuple[dict[str, Any], int]) -> None:
        filters, pages = example
        since = _moment(filters.get("modifiedSince"))
        due = [one.code for one in rows if one.satisfies(filters, since)]
        limit = min(500, max(1, -(-len(due) // pages)))
        found = walk(run.node, "/catalog/resources", {**filters, "limit": limit})
        came = [str(at(one, "code")) for one in found.items]
        if sorted(came) == due and found.total == len(due):
            return
        steady(run, catalog)
        absent, extra = missing(due, came)
        samples = [differ(one, "", None, filters, found.pages[0]) for one in absent]
        samples += [differ(one, "", filters, None, found.pages[0]) for one in extra]
        raise failure(
            Text(
                f"检索 {filters}（每页 {limit}）得 {len(came)} 条，缺 {len(absent)}，多 {len(extra)}，"
                f"宣告 {found.total}",
                f"search {filters} ({limit} a page) gives {len(came)}: {len(absent)} missing, {len(extra)} wrong, "
                f"{found.total} announced",
            ),
            Text(f"{len(due)} 条，各一次", f"{len(due)} entries, each once"),
            found.pages,
            samples=samples,
        )

    for filters in _each_alone(rows):
        right_and_complete((filters, 2))
    holds(run, "search", st.tuples(_filters(entries), st.integers(1, _PAGES)), right_and_complete)


@decides("CAT-046", writes=True)
def test_search_finds_what_was_published(desk: Desk) -> None:
    """An entry that was published is found by its name, and by its provider together with it."""
    entry = desk.entry("searched")
    code = desk.publish("searched")
    for filters in ({"q": entry["title"]}, {"q": entry["title"][-8:], "provider": at(entry, "provider", "uscc")}):
        found = walk(desk.run.node, "/catalog/resources", {**filters, "limit": 100})
        if [at(one, "code") for one in found.items] != [code]:
            raise failure(
                Text(f"检索 {filters} 得 {len(found.items)} 条", f"search {filters} gives {len(found.items)} entries"),
                Text(f"唯一的 {code}", f"{code} alone"),
                found.pages,
            )


def _each_alone(rows: list[_Row]) -> Iterator[dict[str, Any]]:
    """Every filter by itself, with the value that finds least; chance alone might leave one out."""
    for name, values in (
        ("provider", [one.provider for one in rows]),
        ("shareType", [one.share for one in rows if one.share in _SHARE]),
        ("theme", [one.theme for one in rows]),
    ):
        known = Counter(value for value in values if isinstance(value, str))
        if known:
            yield {name: min(known, key=lambda value: (known[value], value))}
    newest = max(rows, key=lambda one: one.modified, default=None)
    if newest is not None:
        yield {"q": newest.title[:4]}
        yield {"modifiedSince": newest.stamp}


def _filters(entries: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw filters from one listed entry, so that most of them find something."""
    fields = ("q", "provider", "shareType", "theme", "modifiedSince")

    def pick(index: int, names: set[str], start: int, length: int) -> dict[str, Any]:
        entry = entries[index]
        names = names if names - _WIDE else {*names, "q"}
        title = words(entry, "title")
        values = {
            "q": title[min(start, max(0, len(title) - 2)) :][:length],
            "provider": at(entry, "provider", "uscc"),
            "shareType": share if (share := at(entry, "share", "type")) in _SHARE else None,
            "theme": entry.get("theme"),
            "modifiedSince": entry.get("modified"),
        }
        return {name: values[name] for name in fields if name in names and values[name]}

    return st.builds(
        pick,
        st.integers(0, len(entries) - 1),
        st.sets(st.sampled_from(fields), min_size=1, max_size=3),
        st.integers(0, 6),
        st.integers(2, 6),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """What search looks at in an entry."""

    code: str
    title: str
    provider: Any
    share: Any
    theme: Any
    modified: float
    stamp: str

    def satisfies(self, filters: dict[str, Any], since: float) -> bool:
        return (
            filters.get("q", "") in self.title
            and filters.get("provider", self.provider) == self.provider
            and filters.get("shareType", self.share) == self.share
            and filters.get("theme", self.theme) == self.theme
            and self.modified >= since
        )


def _row(entry: dict[str, Any]) -> _Row:
    return _Row(
        entry["code"],
        words(entry, "title"),
        at(entry, "provider", "uscc"),
        at(entry, "share", "type"),
        entry.get("theme"),
        _moment(entry.get("modified")),
        words(entry, "modified"),
    )


def _moment(value: Any) -> float:
    try:
        return datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError):
        return 0.0
