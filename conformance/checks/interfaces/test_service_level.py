"""interfaces/service-level: what the node declares holds at the stated rate; judged only where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.checks import decides
from conformance.checks.finding import failure
from conformance.checks.interfaces.service.chance import unlikely
from conformance.checks.interfaces.service.loading import Level, measure
from conformance.judge import CantTell, Sample
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Session

_BEYOND = 0.05


@pytest.fixture(scope="session")
def level(run: Session) -> Level:
    """The load at the stated rate, once in a run."""
    return measure(run)


def _announce(run: Session, level: Level) -> None:
    figures = level.figures
    calls, rate, late = f"{figures['calls']:,}", f"{figures['rate']:g}", f"{figures['machine']['lateMs']:g}"
    run.note(
        f"{calls} 个调用，每秒 {rate} 个；本机迟发不超过 {late} 毫秒（p99）",
        f"{calls} calls at {rate}/s; this machine sent them at most {late} ms late (p99)",
    )


@decides("API-044")
def test_latency_is_as_declared(run: Session, level: Level) -> None:
    """At the stated rate 95 of 100 successful calls take no longer than declared, counted from when they were due."""
    declared, came = level.promise("p95Ms"), level.p95()
    _announce(run, level)
    if came is None:
        raise CantTell(Text("没有成功的调用", "no call succeeded"))
    if came <= declared:
        run.note(f"p95 {came:g} 毫秒，声明 {declared:g} 毫秒", f"p95 {came:g} ms, declared {declared:g} ms")
        return
    words = Text(f"p95 {came:g} 毫秒", f"p95 {came:g} ms")
    if (level.p95("sent") or 0.0) <= declared:
        raise CantTell(
            Text(f"{words.zh}，但本机未能按速率发出", f"{words.en}, but this machine could not keep the rate")
        )
    took = level.latencies("sent")
    if not unlikely(len(took), sum(one > declared for one in took), _BEYOND):
        raise CantTell(_too_few(words))
    raise failure(
        words, Text(f"不超过 {declared:g} 毫秒", f"at most {declared:g} ms"), (level.declared.n,), samples=_slow(level)
    )


def _slow(level: Level) -> list[Sample]:
    """The operations, the slowest first."""
    return [
        Sample(
            one["name"],
            "",
            Text(f"{one['calls']} 个调用，p95 {one['p95Ms']:g} 毫秒", f"{one['calls']} calls, p95 {one['p95Ms']:g} ms"),
            Text("", ""),
        )
        for one in level.figures["operations"]
        if one["p95Ms"] is not None
    ]


def _too_few(words: Text) -> Text:
    return Text(
        f"{words.zh}，但调用太少，可能出于偶然；请延长 interfaces.service-seconds",
        f"{words.en}, but so few calls may be chance: measure longer (interfaces.service-seconds)",
    )


@decides("API-071")
def test_success_is_as_declared(run: Session, level: Level) -> None:
    """At the stated rate the share of calls that get their answer is not below the declared one."""
    declared, came = level.promise("successRate"), 1 - level.failed / level.calls
    _announce(run, level)
    if came >= declared:
        run.note(f"成功率 {came:.4%}，声明 {declared:.4%}", f"{came:.4%} succeeded, declared {declared:.4%}")
        return
    words = Text(f"{level.calls:,} 个调用失败 {level.failed:,} 个", f"{level.failed:,} of {level.calls:,} calls failed")
    if not unlikely(level.calls, level.failed, 1 - declared):
        raise CantTell(_too_few(words))
    samples = [
        Sample(one["what"], "", Text(f"{one['calls']} 个调用", f"{one['calls']} calls"), Text("200", "200"))
        for one in level.figures["errors"]
    ]
    due = Text(f"成功率不低于 {declared:.4%}", f"at least {declared:.4%} succeed")
    raise failure(words, due, (level.declared.n,), samples=samples, count=level.failed)
