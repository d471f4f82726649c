"""interfaces/errors: 404, 405 with Allow, 415 and 406, over every operation that the node describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import failure
from conformance.checks.interfaces.asking import described, role_of, sandboxed, unknown
from conformance.judge import Decision, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.contract import Description
    from conformance.node import Answer, Session
    from conformance.node.contract.document import Operation

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOBODY = "application/x-nobody-gives-this"


def _raise(wrong: Sequence[Sample], due: Text, asked: int) -> None:
    if wrong:
        first = wrong[0]
        raise failure(
            Text(
                f"{asked} 次请求中 {len(wrong)} 次不符，首个 {first.label}：{first.came.zh}",
                f"{len(wrong)} of {asked} requests went wrong, first {first.label}: {first.came.en}",
            ),
            due,
            samples=wrong,
        )
    if not asked:
        raise Untested(Text("没有可以请求的操作", "no operation could be asked"))


def _status(label: str, answer: Answer, due: int) -> Sample:
    came = Text(f"状态 {answer.status}", f"status {answer.status}")
    return Sample(label, "", came, Text(f"状态 {due}", f"status {due}"), answer.n)


@decides("API-013")
def test_unknown_resources_are_not_found(run: Session, description: Description) -> None:
    """What does not exist gets 404, whatever it would be."""
    wrong, asked = list[Sample](), 0
    for one in described(run, description):
        role = role_of(run, one)
        if one.method == "GET" and "{" in one.path and (role is not None or not one.roles):
            answer = run.node.get(unknown(run, one), role=role, headers={"accept": "*/*"})
            asked += 1
            wrong += [] if answer.status == 404 else [_status(one.label, answer, 404)]
    answer = run.node.get(f"/no-such-path-{run.digits('unknown', 8)}")
    wrong += [] if answer.status == 404 else [_status("GET /…", answer, 404)]
    _raise(wrong, Text("状态 404", "status 404"), asked + 1)
    run.note(f"{asked + 1} 个不存在的资源", f"{asked + 1} resources that do not exist")


@decides("API-050")
def test_wrong_reads_are_refused(run: Session, description: Description) -> None:
    """A GET to a path that only takes writes gets 405, and Allow names what the path takes."""
    wrong, asked = list[Sample](), 0
    for path, methods in _paths(described(run, description)).items():
        if "GET" not in methods and "{" not in path:
            answer = run.node.get(path, role=_any_role(run, methods.values()))
            asked += 1
            wrong += _refusal(path, "GET", methods, answer)
    _raise(wrong, Text("状态 405 与 Allow", "status 405 with Allow"), asked)
    run.note(f"{asked} 条只写的路径", f"{asked} paths that only take writes")


@decides("API-050", writes=True)
def test_wrong_methods_are_refused(desk: Desk, description: Description) -> None:
    """A method that a path does not define gets 405 with an Allow that names those that it does."""
    run = desk.run
    area = run.node.profile.access.sandbox
    assert area is not None
    made = _draft(desk)
    wrong, asked = list[Sample](), 0
    for path, methods in _paths(described(run, description)).items():
        inside = sandboxed(next(iter(methods.values())), area.prefix, made)
        if inside is None:
            continue
        for method in _METHODS:
            if method not in methods:
                answer = run.node.ask(method, inside, role=_any_role(run, methods.values()))
                asked += 1
                wrong += _refusal(path, method, methods, answer)
    _raise(wrong, Text("状态 405 与 Allow", "status 405 with Allow"), asked)
    run.note(f"{asked} 次未定义的方法", f"{asked} undefined methods")


def _paths(operations: Iterable[Operation]) -> dict[str, dict[str, Operation]]:
    found: dict[str, dict[str, Operation]] = {}
    for one in operations:
        found.setdefault(one.path, {})[one.method] = one
    return found


def _any_role(run: Session, operations: Iterable[Operation]) -> str | None:
    return next((role for one in operations if (role := role_of(run, one)) is not None), None)


def _refusal(path: str, method: str, methods: Mapping[str, Operation], answer: Answer) -> list[Sample]:
    if answer.status != 405:
        return [_status(f"{method} {path}", answer, 405)]
    allowed = {one.strip().upper() for one in (answer.header("allow") or "").split(",")}
    if set(methods) <= allowed and method not in allowed:
        return []
    stated, due = answer.header("allow") or "—", ", ".join(sorted(methods))
    return [Sample(f"{method} {path}", "", Text(f"Allow：{stated}", f"Allow: {stated}"), Text(due, due), answer.n)]


def _draft(desk: Desk) -> dict[str, str]:
    """Make a draft for paths that name one, as far as the node lets it be made."""
    try:
        return {"/catalog/drafts": desk.register(desk.entry("methods")).expect(201).member("id", str)}
    except Decision:
        desk.run.note(
            "未能建立草稿，以其为对象的路径未检验", "no draft could be made: paths that name one were not tried"
        )
        return {}


@decides("API-051")
def test_token_requests_of_another_type_are_refused(run: Session, description: Description) -> None:
    """A token request whose body is not a form gets 415."""
    if not any(one.path == "/oauth/token" for one in described(run, description)):
        raise Untested(Text("描述中没有令牌接口", "the description has no token endpoint"))
    path = run.node.profile.access.token_path
    answer = run.node.ask("POST", path, role=None, json=b"<token/>", headers={"content-type": "application/xml"})
    _raise([] if answer.status == 415 else [_status(f"POST {path}", answer, 415)], Text("状态 415", "status 415"), 1)


@decides("API-051", writes=True)
def test_bodies_of_another_type_are_refused(desk: Desk, description: Description) -> None:
    """A body of a media type that an operation does not take gets 415, and nothing is made of it."""
    run = desk.run
    entry = desk.entry("media")
    made = desk.register(entry).expect(201)
    draft = f"/catalog/drafts/{made.member('id', str)}"
    body = b'{"entry": {"code": "%s"}, "reason": "conformance test"}' % entry["code"].encode()
    question = b'{"useCause": "conformance test", "certificateId": "x"}'
    known = {(one.method, one.path): one for one in described(run, description)}
    wrong, asked = list[Sample](), 0
    for method, template, path, content in (
        ("POST", "/catalog/drafts", "/catalog/drafts", body),
        ("PUT", "/catalog/drafts/{id}", draft, body),
        ("POST", "/certificates/query", "/certificates/query", question),
        ("POST", "/certificates/verify", "/certificates/verify", question),
    ):
        for media in (
            ("application/xml", "text/plain", "multipart/form-data; boundary=x") if (method, template) in known else ()
        ):
            role = role_of(run, known[method, template])
            answer = run.node.ask(method, path, role=role, json=content, headers={"content-type": media})
            asked += 1
            wrong += [] if answer.status == 415 else [_status(f"{method} {template} {media}", answer, 415)]
    _raise(wrong, Text("状态 415", "status 415"), asked)
    run.note(f"{asked} 个媒体类型不符的请求体", f"{asked} bodies of another type")


@decides("API-052")
def test_unacceptable_answers_are_refused(run: Session, description: Description) -> None:
    """A request that accepts nothing that the node can give gets 406."""
    wrong, asked = list[Sample](), 0
    for one in described(run, description):
        role = role_of(run, one)
        if one.method != "GET" or "{" in one.path or (one.roles and role is None):
            continue
        answer = run.node.get(one.path, role=role, headers={"accept": _NOBODY})
        asked += 1
        wrong += [] if answer.status == 406 else [_status(one.label, answer, 406)]
    _raise(wrong, Text("状态 406", "status 406"), asked)
    run.note(f"{asked} 个操作", f"{asked} operations")
