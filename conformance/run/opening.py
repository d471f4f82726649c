"""Opens a session: on a live node with a run folder, or on the recorded exchanges of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance.evidence import RunWriter
from conformance.judge import CantTell, Decision
from conformance.judge.values import as_data
from conformance.node.client import Node
from conformance.node.discover import bare_profile, complete, descriptor
from conformance.node.doctor import Diagnosis, examine, resolve
from conformance.node.guard import Guard
from conformance.node.ledger import Ledger
from conformance.node.network import Network
from conformance.node.profile import Profile, ProfileError, load_profile
from conformance.node.redact import Redactor
from conformance.node.references import from_public
from conformance.node.replay import Replay
from conformance.node.session import STANDARD, Session
from conformance.node.wire import Wire
from conformance.run.manifest import manifest, run_id
from conformance.run.recorded import recorded_access
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.evidence import Exchange, RunFolder
    from conformance.judge import CheckResult
    from conformance.law import Law

Tell = Callable[[Diagnosis], None]
_RECORDED = ("measurement", "probe", "count")


class UnreachableError(Exception):
    """The node cannot be judged; the diagnosis says why and whose problem it is."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__(diagnosis.text.en)
        self.diagnosis = diagnosis


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants judged: a node by URL or profile, how, and where the evidence goes."""

    law: Law
    target: str
    out: Path
    mode: str | None = None
    seed: int = 0
    selected: tuple[str, ...] = ()
    tell: Tell = field(default=lambda _: None)
    depth: str = STANDARD


@dataclass(slots=True)
class Memory:
    """A sink that keeps results and nothing else; for doctor alone and for replays."""

    results: list[CheckResult] = field(default_factory=list)
    broken: Text | None = None

    def event(self, kind: str, **members: Any) -> None:
        """Forget an event."""

    def exchange(self, exchange: Exchange) -> None:
        """Forget an exchange."""

    def result(self, result: CheckResult) -> None:
        """Keep a result."""
        self.results.append(result)

    def flush(self) -> None:
        """Nothing to do."""


def read_target(target: str) -> Profile:
    """Return the profile that a URL or a file name stands for.

    Raises:
        ProfileError: it is neither, or the profile is wrong.
    """
    from pathlib import Path  # noqa: PLC0415 - only here

    path = Path(target)
    if "://" not in target:
        return load_profile(path)
    return bare_profile(target)


def open_live(request: Request) -> tuple[Session, RunWriter]:
    """Reach the node, make the run folder, examine the node.

    Raises:
        ProfileError: the profile is wrong or does not allow the mode.
        UnreachableError: nothing can be judged.
        UnwritableError: the run folder cannot be written.
    """
    profile = read_target(request.target)
    _lawful(request.law, profile)
    _reach(request.tell, resolve(profile.access.proxy or profile.url))
    run, started = run_id(), datetime.now(UTC).astimezone()
    writer = RunWriter(request.out / profile.slug / run, manifest(request, profile, run, started))
    try:
        session = _session(request, profile, writer, run, started)
    except BaseException as error:
        with writer:
            writer.stop(Text("未能开始：{why}", "could not start: {why}").fill(why=_why(error)))
        if isinstance(error, Decision):
            raise UnreachableError(_unreachable(profile, error.reason)) from error
        raise
    return session, writer


def _session(request: Request, profile: Profile, writer: RunWriter, run: str, started: datetime) -> Session:
    redactor = Redactor()
    for secret in profile.secrets:
        redactor.learn(secret)
    network = _network(profile, "observe")
    wire = Wire(network, writer, redactor, started)
    with wire.owned_by("doctor"):
        described = descriptor_or_stop(wire, profile)
        profile = complete(wire, profile, described)
        mode = choose_mode(profile, request.mode)
        guard = Guard(profile.access, profile.url, mode, spent=wire.count)
        network = Network(profile.access, guard)
        wire.sender.close()
        wire.sender = network
        node = Node(profile, wire, guard)
        claims = frozenset(profile.claims or ())
        own = (Ledger(writer), run, request.seed, mode, claims, dict(profile.parameters))
        session = Session(request.law, node, wire, writer, *own, depth=request.depth)
        writer.describe(
            node={"url": profile.url, "name": as_data(profile.name), "code": profile.code},
            profile=profile.public(),
            claims=sorted(claims),
            mode=mode,
            parameters=dict(profile.parameters),
        )
        for one in examine(session, described):
            writer.event("doctor", name=one.name, ok=one.ok, owner=one.owner, text=one.text, remedy=one.remedy)
            request.tell(one)
    wire.start_over()
    writer.flush()
    return session


def descriptor_or_stop(wire: Wire, profile: Profile) -> dict[str, Any]:
    """Return the descriptor.

    Raises:
        UnreachableError: the very first exchange got no response.
    """
    try:
        before = wire.count
        described = descriptor(wire, profile)
    except CantTell as error:
        raise UnreachableError(_unreachable(profile, error.reason)) from error
    if wire.last_refused is not None and wire.count == before + 1:
        raise UnreachableError(_unreachable(profile, wire.last_refused))
    return described


def choose_mode(profile: Profile, asked: str | None) -> str:
    """Return the mode of a run: what was asked for, within what the profile allows.

    Raises:
        ProfileError: sandbox was asked for and the profile does not allow it.
    """
    if asked == "sandbox" and (profile.access.mode != "sandbox" or profile.access.sandbox is None):
        raise ProfileError(
            Text(
                "配置未允许 sandbox 模式（access.mode 与 access.sandbox）",
                "The profile does not allow mode sandbox (access.mode and access.sandbox)",
            )
        )
    return asked or profile.access.mode


def open_replay(law: Law, folder: RunFolder) -> tuple[Session, Memory]:
    """Open a session on recorded exchanges; no network is touched.

    Raises:
        EvidenceError: an exchange was changed or cannot be read.
    """
    known, memory, redactor = folder.manifest, Memory(), Redactor()
    public, access = known["profile"], recorded_access(known)
    profile = Profile(
        known["node"]["url"],
        access,
        code=known["node"]["code"],
        claims=tuple(known["claims"]),
        references=from_public(public["references"]) if public.get("references") else None,
    )
    started = datetime.fromisoformat(known["started"])
    wire = Wire(Replay(folder.exchanges.values(), redactor), memory, redactor, started)
    node = Node(profile, wire, Guard(access, profile.url, known["mode"]))
    session = Session(
        law,
        node,
        wire,
        memory,
        Ledger(memory),
        known["run"],
        known["seed"],
        known["mode"],
        frozenset(known["claims"]),
        dict(known["parameters"]),
        recorded={one["name"]: one["data"] for kind in _RECORDED for one in folder.of_kind(kind)},
        past=tuple(folder.exchanges.values()),
        depth=known.get("depth", STANDARD),
    )
    return session, memory


def _lawful(law: Law, profile: Profile) -> None:
    """Refuse a profile that claims unknown classes or changes parameters that are not a district's to change."""
    unknown = [one for one in profile.claims or () if one not in law.classes()]
    if unknown:
        raise ProfileError(Text("未知的一致性类：{name}", "Unknown conformance class: {name}").fill(name=unknown[0]))
    for name in profile.parameters:
        known = law.edition.parameters.get(name)
        if known is None:
            raise ProfileError(Text("未知参数：{name}", "Unknown parameter: {name}").fill(name=name))
        if known.changed_by != "district":
            raise ProfileError(
                Text("参数 {name} 不由区县改变", "Parameter {name} is not a district's to change").fill(name=name)
            )


def _network(profile: Profile, mode: str) -> Network:
    try:
        return Network(profile.access, Guard(profile.access, profile.url, mode))
    except OSError as error:
        raise ProfileError(
            Text(
                f"CA 文件 {profile.access.ca_file} 无法使用：{error}",
                f"CA file {profile.access.ca_file} cannot be used: {error}",
            )
        ) from error


def _reach(tell: Tell, diagnosis: Diagnosis) -> None:
    tell(diagnosis)
    if diagnosis.fatal:
        raise UnreachableError(diagnosis)


def _unreachable(profile: Profile, why: Text) -> Diagnosis:
    return Diagnosis(
        Text("连接", "Connection"),
        ok=False,
        text=Text(f"{profile.url} 无应答：{why.zh}", f"{profile.url} does not answer: {why.en}"),
        owner=Text("网络或节点", "network or node"),
        remedy=Text(
            "确认节点已启动、地址与端口正确、防火墙与代理放行、证书与主机名相符。",
            "See that the node runs, that host and port are right, that firewall and proxy let it through, "
            "and that the certificate is valid for the host.",
        ),
        fatal=True,
    )


def _why(error: BaseException) -> Text:
    if isinstance(error, KeyboardInterrupt):
        return Text("运行被中断", "The run was interrupted")
    if isinstance(error, UnreachableError):
        return error.diagnosis.text
    found = getattr(error, "reason", None) or getattr(error, "text", None)
    return found if isinstance(found, Text) else Text(str(error), str(error))
