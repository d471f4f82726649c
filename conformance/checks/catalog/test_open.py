"""catalog/open: the open catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import failure, missing, names, of_breaches
from conformance.checks.shared import Catalog, at, steady, words
from conformance.checks.walking import walk
from conformance.judge import Inapplicable
from conformance.rules import OpenCatalog
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Session


@decides("CAT-042")
def test_open_catalog_is_the_open_part(run: Session, catalog: Catalog) -> None:
    """The open catalog is a part of the catalog, and holds no entry that is not open."""
    found = walk(run.node, "/catalog/open", {"limit": run.param("run.page-size")}, role=None)
    judge = OpenCatalog()
    for entry in catalog.entries:
        judge.publish(entry)
    pairs = [(words(one, "code"), one) for one in found.items]
    breaches = [breach for label, entry in pairs for breach in judge.judge(label, entry)]
    if breaches:
        steady(run, catalog)
        numbers = dict(zip([label for label, _ in pairs], found.exchanges, strict=True))
        raise of_breaches(breaches, len(breaches), numbers, len(pairs))
    due = {code for code, one in catalog.by_code.items() if at(one, "open", "type") in {"unconditional", "conditional"}}
    absent, _ = missing(due, {label for label, _ in pairs})
    if absent:
        steady(run, catalog)
        raise failure(
            Text(
                f"{len(absent)} 条可开放目录未列入：{names(absent)}",
                f"{len(absent)} open entries are not listed: {names(absent)}",
            ),
            Text("全部可开放目录", "every open entry"),
            found.pages,
            count=len(absent),
        )
    if not due:
        raise Inapplicable(Text("没有可开放的目录", "no entry is open"))
