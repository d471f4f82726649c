"""Cases generated from the contract by Schemathesis and sent by our own client; the only door to Schemathesis.

Its engine chooses the cases (examples, coverage, fuzzing, stateful links) and shortens those that show a defect. What
counts as a defect the watch of the run decides, by the contract, so that every response is judged once and by one text.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from requests.adapters import BaseAdapter
from schemathesis.core.failures import Failure
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, ScenarioFinished
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport
from urllib3 import HTTPResponse

from conformance.checks.interfaces.sandboxed import inside
from conformance.judge import CantTell, Decision, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.evidence import Exchange
    from conformance.node import Session
    from conformance.node.contract.document import Contract, Operation

#: A host that cannot exist and a proxy that is none: whatever does not go through our client goes nowhere.
_BASE = "http://node.invalid"
_NOWHERE = "http://"
_BREACH = "x-conformance-breach"
_DEAF = 300  # cases in a row that may not be sent before generation ends


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is generated.

    Attributes:
        examples: by fuzzing, for each operation.
        chains: of stateful calls, for all operations together.
        coverage: whether the boundaries that the contract draws are walked one by one.
    """

    examples: int
    chains: int
    coverage: bool = True


LIMITS: Mapping[str, Limits] = {
    "smoke": Limits(0, 0, coverage=False),
    "standard": Limits(10, 10),
    "thorough": Limits(100, 100),
}


@schemathesis.check
def conformance_contract(ctx: Any, response: Any, case: Any) -> None:
    """Fail where the watch of the run saw the answer break the contract."""
    del ctx
    found = response.headers.get(_BREACH)
    if found:
        raise Failure(operation=case.operation.label, title=found[0], message=found[0])


@dataclass(slots=True)
class Generated:
    """What was generated.

    Attributes:
        cases: sent by operation.
        phases: sent by phase.
        stopped: why generation ended early, None where it came to its end.
    """

    cases: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    stopped: Decision | None = None


class _Through(BaseAdapter):
    """Takes prepared requests to our client as one role."""

    def __init__(self, run: Session, generated: Generated) -> None:
        super().__init__()
        self._run = run
        self._generated = generated
        self._unsent = 0
        self.operation: Operation | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Send one case; one that must not or cannot be sent is refused here, in the place of the node."""
        assert self.operation is not None
        if self._generated.stopped is not None:
            return _unsent(request)
        role = next((one for one in self.operation.roles if self._run.node.has(one)), None)
        body = _bytes(request.body)
        try:
            answer = inside(self._run, self.operation, role, _path(request), _headers(request), body)
        except Decision as decision:
            self._refused(decision)
            return _unsent(request)
        self._unsent = 0
        self._generated.cases[self.operation.label] += 1
        broken = [one for one in self._run.watch.latest if one.requirement == "API-002"]
        return _response(request, answer.exchange, broken[0].rule if broken else "")

    def _refused(self, decision: Decision) -> None:
        self._unsent += 1
        if isinstance(decision, CantTell) or self._unsent > _DEAF:
            self._generated.stopped = decision

    def close(self) -> None:
        """Nothing is open."""


def generate(run: Session, operations: Sequence[Operation], limits: Limits) -> Generated:
    """Send what Schemathesis makes of the given operations.

    Args:
        run: the run; its seed decides what is drawn.
        operations: which of the contract.
        limits: how much of it.
    """
    generated = Generated()
    adapter = _Through(run, generated)
    session = requests.Session()
    session.trust_env = False
    session.mount(_BASE, adapter)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(document_of(run.contract, operations), config=_config(run, limits))
        transport = _Transport(session, adapter, {one.label: one for one in operations})
        schema.__class__ = type("Through", (type(schema),), {"transport": property(lambda _: transport)})
        for event in from_schema(schema).execute():
            if isinstance(event, ScenarioFinished):
                generated.phases[str(event.phase.value)] += len(event.recorder.interactions)
            elif isinstance(event, FatalError):
                generated.stopped = Untested(Text(*[f"Schemathesis: {event.exception}"] * 2))
    return generated


class _Transport(RequestsTransport):
    """Schemathesis writes its cases as it always does; the session hands them to our client."""

    def __init__(self, session: requests.Session, adapter: _Through, by_label: Mapping[str, Operation]) -> None:
        super().__init__()
        self._serializers = REQUESTS_TRANSPORT._serializers  # noqa: SLF001 - there is no other way to take them over
        self._session = session
        self._adapter = adapter
        self._by_label = by_label

    def send(self, case: Any, *, session: Any = None, **options: Any) -> Any:
        """Send a case through our client."""
        del session
        self._adapter.operation = self._by_label[case.operation.label]
        return super().send(case, session=self._session, **options)


def document_of(contract: Contract, operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the contract with the given operations and no others."""
    paths: dict[str, Any] = {}
    for one in operations:
        paths.setdefault(one.path, {"parameters": list(one.shared)})[one.method.lower()] = one.data
    return {**{name: value for name, value in contract.data.items() if name != "webhooks"}, "paths": paths}


def seed_of(run: Session) -> int:
    """Return what the cases of a run are drawn from."""
    return run.number("generated") % 2**32


def _config(run: Session, limits: Limits) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "base-url": _BASE,
            "proxy": _NOWHERE,
            "seed": seed_of(run),
            "workers": 1,
            "suppress-health-check": ["all"],
            "continue-on-failure": True,
            "checks": {"enabled": False, "conformance_contract": {"enabled": True}},
            "generation": {
                "max-examples": limits.examples,
                "database": "none",
                "with-security-parameters": False,
                "exclude-header-characters": "\x00\r\n",
            },
            "phases": {
                "examples": {"enabled": True},
                "coverage": {"enabled": limits.coverage, "unexpected-methods": []},
                "fuzzing": {"enabled": limits.examples > 0},
                "stateful": {"enabled": limits.chains > 0, "generation": {"max-examples": max(limits.chains, 1)}},
            },
        }
    )


def _path(request: requests.PreparedRequest) -> str:
    return str(request.url).removeprefix(_BASE)


def _headers(request: requests.PreparedRequest) -> dict[str, str]:
    """Return what the case says in headers; identity and length are our client's."""
    own = {
        "authorization",
        "content-length",
        "host",
        "connection",
        "accept-encoding",
        "user-agent",
        "transfer-encoding",
    }
    given = {_text(name).lower(): _text(value) for name, value in request.headers.items()}
    return {name: value for name, value in given.items() if name not in own}


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return bytes(body) if isinstance(body, bytes | bytearray) else b"" if body is None else bytes(body.read())


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _response(request: requests.PreparedRequest, exchange: Exchange, broken: str) -> requests.Response:
    """Return an answer as Schemathesis reads it, with the rule that it breaks."""
    made = requests.Response()
    made.status_code = exchange.status
    made.url, made.request = str(request.url), request
    made.headers.update(dict(exchange.headers))
    if broken:
        made.headers[_BREACH] = broken
    made.elapsed = timedelta(seconds=exchange.seconds)
    made.raw = HTTPResponse(io.BytesIO(exchange.body), made.headers, exchange.status, preload_content=False)
    made._content = exchange.body  # noqa: SLF001 - what reading the raw body would have set
    return made


def _unsent(request: requests.PreparedRequest) -> requests.Response:
    """Return the answer to a case that does not leave: refused, and nothing wrong with it."""
    made = requests.Response()
    made.status_code, made.url, made.request = 403, str(request.url), request
    made.raw, made._content = HTTPResponse(io.BytesIO(b""), {}, 403, preload_content=False), b""  # noqa: SLF001
    return made
