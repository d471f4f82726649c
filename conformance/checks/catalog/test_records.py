"""catalog/records: the catalog as OGC API Records (OGC 20-004r1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.catalog.shared import Catalog, at, schema, words
from conformance.checks.finding import differ, failure, of_breaches
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Session

_CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
_LIMIT = 50


@decides("CAT-048")
def test_catalog_is_served_as_records(run: Session, catalog: Catalog) -> None:
    """The conformance list names record core; the collection is one of records, each equal to its entry."""
    declared = run.node.get("/ogc/conformance", role=None).expect(200)
    if _CORE not in declared.member("conformsTo", list):
        raise declared.wrong(Text("未声明 record-core", "record core is not declared"), Text(_CORE, _CORE))
    collection = run.node.get("/ogc/collections/catalog").expect(200)
    if at(collection.object, "itemType") != "record":
        raise collection.wrong(
            Text(f"itemType {at(collection.object, 'itemType')}", f"itemType {at(collection.object, 'itemType')}"),
            Text("record", "record"),
        )
    answer = run.node.get("/ogc/collections/catalog/items", params={"limit": _LIMIT}).expect(200)
    features = answer.member("features", list)
    rules = schema(run, "record")
    breaches = [breach for one in features for breach in rules.breaches(words(one, "id") or "?", one)]
    if breaches:
        raise of_breaches(
            breaches, len(breaches), dict.fromkeys((one.label for one in breaches), answer.n), len(features)
        )
    wrong = [
        differ(
            one["id"],
            "/properties/title",
            one["properties"]["title"],
            words(catalog.by_code.get(_code(one["id"])), "title"),
            answer.n,
        )
        for one in features
        if words(catalog.by_code.get(_code(one["id"])), "title") != one["properties"]["title"]
    ]
    matched = at(answer.object, "numberMatched")
    wrong += (
        []
        if matched in {None, len(catalog.entries)}
        else [differ("items", "/numberMatched", matched, len(catalog.entries), answer.n)]
    )
    if wrong or len(features) != min(_LIMIT, len(catalog.entries)):
        raise failure(
            Text(
                f"{len(features)} 条记录，{len(wrong)} 处与目录不同",
                f"{len(features)} records, {len(wrong)} unlike the catalog",
            ),
            Text("记录与目录逐条一致", "records equal to the entries"),
            (answer.n,),
            samples=wrong,
        )


def _code(record: str) -> str:
    return record.replace(":", "/", 1)
