"""interfaces/contract: the description of the node, and every response of the run held to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.interfaces.contract import hold
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.interfaces.contract import Generation
    from conformance.checks.interfaces.hostile import Provoked
    from conformance.node import Session


@decides("API-002", last=True)
def test_responses_keep_the_contract(run: Session, generation: Generation) -> None:
    """Status, media type, headers and body of every response of the run are what the contract declares."""
    generation.announce(run)
    watch = hold(run, "API-002")
    if not watch.bodies:
        raise Untested(Text("没有带报文的响应", "no response had a body"))
    _announce(run)


@decides("API-014", last=True)
def test_json_is_utf8(run: Session, generation: Generation) -> None:
    """Every JSON body of the run is encoded in UTF-8 and is of type application/json or +json."""
    del generation
    if not hold(run, "API-014").bodies:
        raise Untested(Text("没有带报文的响应", "no response had a body"))
    _announce(run)


@decides("API-043", last=True)
def test_request_ids_differ(run: Session, generation: Generation, provoked: Provoked) -> None:
    """Every response of the run carries an X-Request-Id, and no two requests got the same."""
    del generation, provoked
    hold(run, "API-043")
    _announce(run)


def _announce(run: Session) -> None:
    seen = run.watched.seen
    run.note(
        f"{sum(seen.values())} 个响应，{len(seen)} 种操作", f"{sum(seen.values())} responses of {len(seen)} operations"
    )
