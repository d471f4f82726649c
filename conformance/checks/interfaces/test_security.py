"""interfaces/security: the transport, and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import failure, names
from conformance.checks.interfaces.contract import hold
from conformance.checks.interfaces.exposed import sensitive_parameters
from conformance.checks.interfaces.guarded import ABSENT, SAFE, doors
from conformance.checks.interfaces.roles import tried_by_strangers
from conformance.judge import CantTell, Sample, Untested
from conformance.node.answer import came
from conformance.node.handshake import OLD
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.interfaces.contract import Description
    from conformance.checks.interfaces.guarded import Door
    from conformance.checks.interfaces.shaken import Shaken
    from conformance.checks.shared import Catalog
    from conformance.node import Answer, Session

_CHALLENGED = Text("401 与 WWW-Authenticate", "401 with WWW-Authenticate")


@decides("API-003")
def test_old_versions_of_tls_are_refused(run: Session, shaken: Shaken) -> None:
    """A modern handshake comes about with TLS 1.2 or later, and hellos of older versions are refused."""
    data = shaken.need()
    if data["version"] is None:
        raise CantTell(Text(f"握手失败：{data['why']}", f"the handshake failed: {data['why']}"))
    accepted = [name for name in OLD if data["old"][name]["answer"] == "accepted"]
    if accepted or data["version"] not in {"TLSv1.2", "TLSv1.3"}:
        shown = names(accepted or [data["version"]])
        raise failure(
            Text(f"接受 {shown} 的握手", f"handshakes of {shown} are accepted"),
            Text("只接受 TLS 1.2 及以上版本", "TLS 1.2 or later only"),
        )
    silent = [name for name in OLD if data["old"][name]["answer"] == "silent"]
    if silent:
        raise CantTell(Text(f"{names(silent)} 的握手没有应答", f"no answer to a hello of {names(silent)}"))
    run.note(f"协商为 {data['version']}", f"{data['version']} was agreed upon")


@decides("API-075")
def test_certificate_is_valid(run: Session, shaken: Shaken) -> None:
    """The certificate is within its validity, issued by a trusted authority, and names the host."""
    data = shaken.need()
    if data["trusted"] is None:
        raise CantTell(Text(f"握手失败：{data['why']}", f"the handshake failed: {data['why']}"))
    if not data["trusted"]:
        raise failure(
            Text(
                f"{data['host']} 的证书无效：{data['why']}",
                f"the certificate of {data['host']} is not valid: {data['why']}",
            ),
            Text(
                "在有效期内、由受信任机构签发、含该主机名的证书",
                "a certificate within its validity, by a trusted authority, for this host",
            ),
        )
    run.note(f"有效期至 {data['ends']}", f"valid until {data['ends']}")


@decides("API-004")
def test_nobody_is_let_in_without_credentials(run: Session, catalog: Catalog, description: Description) -> None:
    """Every protected operation answers 401 with a challenge where the credential is missing, unknown or altered."""
    run.node.get("/catalog/resources", params={"limit": 1}).expect(200)
    altered = run.node.credentials.altered("reader")
    unknown = {"authorization": f"Bearer {run.digits('unknown token', 32)}"}
    known = list(doors(run, catalog, description))
    wrong: list[Sample] = []
    absent: list[str] = []
    for door in known:
        tries = (None, unknown, altered) if door.operation.method in SAFE else (None, unknown)
        answers = [answer for headers in tries if (answer := door.knock(run, None, headers)) is not None]
        if all(one.status in ABSENT for one in answers):
            absent.append(door.label)
        else:
            wrong += [_open(door, one) for one in answers if not _challenged(one)]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 处未按要求拒绝：{wrong[0].label} {wrong[0].came.zh}",
                f"{len(wrong)} not refused as due: {wrong[0].label} {wrong[0].came.en}",
            ),
            _CHALLENGED,
            samples=wrong,
        )
    _announce(run, known, absent)


def _challenged(answer: Answer) -> bool:
    return answer.status == 401 and bool((answer.header("www-authenticate") or "").strip())


def _open(door: Door, answer: Answer) -> Sample:
    challenge = answer.header("www-authenticate")
    shown = Text(f"{answer.status}，WWW-Authenticate：{challenge}", f"{answer.status}, WWW-Authenticate: {challenge}")
    return Sample(door.label, "", shown, _CHALLENGED, answer.n)


def _announce(run: Session, known: Sequence[Door], absent: Sequence[str]) -> None:
    tried = len(known) - len(absent)
    if not tried:
        raise Untested(Text("没有可检验的受保护操作", "no protected operation could be tried"))
    run.note(f"检验 {tried} 个受保护操作", f"{tried} protected operations tried")
    if absent:
        run.note(f"未能检验 {names(absent)}", f"not tried, or not there: {names(absent)}")


@decides("API-076")
def test_roles_without_the_right_are_refused(run: Session, catalog: Catalog, description: Description) -> None:
    """Every operation that is some roles' only answers 403 to a role that it is not for."""
    run.node.get("/catalog/resources", params={"limit": 1}).expect(200)
    tried = list(tried_by_strangers(run, doors(run, catalog, description)))
    wrong = [one for one in tried if one.wrong]
    if wrong:
        samples = [Sample(one.door.label, one.role, came(one.answer.status), came(403), one.answer.n) for one in wrong]
        first = wrong[0]
        raise failure(
            Text(
                f"{len(wrong)} 处未拒绝无权角色：{first.door.label}，{first.role} 得到 {first.answer.status}",
                f"{len(wrong)} not refused: {first.door.label}, {first.role} got {first.answer.status}",
            ),
            Text("状态 403", "status 403"),
            samples=samples,
        )
    decided = [one for one in tried if one.decided]
    if not decided:
        raise Untested(Text("没有一个操作给出 403", "no operation gave a 403"))
    run.note(
        f"{len(decided)} 个操作对无权角色返回 403", f"{len(decided)} operations gave 403 to a role without the right"
    )


@decides("API-030", last=True)
def test_addresses_hold_no_sensitive_values(run: Session, catalog: Catalog, description: Description) -> None:
    """No parameter of a path or query is a sensitive data element, and no link of a response has an identity number."""
    sensitive = sensitive_parameters(run, description)
    if sensitive:
        assert description.answer is not None
        raise description.answer.wrong(
            Text(
                f"参数属于敏感数据元：{names(sensitive)}", f"parameters are sensitive data elements: {names(sensitive)}"
            ),
            Text("路径和查询参数不使用敏感数据元", "no sensitive data element in a path or query"),
        )
    for door in doors(run, catalog, description):
        role = next((one for one in door.operation.roles if run.node.has(one)), None)
        if door.operation.method == "GET" and door.exact and role is not None:
            door.knock(run, role)
    watch = hold(run, "API-030")
    run.note(f"{watch.bodies} 个响应中的链接", f"the links of {watch.bodies} responses")
