"""Credit codes and organisation codes: published vectors, and every wrong character is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.rules import is_organisation_code, is_uscc

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
