"""catalog/statistics: published numbers equal counted ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure, of_breaches
from conformance.checks.shared import Catalog, at, schema, steady
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Session

_RATE = 0.00005


@decides("CAT-043")
def test_statistics_equal_the_list(run: Session, catalog: Catalog) -> None:
    """The totals by provider, share type and theme, and the binding rate, equal those counted from the list."""
    answer = run.node.get("/catalog/statistics").expect(200)
    breaches = schema(run, "statistics").breaches("statistics", answer.object)
    if breaches:
        raise of_breaches(breaches, len(breaches), {"statistics": answer.n}, 1)
    due, came = counted(catalog), answer.object
    wrong = [
        differ("statistics", f"/{name}/{key}", at(came, name, key), due[name].get(key), answer.n)
        for name in ("byProvider", "byShareType", "byTheme", "binding")
        for key in sorted({*due[name], *(key for key in came[name] if name != "binding")})
        if not same(at(came, name, key), due[name].get(key))
    ]
    wrong += (
        [differ("statistics", "/total", came["total"], due["total"], answer.n)] if came["total"] != due["total"] else []
    )
    if wrong:
        steady(run, catalog)
        raise failure(
            Text(f"{len(wrong)} 个统计数与目录清单不符", f"{len(wrong)} numbers differ from those counted"),
            Text("与清单实际条数一致", "the numbers counted from the list"),
            (*catalog.walk.pages[:1], answer.n),
            samples=wrong,
        )


def same(came: Any, due: Any) -> bool:
    """Compare numbers; a rate as far as four digits tell."""
    return came == due or (isinstance(due, float) and isinstance(came, int | float) and abs(came - due) < _RATE)


def counted(catalog: Catalog) -> dict[str, Any]:
    """Return the statistics as counted from the list."""
    entries = catalog.entries
    bound = sum(bool(one.get("bindings")) for one in catalog.shared)
    return {
        "total": len(entries),
        "byProvider": Counter(str(at(one, "provider", "uscc")) for one in entries),
        "byShareType": Counter(str(at(one, "share", "type")) for one in entries),
        "byTheme": Counter(str(one.get("theme")) for one in entries),
        "binding": {"listed": len(catalog.shared), "bound": bound, "rate": bound / max(1, len(catalog.shared))},
    }
