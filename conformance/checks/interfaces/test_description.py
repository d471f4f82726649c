"""interfaces/contract: what the node says of its own interfaces: valid, complete, versioned, honest about endings."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.interfaces.comparing import Theirs, narrower
from conformance.checks.interfaces.contract import needed
from conformance.checks.interfaces.valid import faults_of
from conformance.checks.shared import at, words
from conformance.judge import Inapplicable, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.interfaces.contract import Description
    from conformance.node import Answer, Session

_ASKED = 12


@decides("API-001")
def test_description_is_valid(run: Session, description: Description) -> None:
    """/openapi.json is a valid OpenAPI 3.1 document."""
    document = description.need()
    wrong = faults_of(run, document)
    if wrong:
        first = wrong[0]
        raise failure(
            Text(
                f"描述有 {len(wrong)} 处不符，首处 {first.pointer or '/'}：{first.came.zh}",
                f"the description is wrong in {len(wrong)} places, first {first.pointer or '/'}: {first.came.en}",
            ),
            Text("有效的 OpenAPI 3.1 文档", "a valid OpenAPI 3.1 document"),
            _shown_by(description),
            samples=wrong,
        )
    if not at(document, "paths"):
        raise failure(
            Text("描述没有任何路径", "the description has no path"),
            Text("列出操作的描述", "a description that lists operations"),
            _shown_by(description),
        )


@decides("API-074")
def test_description_is_complete(run: Session, description: Description) -> None:
    """The description lists every operation that the claimed classes use."""
    description.need()
    due = [one for one in run.contract.operations if needed(run, one)]
    if not due:
        raise Untested(Text("所声明的一致性类不用任何操作", "the claimed classes use no operation"))
    absent = [one for one in due if description.lists(one) is None]
    if absent:
        raise failure(
            Text(
                f"缺少 {len(absent)} 个操作，首个 {absent[0].label}",
                f"{len(absent)} operations are missing, first {absent[0].label}",
            ),
            Text(f"所声明各类用到的 {len(due)} 个操作", f"the {len(due)} operations that the claimed classes use"),
            _shown_by(description),
            samples=[differ(one.label, one.place, None, one.id) for one in absent],
        )
    run.note(f"{len(due)} 个操作均已列出", f"all {len(due)} operations are listed")


@decides("API-074")
def test_described_operations_are_those_of_the_contract(run: Session, description: Description) -> None:
    """A described operation promises no less than the contract and asks for no more."""
    theirs, wrong, met = Theirs(description.need()), list[Sample](), 0
    for one in run.contract.operations:
        path = description.lists(one)
        if path is not None and path.count("{") == one.path.count("{"):
            met += 1
            wrong += narrower(run.contract, one, theirs, path)
    if wrong:
        first = wrong[0]
        raise failure(
            Text(
                f"与接口契约有 {len(wrong)} 处不一致，首处 {first.label} {first.pointer}：{first.came.zh}",
                f"{len(wrong)} places differ from the contract, first {first.label} {first.pointer}: {first.came.en}",
            ),
            first.due,
            _shown_by(description),
            samples=wrong,
        )
    if not met:
        raise Untested(Text("描述中没有契约的任何操作", "the description has no operation of the contract"))


@decides("API-069")
def test_versions_are_stated(run: Session, description: Description) -> None:
    """The description states info.version, and the descriptor states the edition of the interfaces standard."""
    if not words(description.need(), "info", "version").strip():
        raise failure(
            Text("info.version 未填写", "info.version is not stated"),
            Text("接口描述的版本号", "the version of the description"),
            _shown_by(description),
        )
    answer = run.node.get("/.well-known/district-node", role=None).expect(200)
    standards = answer.member("standards", list)
    stated = [words(one, "edition") for one in standards if at(one, "id") == "interfaces"]
    if not stated or not stated[0].strip():
        raise answer.wrong(
            Text(
                f"描述文件的 standards 为 {len(standards)} 项，其中没有 interfaces 的版本",
                "no edition of interfaces in standards",
            ),
            Text("standards 中 interfaces 的 edition", "the edition of interfaces in standards"),
        )


@decides("API-042")
def test_endings_are_announced(run: Session, description: Description) -> None:
    """Every answer of an operation marked as deprecated carries Deprecation and Sunset, in that order of time."""
    marked = list(_deprecated(description.need()))
    if not marked:
        raise Inapplicable(Text("描述中没有停用的操作", "no operation is marked as deprecated"))
    asked = [(path, item) for path, method, item in marked if method == "get"][:_ASKED]
    if not asked:
        raise Untested(Text("停用的操作都不是读取操作", "no deprecated operation is a read"))
    for path, operation in asked:
        answer = run.node.get(_filled(path, operation), role="reader" if run.node.has("reader") else None)
        why = _ending(answer)
        if why is not None:
            raise answer.wrong(
                why,
                Text(
                    "Deprecation（RFC 9745）和不早于它的 Sunset（RFC 8594）", "Deprecation and a Sunset not before it"
                ),
            )
    run.note(f"{len(asked)} 个停用的操作", f"{len(asked)} deprecated operations")


def _deprecated(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if isinstance(operation, dict) and operation.get("deprecated") is True:
                yield str(path), str(method), operation


def _filled(path: str, operation: Mapping[str, Any]) -> str:
    """Return a path with the examples of its parameters, or a name that need not exist: errors announce it too."""
    parameters = operation.get("parameters")
    for one in parameters if isinstance(parameters, list) else ():
        name = words(one, "name")
        path = path.replace("{" + name + "}", str(at(one, "example") or "x")) if name else path
    while "{" in path and "}" in path:
        path = path[: path.index("{")] + "x" + path[path.index("}", path.index("{")) + 1 :]
    return path


def _ending(answer: Answer) -> Text | None:
    """Return what is wrong with the announcement of an end, None where it is right."""
    starts, ends = answer.header("deprecation"), answer.header("sunset")
    if starts is None or ends is None:
        return Text(f"Deprecation：{starts}，Sunset：{ends}", f"Deprecation: {starts}, Sunset: {ends}")
    try:
        first = datetime.fromtimestamp(int(starts.removeprefix("@")), UTC)
        last = parsedate_to_datetime(ends)
        last = last if last.tzinfo else last.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return Text(f"无法读取的日期：{starts}，{ends}", f"dates that cannot be read: {starts}, {ends}")
    if not starts.startswith("@") or last < first:
        return Text(f"Deprecation {starts}，Sunset {ends}", f"Deprecation {starts}, Sunset {ends}")
    return None


def _shown_by(description: Description) -> tuple[int, ...]:
    return (description.answer.n,) if description.answer else ()
