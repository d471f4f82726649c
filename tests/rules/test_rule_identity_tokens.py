"""A token of an identity number is judged as the number: in every rule, alone and within other words."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.node.redact import Redactor
from conformance.rules.identifiers import identity_check, is_identity_number, is_uscc
from conformance.rules.identity_token import IdentityToken, alike, is_token, masked, parse, plain

TOKEN = "50010318570103**1*~v0123456789"
BODIES = st.builds(
    "{}{:%Y%m%d}{:03}".format,
    st.sampled_from(["110101", "500103", "512222", "659004", "820000"]),
    st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


@given(body=BODIES, last=st.sampled_from("0123456789Xx"), right=st.booleans(), before=st.sampled_from(["", "证号 "]))
def test_the_stand_in_has_the_verdicts_of_the_number(body: str, last: str, right: bool, before: str) -> None:
    number = body + (identity_check(body) if right else last)
    shown = Redactor().text(before + number)
    stands = plain(shown)

    assert shown != before + number
    assert len(before + number) == len(stands)
    assert is_identity_number(number) == is_identity_number(stands[-18:])
    assert is_identity_number(number.upper()) == is_identity_number(stands[-18:].upper())
    assert not is_uscc(stands[-18:])
    assert number[:14] == stands[-18:-4]
    assert int(number[16]) % 2 == int(stands[-2]) % 2
    assert re.fullmatch("[0-9A-Za-z]{18}", stands[-18:])
    assert before == stands[:-18]


def test_parts_of_a_token() -> None:
    assert IdentityToken("500103", "18570103", odd=True, flag="v", digest="0123456789") == parse(TOKEN)
    assert str(parse(TOKEN)) == TOKEN
    assert is_token(TOKEN)


@pytest.mark.parametrize(
    "text",
    ["", TOKEN[:-1], TOKEN + "0", TOKEN.replace("~v", "~w"), TOKEN.replace("**", "*"), TOKEN.upper(), f" {TOKEN[:-1]}"],
)
def test_what_is_no_token(text: str) -> None:
    assert not is_token(text)
    assert plain(text) == masked(text) == text or TOKEN in text
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse(text)


def test_a_report_shows_six_digits() -> None:
    assert "本人 500103************，男" == masked(f"本人 {TOKEN}，男")


def test_tokens_of_two_processes_are_alike() -> None:
    number = "500103185701030010"
    one, other = (Redactor().body(f'{{"a": "{number}"}}'.encode()) for _ in range(2))

    assert one != other
    assert alike(one) == alike(other)
    assert b"no token" == alike(b"no token")
