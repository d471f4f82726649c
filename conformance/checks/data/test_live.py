"""data/live: what only a living node shows: rejections, masks, rare characters, agreement with the municipal level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.data.described import Bench, primary_key
from conformance.checks.data.masking import in_clear, masked, sensitive_fields
from conformance.checks.data.shipment import Shipment, field_of, good_rows, model, publish, send, served_rows
from conformance.checks.data.standing import decide
from conformance.checks.finding import differ, failure, names
from conformance.checks.shared import at, sample, words
from conformance.judge import Inapplicable, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.data.exports import Exports
    from conformance.checks.desk import Desk
    from conformance.checks.resources import Resource, Resources
    from conformance.checks.walking import Walk
    from conformance.node import Answer, Session
    from conformance.node.references import References

_AUDITED = 500
_NO_PREVIEW = frozenset({403, 404, 405, 501})
#: Characters beyond the basic plane, of extensions B, C, D and G; names of people have them.
RARE = "\U00020bb7\U0002a6a5\U0002b5af\U00030edd"


@decides("STD-048", writes=True)
def test_rejected_rows_come_back_with_reasons(desk: Desk, resources: Resources) -> None:
    """Of a batch the good rows are served and each bad row is returned to its provider with a reason code."""
    run = desk.run
    like = model(run, resources, texts=False)
    coded, [key, *_] = field_of(run, like, texts=False), primary_key(like.structure())
    rows = good_rows(like)
    bad = [{**rows[-1], key: f"{rows[-1][key]}"[:-1] + "Z", coded: "~~"}, {**rows[0], key: None}]
    sent = send(desk, publish(desk, "rejected", like), [*rows[:-1], *bad])
    _hold_receipt(sent, len(rows) - 1, len(bad))
    listed = sent.rejections(run, "editor")
    due = {len(rows): {coded, key}, len(rows) + 1: {key}}
    came = _reasons(listed)
    if came.keys() != due.keys() or any(not came[row] & fields for row, fields in due.items()):
        shown = {row: sorted(fields) for row, fields in came.items()}
        raise failure(
            Text(f"被拒收行及字段为 {shown}", f"the rejected rows and their fields are {shown}"),
            Text(
                f"第 {len(rows)} 行 {coded}、第 {len(rows) + 1} 行 {key}，各有原因代码",
                f"row {len(rows)} for {coded} and row {len(rows) + 1} for {key}, with a reason code each",
            ),
            (sent.completed.n, *listed.pages),
        )
    served, numbers = served_rows(run, sent.code)
    if [one.get(key) for one in served] != [one.get(key) for one in rows[:-1]]:
        raise failure(
            Text(f"可读 {len(served)} 行", f"{len(served)} rows are served"),
            Text(f"合格的 {len(rows) - 1} 行", f"the {len(rows) - 1} good rows"),
            numbers,
        )
    _hidden_from_others(run, sent)


def _reasons(listed: Walk) -> dict[Any, set[str]]:
    """Return the fields for which each row was rejected, as far as a reason code is given."""
    found: dict[Any, set[str]] = {}
    for one in listed.items:
        if words(one, "code"):
            found.setdefault(at(one, "row"), set()).add(words(one, "field"))
    return found


def _hold_receipt(sent: Shipment, accepted: int, rejected: int) -> None:
    if sent.receipt is None:
        raise sent.completed.wrong(Text("没有回执", "no receipt"), Text("批次回执", "a receipt of the batch"))
    came = at(sent.receipt.object, "accepted"), at(sent.receipt.object, "rejected")
    if came != (accepted, rejected):
        raise sent.receipt.wrong(
            Text(f"接收 {came[0]} 行，拒收 {came[1]} 行", f"{came[0]} accepted, {came[1]} rejected"),
            Text(f"接收 {accepted} 行，拒收 {rejected} 行", f"{accepted} accepted, {rejected} rejected"),
        )


def _hidden_from_others(run: Session, sent: Shipment) -> None:
    """Another department does not see what was rejected."""
    if not run.node.has("reader-b"):
        run.note("没有另一部门的身份，未检验拒收行对其不可见", "no identity of another department: not tried as one")
        return
    answer = run.node.get("/quality/rejections", params={"batch": sent.batch}, role="reader-b")
    if answer.status == 200 and answer.member("items", list):
        raise answer.wrong(
            Text("另一部门可见拒收行", "another department sees the rejected rows"),
            Text("只对提供部门开放", "open to the providing department only"),
        )


@decides("STD-055", writes=True)
def test_rare_characters_survive(desk: Desk, resources: Resources) -> None:
    """A text with characters of supplementary planes reads back character for character as it was written."""
    run = desk.run
    like = model(run, resources, texts=True)
    name = field_of(run, like, texts=True)
    rows = [{**row, name: f"测{RARE[: 1 + place % len(RARE)]}甲"} for place, row in enumerate(good_rows(like))]
    sent = send(desk, publish(desk, "rare", like), rows)
    _hold_receipt(sent, len(rows), 0)
    [key, *_] = primary_key(like.structure())
    served, numbers = served_rows(run, sent.code)
    came = {str(one.get(key)): one.get(name) for one in served}
    wrong = [
        differ(str(row[key]), f"/{name}", came.get(str(row[key])), row[name], numbers[0])
        for row in rows
        if came.get(str(row[key])) != row[name]
    ]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个文本读出与写入不同，首个 {wrong[0].came.zh}",
                f"{len(wrong)} texts read back otherwise than written, first {wrong[0].came.en}",
            ),
            Text("逐字相同", "the same, character for character"),
            samples=wrong,
        )


@decides("STD-049")
def test_previews_are_masked(run: Session, resources: Resources, bench: Bench) -> None:
    """Previews carry the values of sensitive fields masked."""
    sensitive = [(each, fields) for each in resources.all if (fields := sensitive_fields(each, bench.elements))]
    if not sensitive:
        raise Inapplicable(Text("没有含敏感字段的资源", "no resource has a sensitive field"))
    chosen = sample(run, "previews", sensitive, "data.previews")
    answers = run.node.ask_all("GET", [f"/data/{each.code}/preview" for each, _ in chosen])
    wrong: list[Sample] = []
    met = 0
    for (each, fields), answer in zip(chosen, answers, strict=True):
        values = _values(answer, fields)
        met += len(values)
        wrong += [_unmasked(each, row, field, answer) for row, field, value in values if not masked(value)]
    if wrong:
        codes = names(list(dict.fromkeys(one.label for one in wrong)))
        raise failure(
            Text(f"{len(wrong)} 个敏感值未脱敏：{codes}", f"{len(wrong)} sensitive values are not masked: {codes}"),
            Text("预览中敏感字段的值已脱敏", "masked values of sensitive fields in previews"),
            samples=wrong,
        )
    if not met:
        raise Untested(Text(f"{len(chosen)} 个预览中没有敏感值", f"{len(chosen)} previews hold no sensitive value"))
    run.note(f"{len(chosen)} 个预览，{met} 个敏感值", f"{len(chosen)} previews, {met} sensitive values")


def _values(answer: Answer, fields: set[str]) -> list[tuple[int, str, Any]]:
    if answer.status in _NO_PREVIEW:
        return []
    rows = answer.expect(200).member("items", list)
    return [
        (place, field, at(row, field))
        for place, row in enumerate(rows)
        for field in sorted(fields)
        if at(row, field) not in {None, ""}
    ]


def _unmasked(each: Resource, row: int, field: str, answer: Answer) -> Sample:
    """Name the place, and nothing of the value: a report is no place for it either."""
    return Sample(
        each.code,
        f"/items/{row}/{field}",
        Text("未脱敏的值（此处不予显示）", "a value in clear (not shown here)"),
        Text("以 * 遮盖", "masked with *"),
        answer.n,
    )


@decides("STD-049")
def test_exported_audit_events_are_masked(run: Session) -> None:
    """Exported audit events hold no identity number in clear."""
    answer = run.node.get("/audit/export", role="auditor", headers={"accept": "application/x-ndjson"})
    if answer.status != 200:
        answer = run.node.get("/audit/events", params={"limit": _AUDITED}, role="auditor").expect(200)
        run.note("节点没有审计导出接口，检验审计事件清单", "no audit export: the list of audit events is looked at")
    if in_clear(answer.body):
        raise answer.wrong(
            Text("审计事件含明文公民身份号码", "audit events hold identity numbers in clear"),
            Text("敏感字段的值已脱敏", "masked values of sensitive fields"),
        )
    if not answer.body.strip():
        raise Untested(Text("没有审计事件", "there are no audit events"))


@decides("STD-058")
def test_node_agrees_with_the_municipal_level(run: Session, exports: Exports, references: References) -> None:
    """The shared attributes of one subject agree between this node and the municipal level."""
    if not references.municipal:
        raise Untested(
            Text(
                "未提供市级数据（配置 references.municipal）",
                "no extract of the municipal level (references.municipal)",
            )
        )
    exports.need()
    exports.announce(run)
    if references.remote:
        run.note("市级数据由开放测试实例自身提供", "the extract of the municipal level is the open test instance's own")
    words_ = decide("STD-058", exports.standings.of("STD-058"))
    run.note(words_.zh, words_.en)
