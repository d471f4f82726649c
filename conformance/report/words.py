"""The words of a report in both languages: states, conclusions, authority, modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.judge import Outcome
from conformance.judge.verdict import Conclusion
from conformance.law import Obligation
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLE = Text("一致性测试报告", "Conformance test report")

#: The states of a requirement in the order of a reader's interest. The first six are outcomes; the last three say
#: why no check decided.
STATES: Mapping[str, Text] = {
    "failed": Text("不通过", "failed"),
    "error": Text("套件错误", "suite error"),
    "cantTell": Text("无法判定", "can't tell"),
    "untested": Text("未测", "untested"),
    "passed": Text("通过", "passed"),
    "inapplicable": Text("不适用", "inapplicable"),
    "planned": Text("待落地", "planned"),
    "attest": Text("凭文件", "by document"),
    "untestable": Text("不可测", "untestable"),
}

MEANINGS: Mapping[str, Text] = {
    "failed": Text("该要求未得到满足，发现中写明何处。", "The requirement is not met; findings say where."),
    "error": Text(
        "测试套件自身的缺陷，不是被测对象的问题。",
        "A defect of the test suite itself, never the fault of what was judged.",
    ),
    "cantTell": Text(
        "节点或网络中断，规则本身未能判定。", "The node or the network broke off; the rule itself was not decided."
    ),
    "untested": Text(
        "该要求适用，但未能测到，原因写明受何阻断；未测的 MUST 不算通过。",
        "The requirement applies but could not be reached; the reason names what blocked it. "
        "An untested MUST is not a pass.",
    ),
    "passed": Text("检查遇到了实际数据，且达到要求。", "The check met real data, and the requirement was met."),
    "inapplicable": Text("已核实该要求在此不适用。", "It was seen that the requirement does not apply here."),
    "planned": Text(
        "本版本尚无相应检查，未检查，不计为通过。", "No check has landed yet: not checked, and not counted as passed."
    ),
    "attest": Text("由文件证明，不由检查判定。", "Proved by a document, not decided by a check."),
    "untestable": Text("无法通过接口测试，原因已写明。", "Nothing on the wire can decide it; the reason is given."),
}

CONCLUSIONS: Mapping[Conclusion, Text] = {
    Conclusion.CONFORMS: Text("符合", "Conforms"),
    Conclusion.FAILS: Text("不符合", "Does not conform"),
    Conclusion.NOT_JUDGED: Text("未能判定", "Not judged"),
    Conclusion.SUITE_ERROR: Text("套件出错", "Suite error"),
}

#: The word over a run that conforms but left standards undecided.
CONFORMS_SO_FAR = Text("已检查部分符合", "Conforms as far as checked")

SENTENCES: Mapping[Conclusion, Text] = {
    Conclusion.CONFORMS: Text(
        "应检查的 {checked} 项要求中没有不通过的。", "None of the {checked} requirements to be checked failed."
    ),
    Conclusion.FAILS: Text(
        "应检查的 {checked} 项要求中有 {failed} 项不通过，其中 MUST {must} 项。",
        "{failed} of the {checked} requirements to be checked failed; of these, MUST: {must}.",
    ),
    Conclusion.NOT_JUDGED: Text(
        "应检查的 {checked} 项要求中没有不通过的，但尚不能下结论。",
        "None of the {checked} requirements to be checked failed, but there is no conclusion yet.",
    ),
    Conclusion.SUITE_ERROR: Text(
        "测试套件在 {error} 项要求上自身出错，本次运行不作为对节点的评价。",
        "The suite itself broke on {error} requirements; this run is no judgement of the node.",
    ),
}

OPEN = Text("另有 {n} 项未测或无法判定。", "Untested or can't tell: {n}.")
NOTHING_PASSED = Text("没有任何一项通过。", "Nothing passed.")
PLANNED = Text("另有 {n} 项待落地：未检查，不计为通过。", "Planned: {n} more, not checked and not counted as passed.")
OTHER = Text(
    "另有 {n} 项由文件证明或不可测试，不由检查判定。",
    "Proved by document or untestable: {n} more, not decided by checks.",
)
PARTIAL = Text(
    "得分只按已判定的标准计（{of} 个中的 {n} 个），不评等级。",
    "The score covers only the standards that were decided, {n} of {of}; no grade is given.",
)
INCOMPLETE = Text("运行未完成，以下只是中断前已取得的结果。", "The run is incomplete: this is as far as it got.")
INTERRUPTED = Text("运行中断：{reason}", "The run was broken off: {reason}")
OTHER_LAW = Text(
    "运行时依据的标准文本（{then}…）与现在判定所用的（{now}…）不同，结论可能因此不同。",
    "The law at the time of the run ({then}…) is not the one that judges now ({now}…); the conclusion may differ.",
)
SUITE_MEND = Text(
    "节点无需改动：请将运行目录交给套件维护方。",
    "Nothing to mend at the node: hand the run folder to the maintainers of the suite.",
)
CONTROLS_FAILED = Text(
    "{n} 项对照未达预期：节点对已知答案的请求给出了别的答案，通过的结论须谨慎看待。",
    "Controls that did not come out as known beforehand: {n}. Take what passed with caution.",
)
NO_CONTROLS = Text(
    "本次运行没有对照记录：没有发送过应被拒绝的请求，通过的结论缺少反证。",
    "The run recorded no controls: nothing that has to be refused was sent, so what passed was not counter-checked.",
)
ON_REQUEST = Text(
    "“{title}”会给节点加负载，只在指明时检验：--class {name}。本次未检验。",
    "“{title}” puts a load on the node and is judged only where it is named: --class {name}. It was not judged here.",
)
UNREAD = Text(
    "{table}：有 {n} 处无法读取，其内容未判定，首处在 {first}，见“数据规则”。",
    "{table}: places that could not be read: {n}, the first at {first}; what they held was not judged. See the data "
    "rules.",
)
MISSING = Text(
    "{table}：数据源缺少字段 {names}，按全部无值判定。",
    "{table}: the source does not have {names}; they were judged as empty in every row.",
)
RESIDUE_LEFT = Text("沙箱中留有 {n} 个对象，见“沙箱残留”。", "Objects that stay in the sandbox: {n}; see the residue.")


@dataclass(frozen=True, slots=True)
class Tier:
    """The authority of a requirement in words.

    Attributes:
        law: whether a legal text itself imposes the rule; true for a plain A only.
        star: what the star means, where there is one.
    """

    code: str
    name: Text
    meaning: Text
    law: bool
    star: Text | None


_TIERS: Mapping[str, tuple[Text, Text]] = {
    "A": (
        Text("依据原文", "Read at source"),
        Text("依据的文本已通读原文，规则由其直接规定。", "The text was read at source and imposes the rule itself."),
    ),
    "B": (
        Text("公开材料", "Secondary material"),
        Text(
            "依据引用或实施该标准的公开材料，标准原文未通读。",
            "Rests on public material that quotes or implements the standard; the standard itself was not read.",
        ),
    ),
    "C": (
        Text("未经核对", "From memory"),
        Text(
            "凭记忆编写，未与原文核对，不是法律规定。",
            "Written from memory and not checked against a text; it is not law.",
        ),
    ),
    "P": (
        Text("本规范自定", "Decided here"),
        Text("由本规范自行规定，不是法律规定。", "A decision of this profile; it is not law."),
    ),
}
_STAR_NAME = Text("{name}（仅思路）", "{name} (idea only)")
STAR = Text(
    "星号：只有思路、名称或一部分具有该效力，可测试的形式由本规范规定，不是法律规定。",
    "A star: only the idea, the name or a part has that authority; the testable form was decided by this profile "
    "and is not law.",
)
TIERS = tuple(_TIERS)


def tier(code: str) -> Tier:
    """Return the words for a tier; one that is not known has no authority."""
    name, meaning = _TIERS.get(code[:1], _TIERS["P"])
    starred = code.endswith("*")
    shown = _STAR_NAME.fill(name=name) if starred else name
    return Tier(code, shown, meaning, law=code == "A", star=STAR if starred else None)


MODES: Mapping[str, Text] = {
    "observe": Text("只读（observe）", "read only (observe)"),
    "sandbox": Text("沙箱写入（sandbox）", "sandbox writes (sandbox)"),
}

OBLIGATIONS: Mapping[Obligation, Text] = {
    Obligation.MUST: Text("必须满足", "has to be met"),
    Obligation.SHOULD: Text("应当满足，可说明理由后例外", "to be met unless there is a good reason"),
    Obligation.MAY: Text("可以满足", "may be met"),
}

PLANNED_LEGEND = Text("{name}：{meaning}", "{name}: {meaning}").fill(
    name=STATES["planned"], meaning=MEANINGS["planned"]
)

#: Outcomes that say something is wrong or open, worst first; their evidence is shown and printed.
MATTERS = (Outcome.FAILED, Outcome.ERROR, Outcome.CANT_TELL, Outcome.UNTESTED)


def named(table: Mapping[str, Text], key: str) -> Text:
    """Return the words for a key of a table, or the key itself."""
    return table.get(key, Text(key, key))


def announced(shown: int, count: int) -> Text | None:
    """Return `first 20 of 312` where not everything is shown, else None."""
    if shown >= count:
        return None
    return Text("共 {count} 处，列出前 {shown} 处", "first {shown} of {count}").fill(
        count=f"{count:,}", shown=f"{shown:,}"
    )
