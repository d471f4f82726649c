"""What the runs of these tests are made of: a small law, a hostile node, every outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from conformance.evidence import Exchange, Refused, RunWriter
from conformance.judge import CheckResult, Finding, Outcome, Sample
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.law import Law

SCRIPT = "<script>window.broken = 1</script><img src=x onerror=alert(1)>"
OVERRIDE = "\u202etxt.exe\u2066"
SECRET = "s3cr3t-value"
START = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=8)))
NODE = "https://data.example.gov.cn"


def both(words: str) -> Text:
    return Text(f"{words}（中文）", f"{words} (English)")


def row(number: int, *, prefix: str = "CAT", kind: str = "catalog/core", **more: Any) -> dict[str, Any]:
    words = {"zh": f"要求{number}成立。", "en": f"Rule {number} holds."}
    return {
        "id": f"{prefix}-{number:03}",
        "class": kind,
        "obligation": "MUST",
        "title": {"zh": f"第{number}项", "en": f"Item {number}"},
        "text": words,
        "source": {"cite": "政务数据共享条例 第十五条", "en": "Decree 809, Article 15", "tier": "A"},
        "disposition": "check",
        "applies": kind,
        "remedy": {"zh": "补充内容。", "en": "Fill it in."},
    } | more


def planned(number: int, prefix: str, kind: str) -> dict[str, Any]:
    reason = {"zh": "随后落地。", "en": "Lands later."}
    return row(number, prefix=prefix, kind=kind, disposition="planned", reason=reason)


PROFILE = {"cite": "本规范", "en": "This profile", "tier": "P"}
ROWS = {
    "catalog": [
        row(1),
        row(2, source=PROFILE),
        row(3, obligation="SHOULD"),
        row(4),
        row(5),
        row(6, kind="catalog/changes", source={"cite": "条例第十七条", "en": "Article 17", "tier": "A*"}),
        row(7, kind="catalog/changes", disposition="attest", reason={"zh": "由文件证明。", "en": "By document."}),
        row(8),
    ],
    "data": [planned(1, "STD", "data/elements"), planned(2, "STD", "data/values")],
    "architecture": [planned(1, "ARC", "architecture/audit")],
    "interfaces": [planned(1, "API", "interfaces/errors")],
    "process": [planned(1, "PRC", "process/use")],
    "components": [planned(1, "CMP", "components/registry")],
}
SELECTED = [one["id"] for rows in ROWS.values() for one in rows]


def manifest(law: Law, **more: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "run": "20261122-093000-7",
        "node": {"url": NODE, "code": "500103", "name": {"zh": f"渝中区{SCRIPT}", "en": f"Yuzhong {OVERRIDE}"}},
        "profile": {"profile": 1, "node": {"url": NODE}},
        "edition": "2026.1",
        "law": law.digest,
        "suite": "0.1.0",
        "mode": "sandbox",
        "seed": 7,
        "selected": SELECTED,
        "claims": ["catalog/core", "catalog/changes"],
        "parameters": {"catalog.visibility-delay": 5},
        "started": START.isoformat(),
        "versions": {"python": "3.11.7", "pytest": "9.1.1", "hypothesis": "6.170.15"},
    } | more


def exchange(n: int, **more: Any) -> Exchange:
    values: dict[str, Any] = {
        "n": n,
        "owner": "test_changes.py::test_replay",
        "role": "reader",
        "method": "GET",
        "url": f"{NODE}/catalog/changes?since={n}&q='quoted'",
        "request_headers": (("accept", "application/json"), ("authorization", f"Bearer {SECRET}")),
        "request_body": b"",
        "started": datetime(2026, 11, 22, 1, 30, n % 60, tzinfo=UTC),
        "seconds": 0.012,
        "status": 200,
        "headers": (("content-type", "application/json"), ("set-cookie", f"id={SECRET}")),
        "body": b'{"changes":[],"next":null}',
    }
    return Exchange(**(values | more))


def finding(requirement: str, *exchanges: int, **more: Any) -> Finding:
    values: dict[str, Any] = {
        "came": Text(f"197 个事件 {SCRIPT}", f"197 events {SCRIPT}"),
        "due": both("op=revoke"),
        "exchanges": exchanges,
    }
    return Finding(requirement, **(values | more))


def samples(shown: int) -> tuple[Sample, ...]:
    return tuple(Sample(f"entry {n} {OVERRIDE}", f"/items/{n}", both("none"), both("some"), 3) for n in range(shown))


def result(requirement: str, outcome: Outcome, **more: Any) -> CheckResult:
    return CheckResult(f"test_core.py::test_{requirement}", requirement, outcome, **more)


RESULTS = (
    result("CAT-001", Outcome.PASSED, exchanges=(1, 2), notes=(both("met 3 entries"),)),
    result(
        "CAT-002",
        Outcome.FAILED,
        reason=both("conditions missing"),
        findings=(
            finding("CAT-002", 3, 4, asked=both("every entry"), count=312, samples=samples(25)),
            finding("CAT-002", 5, came=Text("长" * 9000, "x" * 9000)),
        ),
    ),
    result("CAT-003", Outcome.UNTESTED, reason=both("no draft could be made"), exchanges=(6,)),
    result("CAT-004", Outcome.CANT_TELL, reason=both("timed out"), exchanges=(7,)),
    result("CAT-005", Outcome.INAPPLICABLE, reason=both("not claimed")),
    result("CAT-006", Outcome.ERROR, reason=both("the check broke")),
    result("CAT-008", Outcome.PASSED, exchanges=tuple(range(1, 8))),
)
EXCHANGES = (
    exchange(1),
    exchange(2),
    exchange(3, body=SCRIPT.encode() + b"\x1b[31mred\x00".replace(b"\0", b"") + b"y" * 50_000),
    exchange(
        4,
        method="POST",
        request_headers=(("content-type", "application/json"), ("authorization", "Bearer x")),
        request_body=b'{"reason":"it\'s","client_secret":"' + SECRET.encode() + b'"}',
        status=201,
    ),
    exchange(5, status=799, headers=tuple((f"x-{n}", "v" * 3000) for n in range(60)), body=b"\x89PNG\x00\xff" * 9),
    exchange(6, status=401, body=f'{{"access_token":"{SECRET}"}}'.encode()),
    exchange(7, status=0, headers=(), body=b"", refused=Refused("timeout", f"no answer in 30 s {SCRIPT}")),
)


def fill(writer: RunWriter) -> None:
    for one in EXCHANGES:
        writer.exchange(one)
    writer.event(
        "doctor",
        name=both("clock"),
        ok=False,
        owner=both("node"),
        text=both("clock is 9 s late"),
        remedy=both("use a time server"),
    )
    writer.event("control", name="unknown-code", passed=True, text=both("an unknown code was refused"), exchanges=[2])
    writer.event("write", method="POST", path="/catalog/drafts", exchange=4, object="307500999001/000001")
    left = {"object": f"draft {SCRIPT}", "kind": "left", "text": both("could not be deleted")._asdict()}
    writer.event("residue", items=[left])
    for one in RESULTS:
        writer.result(one)
