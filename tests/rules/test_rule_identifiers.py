"""Credit codes and organisation codes: published vectors, and every wrong character is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.rules import is_organisation_code, is_uscc
from conformance.rules.identifiers import is_certificate_id, is_identity_number, is_real_date

CODES = ["11500000009275780L", "11500103009283772K", "11500226MB1D37341C", "91350100M000100Y43"]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", CODES)
def test_published_codes_are_valid(code):
    assert is_uscc(code)
    assert is_organisation_code(code[8:17])


@given(st.sampled_from(CODES), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code, place, char):
    changed = code[:place] + char + code[place + 1 :]

    assert (changed == code) == is_uscc(changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11500000009275780",
        "11500000009275780L0",
        "11500000009275780l",
        "１1500000009275780L",
        "11500000009275780L\n",
        "1150000000927578OL",
        "115A0000009275780L",
        "I1500000009275780L",
    ],
)
def test_other_texts_are_no_credit_codes(text):
    assert not is_uscc(text)


@pytest.mark.parametrize("text", ["", "00927578", "009275781", "00927578x", "0092757800"])
def test_other_texts_are_no_organisation_codes(text):
    assert not is_organisation_code(text)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "500103199001010010"])
def test_published_identity_numbers_are_valid(number):
    assert is_identity_number(number)


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_an_identity_number_is_noticed(place, digit):
    number = "500103199001010010"
    changed = number[:place] + digit + number[place + 1 :]

    assert (changed == number) == is_identity_number(changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11010519491231002x",
        "11010519491231002X\n",
        "1101051949123100２X",
        "110105491231002",
        "110105190002290010",
        "440524179912310010",
    ],
)
def test_other_texts_are_no_identity_numbers(text):
    assert not is_identity_number(text)


@given(st.dates())
def test_days_of_the_calendar_are_real(day):
    assert is_real_date(day.isoformat())


@pytest.mark.parametrize("text", ["0000-01-01", "1900-02-29", "2023-02-30", "2023-1-01", "20230101", "2023-01-01 ", ""])
def test_other_texts_are_no_dates(text):
    assert not is_real_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.2.156.3005.2.11100000MB0000000X001.11500103MB99990410.2024000001.001.Z",
        "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        "1.2.156.3005.2.11100000000013338W011.11110000000021135M.20230329701.003.Y",
    ],
)
def test_certificate_identifiers_found_in_public_are_valid(text):
    """The check character is that of the four parts before it: with the root in front none of them would be right."""
    assert is_certificate_id(text)
    assert not is_certificate_id(text[:-1] + ("1" if text[-1] != "1" else "2"))
