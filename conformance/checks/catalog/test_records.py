"""catalog/records: the catalog as OGC API Records (OGC 20-004r1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure, of_breaches
from conformance.checks.shared import Catalog, at, schema, words
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.judge import Sample
    from conformance.node import Answer, Session
    from conformance.rules import Breach

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
    breaches = _malformed(run, features)
    if breaches:
        numbers = dict.fromkeys((one.label for one in breaches), answer.n)
        raise of_breaches(breaches, len(breaches), numbers, len(features))
    wrong = _unlike(features, answer, catalog)
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


def _malformed(run: Session, features: list[Any]) -> list[Breach]:
    rules = schema(run, "record")
    return [breach for one in features for breach in rules.breaches(words(one, "id") or "?", one)]


def _unlike(features: list[Any], answer: Answer, catalog: Catalog) -> list[Sample]:
    """Records whose title is not that of their entry, and an announced number that is not the catalog's."""
    pairs = [(one["id"], one["properties"]["title"], _code(one["id"])) for one in features]
    wrong = [
        differ(name, "/properties/title", title, words(catalog.by_code.get(code), "title"), answer.n)
        for name, title, code in pairs
        if words(catalog.by_code.get(code), "title") != title
    ]
    for name, due in (("numberMatched", len(catalog.entries)), ("numberReturned", len(features))):
        told = at(answer.object, name)
        wrong += [] if told in {None, due} else [differ("items", f"/{name}", told, due, answer.n)]
    return wrong


def _code(record: str) -> str:
    return record.replace(":", "/", 1)
