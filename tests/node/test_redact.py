"""Credentials and identity numbers never survive; whatever only looks like them does.

A number becomes a token that keeps what rules ask about it: see test_redact_tokens.py.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from node.persons import IDENTITIES, identity, redactor

from conformance.node.redact import MARK, is_identity
from conformance.rules.identity_token import is_token

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Cli = Callable[..., subprocess.CompletedProcess[str]]

CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SECRETS = st.text("abcdefghijkmnopqrsuvwxyzABCDEF0123456789-_.~/+=", min_size=8, max_size=24)
WORDS = st.text("婚姻登记信息 ,.;:/()abcXYZ\n\t\"'|", max_size=12)
CODES = ["307500103001/000012", "11500103MB09990410", "DEM-2026-0001", "2025-06-03T09:12:44+08:00", "20250603091244123"]


def credit_code(kind: str, area: str, body: str) -> str:
    """A unified social credit code with both its check characters (GB 32100)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    inner = 11 - sum(w * ORGANISATION.index(one) for w, one in zip(weights, body, strict=True)) % 11
    code = kind + area + body + ("X" if inner == 10 else "0" if inner == 11 else str(inner))
    return code + CREDIT[-sum(pow(3, place, 31) * CREDIT.index(one) for place, one in enumerate(code)) % 31]


CREDIT_CODES = st.builds(
    credit_code,
    st.sampled_from(["11", "12", "13", "51", "91", "92", "N1"]),
    st.sampled_from(["500103", "500119", "500120", "110000", "512019"]),
    st.text("0123456789", min_size=8, max_size=8) | st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8),
)


def test_numbers_of_the_tests_are_right() -> None:
    assert "11010519491231002X" == identity(110105, "19491231", 2)
    assert "91350100M000100Y43" == credit_code("91", "350100", "M000100Y")
    assert is_identity("11010519491231002X")
    assert not is_identity("110105194912310021")
    assert not is_identity("11010519490230002X")


@given(secret=SECRETS, before=WORDS, after=WORDS)
def test_a_learned_secret_survives_nowhere(secret: str, before: str, after: str) -> None:
    assume(secret not in before + after and secret not in MARK)
    known, text = redactor(secret), before + secret + after
    shapes = [
        known.body(text.encode()).decode(),
        known.body(json.dumps({"echo": text}).encode()).decode(),
        known.body(json.dumps({"echo": text}, ensure_ascii=False).encode()).decode(),
        known.text(f"https://node.example/{secret}?q={secret}"),
        known.text(f"/path?state={quote(secret, safe='')}"),
        dict(known.headers((("x-echo", text), ("location", f"/{secret}"))))["x-echo"],
    ]

    assert [] == [one for one in shapes if secret in one or quote(secret, safe="") in one]
    assert all(MARK in one for one in shapes)


@given(secrets=st.lists(SECRETS, min_size=2, max_size=4, unique=True), order=st.randoms())
def test_a_secret_inside_another_is_hidden_too(secrets: list[str], order: object) -> None:
    del order
    nested = [*secrets, secrets[0] + secrets[1], secrets[0][:7]]
    hidden = redactor(*nested).body(" ".join(nested).encode()).decode()

    assert [] == [one for one in nested if one in hidden and one not in MARK]


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "client_secret", "clientSecret", "password"])
@given(value=st.text(min_size=1, max_size=20))
def test_members_that_hold_credentials_are_hidden_unlearned(name: str, value: str) -> None:
    canary = f"canary{value}canary"
    plain = redactor()
    bodies = [json.dumps({"a": 1, name: canary, "b": "kept"}, ensure_ascii=one) for one in (True, False)]
    hidden = [json.loads(plain.body(one.encode("utf-8", "surrogatepass"))) for one in bodies if one.isprintable()]

    assert [] == [one for one in hidden if one != {"a": 1, name: MARK, "b": "kept"}]


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "client_secret", "password"])
def test_form_fields_and_queries_are_hidden_and_end_where_they_end(name: str) -> None:
    plain = redactor()
    linked = json.dumps({"href": f"/x?a=1&{name}=canary-1", "next": f"/y?{name}=canary-2", "kept": "kept"})

    assert f"a=1&{name}={MARK}&b=2" == plain.body(f"a=1&{name}=canary&b=2".encode()).decode()
    assert f"https://n.example/x?{name}={MARK}&b=2" == plain.text(f"https://n.example/x?{name}=canary&b=2")
    assert {"href": f"/x?a=1&{name}={MARK}", "next": f"/y?{name}={MARK}", "kept": "kept"} == json.loads(
        plain.body(linked.encode())
    )


@pytest.mark.parametrize("name", ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key"])
def test_headers_that_hold_credentials_are_hidden_whole(name: str) -> None:
    assert ((name, MARK), ("accept", "text/html")) == redactor().headers(((name, "anything"), ("accept", "text/html")))


@given(number=IDENTITIES, before=WORDS, after=WORDS)
@example(number="11010519491231002X", before="a\n", after="\n")
@example(number="11010519491231002X", before="证", after="号")
@example(number="11010519491231002X", before="证", after="")
def test_an_identity_number_survives_nowhere(number: str, before: str, after: str) -> None:
    assume(not re.search(r"[A-Za-z]$", before) and not re.match(r"[A-Za-z]", after))
    plain, text = redactor(), before + number + after
    shapes = [
        plain.body(text.encode()).decode(),
        plain.body(json.dumps({"sfz": number, "text": text}).encode()).decode(),
        plain.body(json.dumps([text, number], ensure_ascii=False).encode()).decode(),
        plain.body(f"<sfz>{number}</sfz>".encode()).decode(),
        plain.text(f"https://node.example/person/{number}?id={number}&x=1"),
        plain.text(f"/search?q={quote(text)}"),
        dict(plain.headers((("x-note", number),)))["x-note"],
        plain.body(text.lower().encode()).decode(),
    ]

    assert [] == [one for one in shapes if number in one or number.lower() in one]
    assert [] == [one for one in shapes if number[12:17] in one and number[12:17] not in before + after]
    assert [] == [one for one in shapes if f"{number[:14]}**" not in one]


@given(number=IDENTITIES)
def test_json_stays_json(number: str) -> None:
    assume(number.isdecimal())
    data = {"text": number, "bare": int(number), "list": [int(number)] * 2}
    compact, spaced, indented = json.dumps(data, separators=(",", ":")), json.dumps(data), json.dumps(data, indent=2)
    known = redactor()
    shown, *others = [json.loads(known.body(one.encode())) for one in (compact, spaced, indented)]

    assert [shown, shown] == others
    assert list(data) == list(shown)
    assert int(number) not in (shown["bare"], *shown["list"])
    assert [int(number[:6]) * 10**12] * 2 == shown["list"]
    assert shown["text"] == shown["bare"]
    assert is_token(shown["text"])


@given(code=CREDIT_CODES, before=WORDS, after=WORDS)
def test_credit_codes_are_left_as_they_are(code: str, before: str, after: str) -> None:
    assume(code[2:4] == "50" or not (re.fullmatch("[0-9]{17}[0-9X]", code) and is_identity(code)))
    text = json.dumps({"uscc": code, "text": f"{before}{code}{after}", "codes": CODES}, ensure_ascii=False)

    assert text == redactor("another-secret").body(text.encode()).decode()


@given(text=st.text())
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assume(not re.search(r"[0-9]{15}|oken|ecret|assword|assertion", text))
    raw = text.encode("utf-8", "surrogatepass")

    assert raw == redactor("another-secret").body(raw)


@given(number=st.integers(10**17, 10**18 - 1).map(str))
def test_eighteen_digits_that_are_no_identity_number_stay(number: str) -> None:
    assume(not re.fullmatch(r"[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{4}", number))

    assert number == redactor().body(number.encode()).decode()


@pytest.mark.parametrize(
    "number",
    [
        "110105190002290015",
        "500103185713010017",
        "500103175701010017",
        "570103185701010018",
        "1101051949123100210",
        "5001031857010100",
    ],
)
def test_what_nobody_can_have_stays(number: str) -> None:
    """A day or a year that nobody was born on, a province that is none, too many digits, too few."""
    assert number == redactor().body(number.encode()).decode()


@given(secret=SECRETS, number=IDENTITIES, text=WORDS)
@example(secret="redacted", number="11010519491231002X", text="")
@example(secret="[redacted", number="11010519491231002X", text="x")
def test_hiding_twice_is_hiding_once(secret: str, number: str, text: str) -> None:
    known = redactor(secret)
    for one in (
        f"{text}{secret} {number} {text}",
        json.dumps({"access_token": secret, "t": text, "n": number}),
        f"access_token={secret}&n={number}",
    ):
        once = known.body(one.encode())

        assert once == known.body(once)


@given(body=st.binary(max_size=60))
def test_bytes_that_are_no_text_are_left_as_they_are(body: bytes) -> None:
    assume(not re.search(rb"[0-9]{15}|oken|ecret|assword|assertion", body))

    assert body == redactor("another-secret").body(body)


def test_a_run_leaves_no_secret_behind(cli: Cli, node: str, tmp_path: Path) -> None:
    """Every file of a run, searched for what the profile knows, in clear and as it travels."""
    told = cli("run", node, "--requirement", "CAT-001", "--out", "known")
    [known] = (tmp_path / "known").glob("*/*")
    clients = json.loads((known / "manifest.json").read_bytes())["profile"]["identities"]
    canary = "canary/" + "s3cr3t+value=="
    profile = f"""
profile: 1
node: {{url: "{node}"}}
access:
  mode: observe
  identities: {{reader: {{client_id: {clients["reader"]}, secret: {{env: CANARY}}}}}}
"""
    (tmp_path / "node.yaml").write_text(profile, encoding="utf-8")
    done = cli("run", "node.yaml", "--standard", "catalog", "--class", "catalog/open", env={"CANARY": canary})
    traveling = base64.b64encode(f"{quote(clients['reader'])}:{quote(canary)}".encode()).decode()
    written = [
        path.read_bytes().decode("utf-8", "replace") for path in (tmp_path / "reports").rglob("*.*") if path.is_file()
    ]
    shown = [*written, done.stdout, done.stderr]

    assert 0 == told.returncode
    assert 3 == done.returncode, done.stderr
    assert 5 <= len(written)
    assert [] == [one[:60] for one in shown for word in (canary, quote(canary, safe=""), traveling) if word in one]
