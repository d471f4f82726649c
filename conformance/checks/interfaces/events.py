"""What a node tells a receiver of events: subscribed to, caused by changes of the catalog, refused twice, taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import orjson

from conformance.checks.desk import Desk
from conformance.checks.shared import at, words
from conformance.checks.walking import walk
from conformance.hub.hearing import hearing
from conformance.hub.place import place
from conformance.hub.receiver import PATH, Receiver, is_delivery, is_handshake
from conformance.hub.receiver_events import Event, read_event
from conformance.judge import Untested
from conformance.node.signing import Key
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.shared import Catalog
    from conformance.hub.hearing import Ear
    from conformance.node import Answer, Session

CHANGED = "cn.gov.share.catalog.changed"
REFUSALS = (503, 503)
#: Intervals that differ by less than this cannot be told from one another, in seconds.
NOISE = 0.1
_ROLE = "editor"
_PATH = "/events/subscriptions"
_SLICE = 1.0
_PAUSE = 0.2
_LOOKS = 10
_ENDED = frozenset({"delivered", "given-up"})


@dataclass(frozen=True, slots=True)
class Telling:
    """How often one change was told, in the order of arrival.

    Attributes:
        code: the entry that changed.
        what: `published` or `revoked`.
    """

    code: str
    what: str
    events: tuple[Event, ...]

    @property
    def intervals(self) -> tuple[float, ...]:
        """Seconds between one arrival and the next."""
        times = [one.arrived for one in self.events]
        return tuple((b - a).total_seconds() for a, b in pairwise(times))

    @property
    def taken(self) -> bool:
        """Whether the receiver took it in the end."""
        return any(200 <= one.heard.status < 300 for one in self.events)

    @property
    def grows(self) -> bool:
        """Whether each interval is longer than the one before by more than noise."""
        pairs = list(pairwise(self.intervals))
        return bool(pairs) and all(b - a > NOISE for a, b in pairs)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the receiver was told.

    Attributes:
        events: every delivery.
        subscription: as the node answered it.
        asked: whether the node asked the receiver before it delivered.
        early: events that the node listed before the change that they tell of was made.
        refused: tellings that were answered with 503 twice.
        taken: tellings that were taken at once.
        strange: events about nothing that the run changed.
        listed: the node's own list of deliveries, by id of the event, and the exchanges that brought it.
    """

    events: tuple[Event, ...]
    subscription: Answer
    asked: bool
    early: frozenset[str]
    refused: tuple[Telling, ...]
    taken: tuple[Telling, ...]
    strange: tuple[Event, ...]
    listed: dict[str, dict[str, Any]]
    pages: tuple[int, ...]

    @property
    def sink(self) -> str:
        """Where they were sent."""
        return words(self.subscription.object, "sink")


@dataclass(slots=True)
class Watching:
    """A receiver at work: what it heard so far, and of which changes."""

    run: Session
    desk: Desk
    ear: Ear
    receiver: Receiver
    subscription: Answer
    heard: list[tuple[str, Event]] = field(default_factory=list)
    early: set[str] = field(default_factory=set)

    def walked(self) -> tuple[dict[str, dict[str, Any]], tuple[int, ...]]:
        """Return the node's own list of deliveries by event, and its pages."""
        path = f"{_PATH}/{self.subscription.member('id', str)}/deliveries"
        found = walk(self.run.node, path, {"limit": 100}, role=_ROLE)
        return {words(one, "event"): one for one in found.items if isinstance(one, dict)}, found.pages

    def prepare(self, name: str) -> tuple[str, str]:
        """Bring a new entry to where it may be published; return its code and draft."""
        entry = self.desk.entry(name)
        draft = self.desk.register(entry).expect(201).member("id", str)
        self.desk.prepare(draft)
        return str(entry["code"]), draft

    def publish(self, what: str, drafts: list[tuple[str, str]]) -> None:
        """Publish entries one right after the other and take in what is told; `what` names the stage."""
        self.early |= set(self.walked()[0]) - {one.id[0] for _, one in self.heard}
        for _, draft in drafts:
            self.desk.act(draft, "publish", "reviewer").expect(200)
        self.take(what, [code for code, _ in drafts])

    def take(self, what: str, codes: list[str]) -> None:
        """Take deliveries in until each of the codes was told and taken, or the node gave up, or time is over."""
        ends = self.run.now + timedelta(seconds=float(self.run.param("interfaces.event-wait")))
        while not all(self.telling(what, one).taken for one in codes) and self.run.now < ends:
            one = self.ear.wait(is_delivery, _SLICE)
            if one is not None:
                self.heard.append((what, read_event(one)))
            elif self._given_up(codes):
                break

    def telling(self, what: str, code: str) -> Telling:
        """Return how often a change was told so far."""
        return Telling(code, what, tuple(one for stage, one in self.heard if (stage, one.about) == (what, code)))

    def _given_up(self, codes: list[str]) -> bool:
        ours = {one.id[0] for _, one in self.heard if one.about in codes}
        listed = self.walked()[0]
        return any(at(one, "state") == "given-up" for name, one in listed.items() if name in ours)

    def settled(self) -> tuple[dict[str, dict[str, Any]], tuple[int, ...]]:
        """Return the list of deliveries once each that was heard has come to its end, or after two seconds."""
        ours = {one.id[0] for _, one in self.heard}
        found = self.walked()
        for _ in range(_LOOKS):
            if all(at(one, "state") in _ENDED for name, one in found[0].items() if name in ours):
                break
            self.ear.drain(_PAUSE)
            found = self.walked()
        return found


def listen(run: Session, catalog: Catalog) -> Told:
    """Subscribe, change the catalog below the sandbox prefix, and return what was told.

    Raises:
        Untested: the receiver cannot listen, or the node takes no subscription of it.
        Failed: a lawful step of an entry is refused.
    """
    desk, receiver = Desk(run, catalog), Receiver()
    with hearing(run, "receiver", receiver, place(run)) as ear:
        subscription = _subscribe(run, receiver, f"{ear.url}{PATH}")
        watching = Watching(run, desk, ear, receiver, subscription)
        try:
            return _told(watching)
        finally:
            run.node.ask("DELETE", f"{_PATH}/{subscription.member('id', str)}", role=_ROLE)


def _subscribe(run: Session, receiver: Receiver, sink: str) -> Answer:
    area = run.node.profile.access.sandbox
    wanted = {"sink": sink, "types": [CHANGED], "secretAlgorithm": "hmac-sha256"}
    answer, body = run.node.confide(_PATH, {**wanted, "subject": area.prefix if area else ""}, _ROLE)
    if answer.status != 201:
        raise Untested(
            Text(
                "节点不接受订阅 {sink}（交换 {n}，状态 {status}）：请允许该接收地址",
                "The node takes no subscription of {sink} (exchange {n}, status {status}): let it send there",
            ).fill(sink=sink, n=answer.n, status=answer.status)
        )
    name, secret = answer.member("id", str), words(orjson.loads(body), "secret")
    run.node.wire.redactor.learn(secret)
    run.ledger.subscription(name, answer)
    receiver.at(sink, Key(name, words(answer.object, "secretAlgorithm") or "hmac-sha256", secret) if secret else None)
    return answer


def _told(watching: Watching) -> Told:
    refused = [_refuse(watching, "event-a")]
    if refused[0].taken and not refused[0].grows:
        refused.append(_refuse(watching, "event-b"))  # a second look: a busy machine is no fault of the node
    watching.receiver.answer()
    drafts = [watching.prepare(f"event-{name}") for name in "cde"]
    codes = [code for code, _ in drafts]
    watching.publish("published", drafts)
    for code in codes:
        watching.desk.revoke(code)
    watching.take("revoked", codes)
    listed, pages = watching.settled()
    known = {one.code for one in refused} | set(codes)
    return Told(
        tuple(one for _, one in watching.heard),
        watching.subscription,
        any(is_handshake(one) for one in watching.ear.kept),
        frozenset(watching.early),
        tuple(refused),
        tuple(watching.telling(what, code) for what in ("published", "revoked") for code in codes),
        tuple(one for _, one in watching.heard if one.about not in known),
        listed,
        pages,
    )


def _refuse(watching: Watching, name: str) -> Telling:
    """Publish an entry and refuse the first two deliveries of its event."""
    watching.receiver.answer(*REFUSALS)
    code, draft = watching.prepare(name)
    watching.publish("refused", [(code, draft)])
    return watching.telling("refused", code)
