"""What stands in the place of an identity number: a token that tells what rules ask, and nobody's name."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from node.persons import IDENTITIES, identity, redactor

from conformance.evidence import Exchange
from conformance.judge import Untested
from conformance.node.network import Request
from conformance.node.replay import Replay
from conformance.rules.identifiers import is_uscc
from conformance.rules.identity_token import is_token, parse


@given(number=IDENTITIES, last=st.sampled_from("0123456789Xx"))
def test_a_number_with_a_wrong_check_character_is_somebodys_too(number: str, last: str) -> None:
    assume(not is_uscc(number[:17] + last))
    shown = redactor().text(number[:17] + last)
    flag = "v" if last == number[17] else "l" if last.upper() == number[17] else "x"

    assert is_token(shown)
    assert flag == parse(shown).flag


@given(one=IDENTITIES, other=IDENTITIES)
def test_tokens_are_equal_where_numbers_are(one: str, other: str) -> None:
    mine, theirs = redactor(), redactor()
    row = mine.text(f"{one} {other} {one}").split(" ")

    assert row[0] == row[2] == mine.text(one)
    assert (one == other) == (row[0] == row[1])
    assert mine.text(one) != theirs.text(one)
    assert mine.text(one)[:-10] == theirs.text(one)[:-10]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('{"n":110105194912310011}', '{"n":"<token>"}'),
        ('{ "n" : 110105194912310011 , "m":1}', '{ "n" : "<token>" , "m":1}'),
        ('{"证件号":110105194912310011}', '{"证件号":"<token>"}'),
        ("[110105194912310011]", "[110105000000000000]"),
        ('{"t":"x, 110105194912310011, y"}', '{"t":"x, 110105000000000000, y"}'),
        ('{"t":"{\\"n\\":110105194912310011}"}', '{"t":"{\\"n\\":110105000000000000}"}'),
        ("测甲一,110105194912310011,男", "测甲一,<token>,男"),
        ("110105194912310011", "<token>"),
        ("/persons/110105194912310011?id=110105194912310011", "/persons/<token>?id=<token>"),
        ("**110105194912310011**", "**<token>**"),
        ("g110105194912310011g", "g<token>g"),
        ("3d110105194912310011e", "3d110105194912310011e"),
    ],
)
def test_what_stands_in_the_place_of_a_number(given: str, shown: str) -> None:
    token = re.compile(r"11010519491231\*\*1\*~v[0-9a-f]{10}")

    assert shown == token.sub("<token>", redactor().body(given.encode()).decode())


def test_the_time_grows_with_the_body_only() -> None:
    """No body is copied for every number in it: a body with fifty thousand of them is a matter of seconds."""
    number = identity(500103, "18570101", 1)
    body = b"[" + b",".join([json.dumps({"n": number, "m": int("1" * 17)}).encode()] * 50_000) + b"]"
    shown = redactor().body(body)

    assert number.encode() not in shown
    assert 50_000 == len(json.loads(shown))


def test_a_request_with_a_number_is_found_again_by_another_process() -> None:
    """The tokens of what the suite itself sent differ from process to process; the numbers in it do not."""
    number, other = (identity(500103, "18570103", order) for order in (1, 3))
    url, body = f"https://node.example/persons/{number}", json.dumps({"holderCode": number}).encode()
    run, later = redactor(), redactor()
    started = datetime(2026, 11, 22, tzinfo=UTC)
    asked = Exchange(1, "check", "", "POST", run.text(url), (), run.body(body), started, 0.1, 200, (), b"found")
    replay = Replay([asked], later)

    assert later.body(body) != asked.request_body
    assert b"found" == replay.send(Request("check", "", "POST", url, (), body)).body
    with pytest.raises(Untested):
        replay.send(Request("check", "", "POST", url.replace(number, other), (), body))
