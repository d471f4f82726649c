"""interfaces/spatial: layers by OGC API Features, core and reference systems, on any server that speaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure, names
from conformance.checks.interfaces.spatial.featured import name_of, walk_features
from conformance.checks.interfaces.spatial.filtering import judge_boxes, judge_moments, temporal
from conformance.checks.interfaces.spatial.ogc import Server, fetch, layers, reach, shaped
from conformance.checks.shared import at
from conformance.judge import Untested
from conformance.node.links import GEOJSON, JSON
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.interfaces.spatial.featured import Walked
    from conformance.checks.interfaces.spatial.ogc import Collection
    from conformance.judge import Sample
    from conformance.node import Session

_CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
_GEOJSON = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson"
_SINGLES = 4
_PARTS = 4
_SAME = ("id", "itemType", "extent", "crs", "storageCrs")


@decides("API-040")
def test_landing_page_leads_to_everything(run: Session) -> None:
    """The landing page links to the conformance declaration and the collections, each of its shape."""
    found = reach(run)
    if not layers(found):
        raise Untested(Text("没有要素集合", "there is no collection of features"))


@decides("API-040")
def test_core_and_geojson_are_declared(ogc_server: Server) -> None:
    """The conformance declaration names the classes core and GeoJSON of OGC API Features."""
    absent = [one for one in (_CORE, _GEOJSON) if one not in ogc_server.conforms]
    if absent:
        raise ogc_server.declared.wrong(
            Text(f"未声明 {'、'.join(absent)}", f"not declared: {', '.join(absent)}"), Text(_CORE, _CORE)
        )


@decides("API-040")
def test_single_collection_is_the_listed_one(run: Session, ogc_server: Server) -> None:
    """Each collection has an id of its own, and read by itself it is what the list says of it."""
    ids = [one.id for one in ogc_server.collections]
    wrong: list[Sample] = []
    for one in ogc_server.collections:
        answer = shaped(run, "collection", fetch(run, one.page))
        pairs = [(name, answer.object.get(name), one.described.get(name)) for name in _SAME]
        wrong += [differ(one.id, f"/{name}", came, due, answer.n) for name, came, due in pairs if came != due]
    if len(ids) != len(set(ids)) or wrong:
        raise failure(
            Text(
                f"{len(wrong)} 处单个集合与清单不同", f"{len(wrong)} members differ between a collection and the list"
            ),
            Text("标识唯一，内容与清单一致", "unique ids, and the same in both"),
            (ogc_server.exchange,),
            samples=wrong,
        )
    answer = fetch(run, f"{ogc_server.collections[0].page.rsplit('/', 1)[0]}/no-such-{run.digits('collection', 8)}")
    answer.expect(404)


@decides("API-040")
def test_features_are_geojson_page_by_page(run: Session, ogc_features: tuple[Walked, ...]) -> None:
    """Every page is GeoJSON, counts itself right, and the pages together hold every feature once."""
    for one in ogc_features:
        if one.problem is not None:
            raise one.problem
    wrong = [sample for one in ogc_features for sample in _miscounted(one)]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 处页面有误，首个 {wrong[0].label}",
                f"{len(wrong)} faults in pages, first {wrong[0].label}",
            ),
            Text("每页如实计数，要素各出现一次", "pages that count themselves right, every feature once"),
            samples=wrong,
        )
    if not any(one.features for one in ogc_features):
        raise Untested(Text("没有任何要素", "there is no feature"))
    total = sum(len(one.features) for one in ogc_features)
    run.note(f"{len(ogc_features)} 个集合，{total} 个要素", f"{len(ogc_features)} collections, {total} features")
    if plain := {one.collection.id for one in ogc_features for answer in one.pages if answer.media_type == JSON}:
        run.note(f"{len(plain)} 个集合的要素标为 {JSON}", f"the features of {len(plain)} collections are called {JSON}")


def _miscounted(one: Walked) -> list[Sample]:
    """Pages of another media type or count, and features that come twice or not at all."""
    name, wrong = one.collection.id, []
    for answer in one.pages:
        told, count = at(answer.object, "numberReturned"), len(answer.object["features"])
        wrong += [differ(name, "/numberReturned", told, count, answer.n)] if told not in {None, count} else []
        if answer.media_type not in {GEOJSON, JSON}:
            wrong.append(differ(name, "content-type", answer.media_type, GEOJSON, answer.n))
    ids = [name_of(each) for each in one.features]
    if len(ids) != len(set(ids)):
        twice = next(each for each in ids if ids.count(each) > 1)
        wrong.append(differ(name, "/features/id", f"{twice} ×{ids.count(twice)}", "1", one.exchange_of[twice]))
    told = at(one.pages[0].object, "numberMatched") if one.pages else None
    if one.whole and told not in {None, len(ids)}:
        wrong.append(differ(name, "/numberMatched", told, len(ids), one.pages[0].n))
    return wrong


@decides("API-040")
def test_other_page_size_gives_the_same_sequence(run: Session, ogc_features: tuple[Walked, ...]) -> None:
    """A smaller page size walks to the same features in the same order."""
    compared = 0
    for one in (each for each in ogc_features if each.problem is None and len(each.features) > 1):
        size = max(1, -(-len(one.features) // _PARTS))
        again = walk_features(run, one.collection, page=size, most=len(one.features))
        if again.problem is not None:
            raise again.problem
        before, after = ([name_of(each) for each in every.features] for every in (one, again))
        if before != after[: len(before)]:
            raise failure(
                Text(
                    f"{one.collection.id} 每页 {size} 个时得到另一序列（{len(after)} 个）",
                    f"{one.collection.id}: pages of {size} give another sequence ({len(after)} features)",
                ),
                Text(f"同样的 {len(before)} 个要素", f"the same {len(before)} features"),
                [answer.n for answer in (*one.pages[:2], *again.pages)],
            )
        compared += 1
    if not compared:
        raise Untested(Text("没有集合有两个以上的要素", "no collection has more than one feature"))


@decides("API-040")
def test_single_feature_is_the_listed_one(run: Session, ogc_features: tuple[Walked, ...]) -> None:
    """A feature read by its id is the one that the collection lists; an unknown id is not found."""
    wrong: list[Sample] = []
    read = 0
    for one in ogc_features:
        chosen = run.rng(f"features/{one.collection.id}").sample(sorted(one.by_id), min(_SINGLES, len(one.by_id)))
        for name in chosen:
            wrong += _unlike(run, one.collection, name, one.by_id[name])
            read += 1
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 处单个要素与列表不同：{names([each.label for each in wrong])}",
                f"{len(wrong)} members differ between single features and the list: {names([e.label for e in wrong])}",
            ),
            Text("单个要素与列表中一致", "the same feature in both"),
            samples=wrong,
        )
    if not read:
        raise Untested(Text("没有任何带标识的要素", "there is no feature with an id"))
    fetch(run, ogc_features[0].collection.item(f"no-such-{run.digits('feature', 8)}"), media=GEOJSON).expect(404)


def _unlike(run: Session, collection: Collection, name: str, listed: dict[str, Any]) -> list[Sample]:
    answer = shaped(run, "feature", fetch(run, collection.item(name), media=GEOJSON))
    return [
        differ(name, f"/{member}", answer.object.get(member), listed.get(member), answer.n)
        for member in ("type", "id", "geometry", "properties")
        if answer.object.get(member) != listed.get(member)
    ]


@decides("API-068")
def test_boxes_find_what_they_touch(run: Session, ogc_server: Server, ogc_layers: tuple[Walked, ...]) -> None:
    """A box finds the features that have a point in common with it, all of them and no other, in each axis order."""
    judge_boxes(run, ogc_server, ogc_layers)


@decides("API-068")
def test_intervals_find_what_they_hold(run: Session, ogc_layers: tuple[Walked, ...]) -> None:
    """An instant or interval finds the features of that time, its ends included, and those that have no time."""
    judge_moments(run, ogc_layers)


@decides("API-068")
def test_limit_bounds_each_page(run: Session, ogc_layers: tuple[Walked, ...]) -> None:
    """A page holds no more features than its limit, and some where there are any; so do the pages that follow."""
    wrong: list[Sample] = []
    for one in ogc_layers:
        for limit in {1, min(3, len(one.features))}:
            again = walk_features(run, one.collection, page=limit, most=2 * limit)
            counts = [(len(answer.object["features"]), answer.n) for answer in again.pages]
            name = f"{one.collection.id} limit={limit}"
            wrong += [
                differ(name, "/features", count, f"1..{limit}", n) for count, n in counts if not 1 <= count <= limit
            ]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 页超出 limit：{wrong[0].label}", f"{len(wrong)} pages break the limit: {wrong[0].label}"
            ),
            Text("要素数不超过 limit", "no more features than limit"),
            samples=wrong,
        )


@decides("API-068")
def test_bad_filters_are_refused(run: Session, ogc_layers: tuple[Walked, ...]) -> None:
    """A box of three numbers, a limit that is no number, and a day that is none where days count are refused."""
    collection = next((one.collection for one in ogc_layers if temporal(one.collection)), ogc_layers[0].collection)
    fetch(run, collection.items, {"limit": 1}, GEOJSON).expect(200)
    bad = [{"bbox": "1,2,3"}, {"limit": "many"}, *([{"datetime": "not-a-date"}] if temporal(collection) else [])]
    answers = [(one, fetch(run, collection.items, one, GEOJSON)) for one in bad]
    wrong = [
        differ(f"{next(iter(one))}={next(iter(one.values()))}", "status", answer.status, 400, answer.n)
        for one, answer in answers
        if answer.status != 400
    ]
    if wrong:
        raise failure(
            Text(
                f"未拒绝 {names([one.label for one in wrong])}", f"not refused: {names([one.label for one in wrong])}"
            ),
            Text("状态 400", "status 400"),
            samples=wrong,
        )
