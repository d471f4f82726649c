"""interfaces/errors: how a node refuses: in one form, without telling tales, and leaving everything as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import failure
from conformance.checks.interfaces.contract import hold
from conformance.checks.interfaces.hostile import Bad, Provoked, bodies, found_nothing, provoke
from conformance.checks.shared import at, words
from conformance.judge import CantTell, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.contract import Generation
    from conformance.node import Answer, Session

_REFUSED = Text("4xx 的问题详情", "problem details with 4xx")


@decides("API-010", last=True)
def test_errors_are_problem_details(run: Session, generation: Generation, provoked: Provoked) -> None:
    """Every error of the run is a problem document with its members, and its status is that of the answer."""
    del generation, provoked
    _errors(run, "API-010")


@decides("API-011", last=True)
def test_errors_reveal_nothing(run: Session, generation: Generation, provoked: Provoked) -> None:
    """No error of the run holds a stack trace, SQL, an inner address or personal data."""
    del generation, provoked
    _errors(run, "API-011")


def _errors(run: Session, requirement: str) -> None:
    watch = hold(run, requirement)
    if not watch.errors:
        raise Untested(Text("没有得到任何错误响应", "no error came"))
    run.note(f"{watch.errors} 个错误响应", f"{watch.errors} errors")


@decides("API-010")
def test_bad_requests_are_refused(run: Session, provoked: Provoked) -> None:
    """A request that is wrong, or meant to break something, gets problem details with 4xx or finds nothing."""
    before = _state(run)
    _judge(provoked)
    after = _state(run)
    if before != after:
        raise failure(
            Text(f"目录由 {before} 变为 {after}", f"the catalog went from {before} to {after}"),
            Text("状态不变", "the state as it was"),
        )
    run.note(f"{len(provoked.answers)} 个应拒绝的请求", f"{len(provoked.answers)} requests that are to be refused")


@decides("API-010", writes=True)
def test_bad_bodies_are_refused(desk: Desk) -> None:
    """A body that is malformed, oversized or of the wrong kind gets problem details with 4xx, and nothing changes."""
    run = desk.run
    entry = desk.entry("bad-bodies")
    made = desk.register(entry).expect(201)
    path = f"/catalog/drafts/{made.member('id', str)}"
    before = run.node.get(path, role="editor").expect(200)
    described = run.node.get("/.well-known/district-node", role=None).expect(200).object
    stated = at(described, "limits", "bodyMaxBytes")
    most = stated if isinstance(stated, int) and 0 < stated <= 1 << 23 else 0
    found = provoke(run, bodies(path, entry, most))
    _judge(found)
    after = run.node.get(path, role="editor").expect(200)
    accepted = any(answer.status < 300 for _, answer in found.answers)
    if before.object.get("entry") != after.object.get("entry") and not accepted:
        raise after.wrong(
            Text("草稿内容已改变", "the draft has changed"), Text("状态不变", "the state as it was"), others=(before.n,)
        )
    if not found.answers:
        raise Untested(Text("没有发出任何请求体", "no body was sent"))


def _judge(found: Provoked) -> None:
    wrong = [one for one in (_wrong(bad, answer) for bad, answer in found.answers) if one is not None]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个应拒绝的请求未被正确拒绝，首个 {wrong[0].label}：{wrong[0].came.zh}",
                f"{len(wrong)} bad requests were not refused rightly, first {wrong[0].label}: {wrong[0].came.en}",
            ),
            _REFUSED,
            samples=wrong,
        )
    if found.silent and not found.answers:
        raise found.silent[0][1]
    if found.silent:
        bad, why = found.silent[0]
        raise CantTell(
            Text(
                f"{len(found.silent)} 个请求没有应答，首个 {bad.name}：{why.reason.zh}",
                f"{len(found.silent)} requests got no answer, first {bad.name}: {why.reason.en}",
            )
        )


def _wrong(bad: Bad, answer: Answer) -> Sample | None:
    """Return how an answer to a bad request is wrong, None where it is right."""
    if answer.header("x-injected") is not None:
        came = Text("请求的内容成为响应头", "what was asked became a header")
    elif answer.status >= 500 or _taken(bad, answer):
        came = Text(f"状态 {answer.status}", f"status {answer.status}")
    elif answer.status >= 400 and answer.media_type != "application/problem+json":
        came = Text(f"媒体类型 {answer.media_type}", f"type {answer.media_type}")
    else:
        return None
    return Sample(bad.name, "", came, _REFUSED, answer.n)


def _taken(bad: Bad, answer: Answer) -> bool:
    """Tell whether a bad request was taken; a parameter that says nothing may be passed over, others find nothing."""
    if answer.status >= 400 or bad.refused:
        return answer.status < 400
    passed_over = bad.method != "GET" or bad.name.startswith(("limit", "parameter", "type of"))
    return not passed_over and not found_nothing(answer)


def _state(run: Session) -> tuple[Any, Any]:
    page = run.node.get("/catalog/resources", params={"limit": 1}).expect(200)
    return page.object.get("total"), at(page.member("items", list)[0], "code") if page.object.get("items") else None


@decides("API-012", writes=True)
def test_every_wrong_field_is_listed(desk: Desk) -> None:
    """A draft with three wrong fields is refused with one JSON pointer for each of them."""
    run = desk.run
    entry = desk.entry("three-wrong")
    share = {**entry["share"], "type": "everything"}
    wrong = {**entry, "title": "", "share": share, "updateCycle": "now-and-then"}
    answer = desk.register(wrong)
    if answer.status == 201:
        answer = desk.act(
            answer.member("id", str), "approve", "head", {"comment": "同意", "assessments": entry.get("assessments")}
        )
    answer.expect(400, 422)
    pointers = [words(one, "pointer") for one in at(answer.json, "errors") or [] if isinstance(one, dict)]
    due = ("/title", "/share/type", "/updateCycle")
    missing = [one for one in due if not any(pointer.endswith(one) for pointer in pointers)]
    if missing:
        shown = "、".join(pointers[:8]) or "—"
        raise answer.wrong(
            Text(f"errors 中的指针为 {shown}", f"errors hold the pointers {shown}"),
            Text(
                f"缺少 {'、'.join(missing)}：每个错误字段各一项", f"{', '.join(missing)} too: one for each wrong field"
            ),
        )
    run.note("三个错误字段", "three wrong fields")
