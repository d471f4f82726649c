"""interfaces/security: requests that prove by a signature who sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import failure, names
from conformance.checks.interfaces.signed import KINDS, NATIONAL, READ, Call
from conformance.checks.interfaces.tampering import altered_message, altered_national, with_md5
from conformance.judge import Untested
from conformance.node.signing import SM2_SM3
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.checks.interfaces.signed import Signer
    from conformance.node import Answer, Session

_REPEATED = frozenset({401, 409})
_MARGIN = 30.0
_ROTATION, _ADMIN = "rotation", "admin"
_REFUSED = Text("状态 401", "status 401")


@decides("API-005")
def test_national_signature_is_accepted_and_altered_ones_refused(run: Session, signer: Signer) -> None:
    """A request with the national platform's signature is accepted; with any of its parts altered it gets 401."""
    good = signer.ask(signer.headers(NATIONAL))
    if good.status != 200:
        raise good.wrong(
            Text(f"正确签名的请求得到 {good.status}", f"a rightly signed request got {good.status}"),
            Text("200：Base64(HMAC-SHA256(密钥, sid+rid+rtime))", "200: Base64(HMAC-SHA256(key, sid+rid+rtime))"),
        )
    tried = [(name, signer.ask(headers)) for name, headers in altered_national(signer)]
    run.note(f"{len(tried)} 种改动", f"{len(tried)} alterations")
    _all_refused(tried, good)


@decides("API-006")
def test_a_national_algorithm_is_accepted(run: Session, signer: Signer) -> None:
    """A request signed with HMAC-SM3 or SM2 is accepted; with target, digest or signature altered it gets 401."""
    kinds = [one for one in KINDS if one != NATIONAL and signer.has(one)]
    if not kinds:
        raise Untested(
            Text(
                "配置中没有国密签名密钥（access.signing.keys）", "no key of a national algorithm (access.signing.keys)"
            )
        )
    answers = {kind: answer for kind in kinds if (answer := _possible(run, signer, kind)) is not None}
    good = {kind: answer for kind, answer in answers.items() if answer.status == 200}
    if not answers:
        raise Untested(Text("本机无法以国密算法签名", "This machine cannot sign by a national algorithm"))
    if not good:
        came = "、".join(f"{kind} {answer.status}" for kind, answer in answers.items())
        raise failure(
            Text(f"正确的国密签名被拒绝：{came}", f"right signatures are refused: {came}"),
            Text("至少接受一种", "at least one of them accepted"),
            [one.n for one in answers.values()],
        )
    run.note(f"接受 {names(list(good))}", f"accepted: {names(list(good))}")
    for kind, answer in good.items():
        _all_refused([(name, signer.ask(headers)) for name, headers in altered_message(signer, kind)], answer)


def _possible(run: Session, signer: Signer, kind: str) -> Answer | None:
    """Ask with a signature, None where this machine cannot make it."""
    try:
        return signer.ask(signer.headers(kind))
    except Untested as decision:
        run.note(decision.reason.zh, decision.reason.en)
        return None


def _all_refused(tried: Iterable[tuple[str, Answer]], good: Answer) -> None:
    wrong = [(name, answer) for name, answer in tried if answer.status != 401]
    if wrong:
        shown = names([f"{name} → {answer.status}" for name, answer in wrong])
        raise failure(
            Text(f"改动后未被拒绝：{shown}", f"altered and not refused: {shown}"),
            _REFUSED,
            [good.n, *(answer.n for _, answer in wrong)],
            count=len(wrong),
        )


@decides("API-077")
def test_md5_is_refused(run: Session, signer: Signer) -> None:
    """A request signed with MD5 gets 401, whatever form the signature has."""
    good = run.node.get(READ.path).expect(200)
    tried = [(name, signer.ask(headers)) for name, headers in with_md5(signer)]
    _all_refused(tried, good)
    run.note(f"试过 {names([name for name, _ in tried])}", f"tried: {names([name for name, _ in tried])}")


@decides("API-007")
def test_timestamps_outside_the_window_are_refused(run: Session, signer: Signer) -> None:
    """A signed request is accepted inside the window and gets 401 outside of it, before and after alike."""
    window = float(run.param("interfaces.signature-window"))
    near, far = window - min(_MARGIN, window / 4), window + _MARGIN
    for kind in signer.accepted():
        inside = [(offset, signer.ask(signer.headers(kind, offset=offset))) for offset in (-near, near)]
        outside = [
            (offset, signer.ask(signer.headers(kind, offset=offset))) for offset in (-far, far, -86400.0, 86400.0)
        ]
        _hold_window(kind, inside, 200, Text(f"窗口内（±{window:g} 秒）接受", f"accepted within ±{window:g} s"))
        _hold_window(kind, outside, 401, Text(f"窗口外（±{window:g} 秒）返回 401", f"401 outside of ±{window:g} s"))


def _hold_window(kind: str, tried: Iterable[tuple[float, Answer]], status: int, due: Text) -> None:
    wrong = [(offset, answer) for offset, answer in tried if answer.status != status]
    if wrong:
        shown = names([f"{offset:+g} s → {answer.status}" for offset, answer in wrong])
        raise failure(Text(f"{kind}：{shown}", f"{kind}: {shown}"), due, [answer.n for _, answer in wrong])


@decides("API-008")
def test_repeated_requests_are_refused(run: Session, signer: Signer) -> None:
    """A signed request that arrives again gets 401 or 409, on the same connection and on others."""
    lanes = run.node.profile.access.concurrency
    for kind in signer.accepted():
        headers = signer.headers(kind)
        first = signer.ask(headers).expect(200)
        again = [signer.ask(headers), *_at_once(run, headers, max(2, lanes))]
        wrong = [one for one in again if one.status not in _REPEATED]
        if wrong:
            raise failure(
                Text(
                    f"{kind}：{len(again)} 次重放中有 {len(wrong)} 次得到 {wrong[0].status}",
                    f"{kind}: {len(wrong)} of {len(again)} repeats got {wrong[0].status}",
                ),
                Text("重放返回 401 或 409", "401 or 409 for a repeat"),
                [first.n, *(one.n for one in wrong)],
            )


def _at_once(run: Session, headers: Mapping[str, str], times: int) -> list[Answer]:
    """Send the same request several times at once, each on a connection of its own where there are several."""
    return list(run.node.ask_all("GET", [READ.path] * times, role=None, headers=headers))


@decides("API-008", writes=True)
def test_repeated_request_acts_once(run: Session, signer: Signer) -> None:
    """A signed write that arrives again has no second effect: a secret replaced by it is not replaced again."""
    if not run.node.has(_ROTATION):
        raise Untested(
            Text(
                "配置中没有供更换密钥的身份（access.signing.rotation）",
                "no identity to replace the secret of (access.signing.rotation)",
            )
        )
    kind, who = _lasting(signer)
    call = Call("POST", run.node.secret_path(_ROTATION), "rotateSecret")
    headers = signer.headers(kind, who, call)
    first = run.node.renew(_ROTATION, headers).expect(201)
    before = _good(run, signer)
    again = run.node.renew(_ROTATION, headers)
    if again.status not in _REPEATED:
        raise again.wrong(
            Text(f"重放的写入得到 {again.status}", f"the repeated write got {again.status}"),
            Text("401 或 409", "401 or 409"),
            others=(first.n,),
        )
    if not before:
        raise Untested(
            Text("更换的效果看不出来，见 API-049", "the effect of a replacement cannot be seen: see API-049")
        )
    lost = sorted(before - _good(run, signer))
    if lost:
        raise failure(
            Text(
                f"首次更换所得的密钥已失效（{names(lost)}）：重放产生了第二次效果",
                f"the secret of the first call is void ({names(lost)}): the repeat took effect",
            ),
            Text("重放没有第二次效果", "no second effect of a repeat"),
            (first.n, again.n),
        )


def _lasting(signer: Signer) -> tuple[str, str]:
    """Return kind and role of a signature that stays good when the secret is replaced: an admin's, or one by SM2.

    Raises:
        Untested: there is none.
    """
    if any(signer.has(kind, _ADMIN) for kind in KINDS):
        return signer.accepted(_ADMIN)[0], _ADMIN
    if SM2_SM3 in signer.accepted(_ROTATION):
        return SM2_SM3, _ROTATION
    raise Untested(
        Text(
            "没有不随密钥更换而失效的签名身份（管理员，或 SM2 密钥）",
            "no signature outlives the replacement: neither an admin's nor one by SM2",
        )
    )


def _good(run: Session, signer: Signer) -> set[str]:
    """Return what the secret that was handed out last is good for."""
    token = {"token"} if run.node.credentials.grant(_ROTATION).status == 200 else set()
    symmetric = [one for one in KINDS if one != SM2_SM3 and signer.has(one, _ROTATION)]
    return token | {one for one in symmetric if signer.ask(signer.headers(one, _ROTATION)).status == 200}
