"""Requests at a steady rate, whatever the answers: an open loop, so that a slow node does not slow the asking down.

A call is due when the schedule says so, and its latency counts from then: what waits because others are slow is counted
with its wait. The ways are those of every request; the single exchanges are not recorded, what was counted of them is.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.node.network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.node.guard import Guard
    from conformance.node.network import Reply, Request
    from conformance.node.profile import Access

#: Calls under way at once, at most; more wait for one of them, and their wait counts.
LANES = 256


@dataclass(frozen=True, slots=True)
class Shot:
    """One call.

    Attributes:
        due: seconds from the beginning at which the schedule wanted it.
        late: seconds by which this machine was late to send it.
        seconds: from when it was due to the end of its answer.
    """

    request: Request
    due: float
    late: float
    seconds: float
    status: int
    media: str
    refused: str


@dataclass(frozen=True, slots=True)
class Barrage:
    """What came of a load; `cpu` is the share of one processor that this machine spent on it."""

    shots: tuple[Shot, ...]
    cpu: float


def barrage(access: Access, guard: Guard, requests: Sequence[Request], rate: float) -> Barrage:
    """Send requests at a rate and wait for every answer.

    Args:
        access: how to reach the node; its own rate and concurrency do not count here.
        guard: what may be sent; every call is of its budget.
        requests: one a call, in the order of the schedule.
        rate: calls a second.

    Raises:
        Untested: the budget does not hold so many calls.
    """
    lanes = min(LANES, len(requests))
    network = Network(replace(access, rate=0.0, concurrency=lanes), guard)
    free, begin, spent = list(range(lanes)), time.perf_counter(), time.process_time()

    def shoot(request: Request, due: float, late: float) -> Shot:
        lane = free.pop()  # the one used last is used first: few connections, as many as there are calls at once
        try:
            reply = network.send_by(lane, request)
        finally:
            free.append(lane)
        return _shot(request, reply, due, late, time.perf_counter() - begin - due)

    try:
        with ThreadPoolExecutor(lanes) as pool:
            waiting = []
            for place, request in enumerate(requests):
                due = place / rate
                time.sleep(max(0.0, due - (time.perf_counter() - begin)))
                waiting.append(pool.submit(shoot, request, due, time.perf_counter() - begin - due))
            shots = tuple(one.result() for one in waiting)
    finally:
        network.close()
    return Barrage(shots, (time.process_time() - spent) / (time.perf_counter() - begin))


def _shot(request: Request, reply: Reply, due: float, late: float, seconds: float) -> Shot:
    media = next((value for name, value in reply.headers if name == "content-type"), "")
    kind = reply.refused.kind if reply.refused else ""
    return Shot(request, due, late, seconds, reply.status, media.partition(";")[0].strip().lower(), kind)
