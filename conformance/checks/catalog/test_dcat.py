"""catalog/dcat: the catalog as linked data (W3C DCAT 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.shared import Catalog, words
from conformance.judge import Sample
from conformance.text import Text

if TYPE_CHECKING:
    from rdflib import Graph

    from conformance.node import Answer, Session

_MEDIA = "application/ld+json"


@decides("CAT-047")
def test_dcat_keeps_the_shapes(run: Session, catalog: Catalog) -> None:
    """The DCAT representation keeps the shapes of the standard, and its datasets are entries of the catalog."""
    limit = int(run.param("catalog.dcat-sample"))
    answer = run.node.get("/catalog/dcat", params={"limit": limit}, headers={"accept": _MEDIA}).expect(200)
    if answer.media_type != _MEDIA:
        raise answer.wrong(Text(answer.media_type, answer.media_type), Text(_MEDIA, _MEDIA))
    graph = _graph(answer)
    problems = _validate(run, graph, answer.n)
    problems += _unlike_catalog(graph, catalog, answer.n)
    if problems:
        raise failure(
            Text(
                f"{len(problems)} 处不符：{problems[0].label} {problems[0].came.zh}",
                f"{len(problems)} problems: {problems[0].label} {problems[0].came.en}",
            ),
            Text("符合 DCAT 形状并与目录一致", "the shapes of DCAT, and the same as the catalog"),
            (answer.n,),
            samples=problems,
        )


def _graph(answer: Answer) -> Graph:
    """Parse the document; a context from elsewhere would make the check depend on another host."""
    from rdflib import Graph  # noqa: PLC0415 - a second to import, and only this check needs it

    remote = [one for one in _contexts(answer.object) if isinstance(one, str)]
    if remote:
        raise answer.wrong(
            Text(f"引用外部上下文 {remote[0]}", f"refers to the context {remote[0]}"),
            Text("文档自带 @context", "a context of its own"),
        )
    try:
        return Graph().parse(data=answer.body, format="json-ld", base=answer.exchange.url)
    except Exception as error:
        raise answer.wrong(
            Text(f"不是 JSON-LD:{error}", f"not JSON-LD: {error}"), Text("可解析的 JSON-LD", "JSON-LD that parses")
        ) from error


def _contexts(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [found for one in value for found in _contexts(one)]
    if not isinstance(value, dict):
        return []
    own = [*_flat(value.get("@context", [])), value.get("@import")]
    return [*own, *(found for one in value.values() for found in _contexts(one))]


def _flat(value: Any) -> list[Any]:
    return [found for one in value for found in _flat(one)] if isinstance(value, list) else [value]


def _validate(run: Session, graph: Graph, number: int) -> list[Sample]:
    from pyshacl import validate  # noqa: PLC0415
    from rdflib import RDF, SH  # noqa: PLC0415

    shapes = run.law.folder / "catalog" / "dcat.shacl.ttl"
    conforms, report, _ = validate(
        graph, shacl_graph=str(shapes), advanced=False, meta_shacl=False, do_owl_imports=False
    )
    if conforms:
        return []
    return [
        Sample(
            str(report.value(one, SH.focusNode))[:120],
            str(report.value(one, SH.resultPath))[:120],
            Text(*[str(report.value(one, SH.value) or "–")[:80]] * 2),
            Text(*[str(report.value(one, SH.resultMessage))[:160]] * 2),
            number,
        )
        for one in report.subjects(RDF.type, SH.ValidationResult)
    ]


def _unlike_catalog(graph: Graph, catalog: Catalog, number: int) -> list[Sample]:
    from rdflib import DCAT, DCTERMS, RDF  # noqa: PLC0415

    datasets = list(graph.subjects(RDF.type, DCAT.Dataset))
    if not datasets:
        return [differ("dcat:Catalog", "dcat:dataset", 0, min(1, len(catalog.entries)), number)]
    pairs = [(str(graph.value(one, DCTERMS.identifier)), str(graph.value(one, DCTERMS.title))) for one in datasets]
    return [
        differ(code, "dct:title", title, words(catalog.by_code.get(code), "title"), number)
        for code, title in pairs
        if words(catalog.by_code.get(code), "title") != title
    ]
