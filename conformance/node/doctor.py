"""Looks at everything a verdict rests on before a check runs, and names whose problem it is."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.judge import Decision
from conformance.node.discover import DESCRIPTOR
from conformance.node.layered import layers_only
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.node.session import Session

NOTHING = Text("", "")
NODE = Text("节点", "node")
NETWORK = Text("网络", "network")
PROFILE = Text("配置", "profile")
CREDENTIALS = Text("凭证", "credentials")
DATA = Text("测试数据", "test data")
_ROLES = ("reader", "editor", "head", "reviewer", "auditor")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at.

    Attributes:
        owner: whose problem it is where `ok` is false.
        fatal: nothing can be judged before it is mended.
    """

    name: Text
    ok: bool
    text: Text
    owner: Text = NODE
    remedy: Text = NOTHING
    fatal: bool = False


def resolve(url: str) -> Diagnosis:
    """Look the node's host name up."""
    parts = urlsplit(url)
    name = Text("域名解析", "Name resolution")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return Diagnosis(
            name,
            ok=False,
            text=Text(f"{parts.hostname} 无法解析：{error}", f"{parts.hostname} does not resolve: {error}"),
            owner=NETWORK,
            remedy=Text("检查地址拼写、DNS 或 hosts 设置。", "Check the spelling of the URL, DNS or the hosts file."),
            fatal=True,
        )
    address = found[0][4][0]
    return Diagnosis(name, ok=True, text=Text(f"{parts.hostname} → {address}", f"{parts.hostname} → {address}"))


def examine(session: Session, described: dict[str, object]) -> Iterator[Diagnosis]:
    """Yield what is found about a node that could be reached, one diagnosis at a time."""
    yield from _tls(session)
    if layers_only(session.claims):
        yield _layers(session)
        return
    yield _descriptor(session, described)
    yield _clock(session)
    yield from _credentials(session)
    yield _data(session)
    yield _sandbox(session)


def _tls(session: Session) -> Iterator[Diagnosis]:
    """Say how safe the way is: the first exchange came through it already."""
    name = Text("传输安全", "Transport security")
    if urlsplit(session.node.profile.url).scheme == "https":
        yield Diagnosis(name, ok=True, text=Text("TLS 证书对该主机有效", "the TLS certificate is valid for this host"))
    else:
        words = Text("明文 HTTP，只宜用于本机测试实例", "plain HTTP: fit for a test instance on this machine only")
        yield Diagnosis(name, ok=True, text=words)


def _layers(session: Session) -> Diagnosis:
    """Say that only the layers are looked at, and where their landing page was found."""
    path = session.node.profile.access.ogc
    words = Text(
        f"只检验空间服务，首页 {path}；目录、身份、沙箱等不在检验之列",
        f"spatial layers alone, landing page at {path}; catalog, identities and sandbox are not looked at",
    )
    return Diagnosis(Text("检验范围", "Scope"), ok=True, text=words)


def _descriptor(session: Session, described: dict[str, object]) -> Diagnosis:
    name = Text("节点描述", "Descriptor")
    if described:
        code = described.get("nodeCode")
        return Diagnosis(name, ok=True, text=Text(f"节点代码 {code}", f"node code {code}"))
    return Diagnosis(
        name,
        ok=False,
        text=_instead(session),
        remedy=Text("由节点提供描述文件。", "Let the node serve its descriptor."),
    )


def _instead(session: Session) -> Text:
    """Say what came where the descriptor was due."""
    try:
        answer = session.node.get(DESCRIPTOR, role=None)
    except Decision as decision:
        return decision.reason
    if answer.header("location"):
        return Text(
            "GET {path} 返回 {status}，指向 {to}；不跟随重定向",
            "GET {path} gave {status} to {to}: redirects are not followed",
        ).fill(path=DESCRIPTOR, status=answer.status, to=str(answer.header("location"))[:200])
    return Text(
        "GET {path} 返回 {status} {media}，不是 JSON 对象", "GET {path} gave {status} {media}, not a JSON object"
    ).fill(path=DESCRIPTOR, status=answer.status, media=answer.media_type)


def _clock(session: Session) -> Diagnosis:
    name, limit = Text("时钟", "Clock"), float(session.param("run.clock-skew"))
    try:
        answer = session.node.get("/time", role=None)
        stamp = answer.header("date") or ""
        skew = abs((parsedate_to_datetime(stamp) - answer.exchange.ended).total_seconds())
    except Decision as decision:
        return Diagnosis(name, ok=False, text=decision.reason)
    except (ValueError, TypeError, OverflowError):
        return Diagnosis(
            name, ok=False, text=Text("响应没有可读的 Date 头", "The response has no readable Date header")
        )
    text = Text(f"相差 {skew:.0f} 秒（限 {limit:g} 秒）", f"{skew:.0f} s apart ({limit:g} s allowed)")
    remedy = Text("为节点和本机配置时间同步（NTP）。", "Synchronise the clocks of the node and of this machine (NTP).")
    return Diagnosis(name, ok=skew <= limit + 1, text=text, remedy=remedy)


def _credentials(session: Session) -> Iterator[Diagnosis]:
    name = Text("凭证 {role}", "Credentials {role}")
    roles = [role for role in _ROLES if session.node.has(role)]
    if not roles:
        yield Diagnosis(
            Text("凭证", "Credentials"),
            ok=False,
            text=Text(
                "没有任何测试身份，需要认证的内容无法检验", "No test identity: whatever needs one cannot be tested"
            ),
            owner=PROFILE,
            remedy=Text(
                "用 conformance new-profile 生成配置并填写身份。",
                "Write a profile with `conformance new-profile` and enter identities.",
            ),
        )
    for role in roles:
        try:
            session.node.authenticate(role)
        except Decision as decision:
            yield Diagnosis(
                name.fill(role=role),
                ok=False,
                text=decision.reason,
                owner=CREDENTIALS,
                remedy=Text("核对该角色的 client_id 与密钥。", "Check client_id and secret of this role."),
            )
        else:
            yield Diagnosis(name.fill(role=role), ok=True, text=Text("已取得令牌", "token received"))


def _data(session: Session) -> Diagnosis:
    name = Text("测试数据", "Test data")
    try:
        answer = session.node.get("/catalog/resources", params={"limit": 1})
        total = answer.object.get("total") if answer.status == 200 else None  # noqa: PLR2004
    except Decision as decision:
        return Diagnosis(name, ok=False, text=decision.reason, owner=DATA)
    if isinstance(total, int) and total > 0:
        return Diagnosis(name, ok=True, text=Text(f"目录 {total} 条", f"{total} catalog entries"))
    return Diagnosis(
        name,
        ok=False,
        text=Text(f"目录没有可读条目（状态 {answer.status}）", f"No readable catalog entry (status {answer.status})"),
        owner=DATA,
        remedy=Text(
            "先发布目录，或换用有数据的测试实例。", "Publish a catalog first, or use a test instance that has data."
        ),
    )


def _sandbox(session: Session) -> Diagnosis:
    name = Text("沙箱", "Sandbox")
    area = session.node.profile.access.sandbox
    if session.mode == "observe":
        text = Text("observe 模式：只读，写入类要求不检验", "mode observe: read only, what needs writing is untested")
        return Diagnosis(name, ok=True, text=text)
    if area is None:
        return Diagnosis(
            name,
            ok=False,
            text=Text(
                "sandbox 模式需要在配置中声明 access.sandbox.prefix",
                "Mode sandbox needs access.sandbox.prefix in the profile",
            ),
            owner=PROFILE,
            remedy=Text("声明可写的资源代码前缀。", "Declare the prefix of codes that may be written."),
        )
    return Diagnosis(name, ok=True, text=Text(f"可写前缀 {area.prefix}", f"codes below {area.prefix} may be written"))
