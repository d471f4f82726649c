"""A server of OGC API Features, whoever made it: every path is found by following links from its landing page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from conformance.checks.finding import of_breaches
from conformance.checks.shared import schema_data, words
from conformance.node.links import ACCEPT, JSON, linked
from conformance.rules import SchemaRules
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.node import Answer, Session


@dataclass(frozen=True)
class Collection:
    """One collection as the list of collections describes it.

    Attributes:
        items: address of its features.
        page: address of the collection itself.
        exchange: the exchange that listed it.
    """

    id: str
    described: dict[str, Any]
    items: str
    page: str
    exchange: int

    @property
    def is_layer(self) -> bool:
        """Whether it holds features, not records."""
        return words(self.described, "itemType") in {"feature", ""}

    def item(self, feature: object) -> str:
        """Return the address of one of its features."""
        parts = urlsplit(self.items)
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(str(feature), safe='')}"))


@dataclass(frozen=True)
class Server:
    """What the landing page leads to.

    Attributes:
        conforms: URIs of conformance classes that it declares.
        declared: the exchange that brought them.
        exchange: the exchange that listed the collections.
    """

    conforms: frozenset[str]
    declared: Answer
    collections: tuple[Collection, ...]
    exchange: int


def reach(run: Session) -> Server:
    """Follow the links of the landing page to the conformance declaration and the collections.

    Raises:
        Failed: a document or link is missing or malformed, or leads to another host.
    """
    landing = shaped(run, "landing", fetch(run, run.node.profile.access.ogc))
    declared = shaped(run, "conformance", fetch(run, follow(run, landing, "conformance")))
    listed = shaped(run, "collections", fetch(run, follow(run, landing, "data")))
    collections = tuple(_collection(run, listed, one) for one in listed.member("collections", list))
    return Server(frozenset(declared.object["conformsTo"]), declared, collections, listed.n)


def fetch(run: Session, url: str, params: Mapping[str, Any] | None = None, media: str = JSON) -> Answer:
    """GET an address as JSON, as a reader where the node knows one; any status."""
    role = "reader" if run.node.has("reader") else None
    return run.node.get(url, params=params, headers={"accept": ACCEPT[media]}, role=role)


def shaped(run: Session, name: str, answer: Answer) -> Answer:
    """Return an answer of status 200 whose document has the shape that the law gives it.

    Args:
        run: the run.
        name: of the shape: landing, conformance, collections, collection, items or feature.
        answer: what came.

    Raises:
        Failed: another status, or another shape.
    """
    answer.expect(200)
    breaches = _rules(run, name).breaches(name, answer.object)
    if breaches:
        raise of_breaches(breaches, len(breaches), {name: answer.n}, 1)
    return answer


def _rules(run: Session, name: str) -> SchemaRules:
    defined = schema_data(run, "interfaces/features")["$defs"]
    return SchemaRules({"$defs": defined, "allOf": [{"x-requirement": "API-040", "$ref": f"#/$defs/{name}"}]})


def follow(run: Session, answer: Answer, rel: str, links: Any = None) -> str:
    """Return the address that a link leads to, JSON before other forms and never HTML.

    Raises:
        Failed: there is no such link, or it leads to another host.
    """
    found = linked(answer, rel, links)
    if found is None:
        raise answer.wrong(
            Text(f"没有 rel={rel} 的 JSON 链接", f"no link to JSON with rel={rel}"),
            Text(f"rel={rel} 的链接", f"a link with rel={rel}"),
        )
    if not run.node.within(found):
        raise answer.wrong(
            Text(f"rel={rel} 指向其他主机：{found}", f"rel={rel} leads to another host: {found}"),
            Text(f"指向 {run.node.profile.url}", f"an address at {run.node.profile.url}"),
        )
    return found


def _collection(run: Session, listed: Answer, one: dict[str, Any]) -> Collection:
    """Read one collection; its own address is the link `self`, or lies below the list."""
    items = follow(run, listed, "items", one["links"])
    own = linked(listed, "self", one["links"])
    parts = urlsplit(listed.exchange.url)
    below = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(one['id'], safe='')}", query=""))
    return Collection(one["id"], one, items, own if own and run.node.within(own) else below, listed.n)


def layers(server: Server) -> Sequence[Collection]:
    """Return the collections of features."""
    return [one for one in server.collections if one.is_layer]
