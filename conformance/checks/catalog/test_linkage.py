"""catalog/linkage: service items and source departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.catalog.shared import Catalog, hold_schema, words
from conformance.checks.finding import differ, failure, of_breaches
from conformance.checks.walking import walk
from conformance.judge import Inapplicable
from conformance.rules import RuleReport, undesignated
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Session


@decides("CAT-037")
def test_service_items_resolve(run: Session, catalog: Catalog) -> None:
    """Every service item that an entry names is in the list of service items."""
    found = walk(run.node, "/catalog/service-items", {"limit": run.param("run.page-size")})
    hold_schema(run, "CAT-037", "service-item", found, "code")
    known = {words(one, "code") for one in found.items}
    linked = [(code, one.get("serviceItems")) for code, one in catalog.by_code.items()]
    used = [(code, name) for code, items in linked for name in items or [] if name != "*"]
    if not used:
        raise Inapplicable(Text("没有目录关联事项", "no entry is linked to a service item"))
    wrong = [differ(code, "/serviceItems", name, "…", found.pages[0]) for code, name in used if name not in known]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个事项编码不在事项清单中",
                f"{len(wrong)} item codes are not in the list of service items",
            ),
            Text("事项清单中的编码或“*”", "a code of the list, or “*”"),
            samples=wrong,
        )


@decides("CAT-040")
def test_shared_elements_have_one_source(run: Session, rules: RuleReport) -> None:
    """Every data element that several departments collect has one designated source department among them."""
    found = walk(run.node, "/catalog/source-designations", {"limit": run.param("run.page-size")})
    hold_schema(run, "CAT-040", "source-designation", found, "element")
    breaches = list(undesignated(rules.shared_elements, [one for one in found.items if isinstance(one, dict)]))
    if breaches:
        numbers = dict.fromkeys((one.label for one in breaches), found.pages[0])
        raise of_breaches(breaches, len(breaches), numbers, len(rules.shared_elements))
    if not rules.shared_elements:
        raise Inapplicable(Text("没有多部门共同收集的数据元", "no element is collected by several departments"))
