"""interfaces/security: secrets end, and can be replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import names
from conformance.checks.interfaces.signed import KINDS, NATIONAL
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.interfaces.signed import Signer
    from conformance.node import Session

_REFUSED = Text("状态 401", "status 401")


@decides("API-009")
def test_expired_secrets_are_refused(run: Session, signer: Signer) -> None:
    """A secret past its end time gets no token and signs nothing: 401."""
    if not run.node.has("expired"):
        raise Untested(
            Text(
                "配置中没有密钥已过期的身份（access.signing.expired）",
                "no identity with an expired secret (access.signing.expired)",
            )
        )
    run.node.credentials.grant("reader").expect(200)
    token = run.node.credentials.grant("expired")
    if token.status != 401:
        raise token.wrong(
            Text(f"过期密钥换取令牌得到 {token.status}", f"a token for an expired secret: {token.status}"), _REFUSED
        )
    kinds = [kind for kind in KINDS if signer.has(kind, "expired") and kind in signer.accepted()]
    for kind in kinds:
        answer = signer.ask(signer.headers(kind, "expired"))
        if answer.status != 401:
            raise answer.wrong(
                Text(
                    f"以过期密钥签名（{kind}）得到 {answer.status}",
                    f"signed with an expired secret ({kind}): {answer.status}",
                ),
                _REFUSED,
                others=(token.n,),
            )
    run.note(f"换取令牌，签名 {names(kinds)}", f"asked for a token, signed by {names(kinds)}")


@decides("API-049", writes=True)
def test_replaced_secret_is_good_and_the_old_one_void(run: Session, signer: Signer) -> None:
    """Replacing a secret gives a new one with its end time; the new one is good, the old one is refused."""
    if not run.node.has("rotation"):
        raise Untested(
            Text(
                "配置中没有供更换密钥的身份（access.signing.rotation）",
                "no identity to replace the secret of (access.signing.rotation)",
            )
        )
    run.node.credentials.grant("rotation").expect(200)
    signs = signer.has(NATIONAL, "rotation") and signer.ask(signer.headers(NATIONAL, "rotation")).status == 200
    old = run.node.credentials.identity("rotation")
    renewed = run.node.renew("rotation").expect(201)
    renewed.member("clientSecret", str)
    ends = _moment(renewed.member("expires", str))
    if ends is None or ends <= renewed.exchange.ended:
        raise renewed.wrong(
            Text(f"到期时间为 {renewed.object.get('expires')}", f"the end time is {renewed.object.get('expires')}"),
            Text("将来的到期时间", "an end time in the future"),
        )
    fresh = run.node.credentials.grant("rotation")
    if fresh.status != 200:
        raise fresh.wrong(
            Text(f"新密钥得到 {fresh.status}", f"the new secret got {fresh.status}"),
            Text("新密钥可用", "the new secret is good"),
        )
    void = run.node.credentials.grant("rotation", replace(old, role="rotation"))
    if void.status != 401:
        raise void.wrong(
            Text(f"旧密钥换取令牌得到 {void.status}", f"a token for the old secret: {void.status}"), _REFUSED
        )
    if signs:
        _signs_anew(run, signer, old.signing.key)


def _signs_anew(run: Session, signer: Signer, old_key: str) -> None:
    """The key of the header signature has changed along with the secret."""
    now = run.node.credentials.identity("rotation")
    good = signer.ask(signer.headers(NATIONAL, now))
    if good.status != 200:
        raise good.wrong(
            Text(f"以新密钥签名得到 {good.status}", f"signed with the new secret: {good.status}"),
            Text("状态 200", "status 200"),
        )
    before = replace(now, signing=replace(now.signing, key=old_key))
    bad = signer.ask(signer.headers(NATIONAL, before))
    if bad.status != 401:
        raise bad.wrong(Text(f"以旧密钥签名得到 {bad.status}", f"signed with the old secret: {bad.status}"), _REFUSED)


def _moment(text: str) -> datetime | None:
    """Return a date-time with an offset, None where the text is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
