"""The gate of a server of spatial layers: what it lists it also gives, and what does not exist it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from conformance.judge import Decision, Untested
from conformance.node.layered import CLASS, layers_only
from conformance.node.links import ACCEPT, GEOJSON, JSON, linked
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.node.answer import Answer
    from conformance.node.session import Session

_EMPTY = Text("没有任何要素，没有可供判断的内容", "There is no feature: nothing to judge")


def closed_for(session: Session, class_id: str) -> Text | None:
    """Return why the gate of a server of layers does not open for a class, None where it does."""
    if not layers_only(session.claims) or class_id == CLASS:
        return None
    return Text(
        "节点只声明空间服务，其对照只证明空间服务可信",
        "The node claims spatial layers alone: its controls speak for these alone",
    )


def liveness(session: Session) -> Text | None:
    """See that a collection and a feature of the lists are given by themselves; return what stands against it."""
    try:
        for listed, one in _collections(session):
            items = linked(listed, "items", one.get("links"))
            page = _get(session, items, {"limit": 1}, GEOJSON).expect(200) if items else None
            for feature in page.member("features", list) if page else ():
                return _agrees(session, _below(str(items), feature.get("id")), feature)
    except Decision as decision:
        return Text("图层不可读：{why}", "The layers cannot be read: {why}").fill(why=decision.reason)
    except (AttributeError, TypeError):
        return Text("图层不可读：结构不对", "The layers cannot be read: malformed documents")
    return _EMPTY


def _agrees(session: Session, address: str, feature: Mapping[str, Any]) -> Text | None:
    single = _get(session, address, None, GEOJSON).expect(200)
    if single.object.get("id") == feature.get("id") and single.object.get("type") == "Feature":
        return None
    name = str(feature.get("id"))
    return Text(f"单个要素 {name} 与列表不一致", f"The single feature {name} differs from the list")


def _collections(session: Session) -> list[tuple[Answer, dict[str, Any]]]:
    landing = _get(session, session.node.profile.access.ogc).expect(200)
    data = linked(landing, "data")
    if data is None:
        raise landing.wrong(Text("没有 rel=data 的链接", "no link with rel=data"), Text("rel=data", "rel=data"))
    listed = _get(session, data).expect(200)
    return [(listed, one) for one in listed.member("collections", list) if isinstance(one, dict)]


def _first(session: Session) -> str:
    """Return the address of the features of the first collection.

    Raises:
        Untested: there is none.
    """
    for listed, one in _collections(session):
        if found := linked(listed, "items", one.get("links")):
            return found
    raise Untested(_EMPTY)


def _get(session: Session, url: str, params: Mapping[str, Any] | None = None, media: str = JSON) -> Answer:
    role = "reader" if session.node.has("reader") else None
    return session.node.get(url, params=params, headers={"accept": ACCEPT[media]}, role=role)


def _below(url: str, name: object) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(str(name), safe='')}"))


def _nowhere(session: Session) -> Answer:
    landing = session.node.profile.access.ogc.rstrip("/")
    return _get(session, f"{landing}/collections/no-such-{session.digits('control', 6)}")


#: Known-bad requests, and the statuses by which a server refuses them.
CONTROLS: tuple[tuple[str, Text, Callable[[Session], Answer], frozenset[int]], ...] = (
    (
        "unknown-collection",
        Text("请求不存在的集合", "asks for a collection that does not exist"),
        _nowhere,
        frozenset({404}),
    ),
    (
        "unknown-feature",
        Text("请求不存在的要素", "asks for a feature that does not exist"),
        lambda run: _get(run, _below(_first(run), f"no-such-{run.digits('control', 6)}"), None, GEOJSON),
        frozenset({400, 404, 410}),
    ),
    (
        "bad-box",
        Text("使用三个数的 bbox", "filters by a box of three numbers"),
        lambda run: _get(run, _first(run), {"bbox": "1,2,3"}, GEOJSON),
        frozenset({400, 422}),
    ),
    (
        "unknown-path",
        Text("请求不存在的路径", "asks for a path that does not exist"),
        lambda run: _get(run, f"/no-such-path-{run.digits('control', 6)}"),
        frozenset({400, 404, 405, 501}),
    ),
)
