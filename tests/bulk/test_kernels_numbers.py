"""Published numbers, and a second opinion on check digits by a library that is not ours."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pytest
from bulk.kernel_texts import CODES, NUMBERS, mangled
from hypothesis import given, settings
from stdnum.cn import ric, uscc  # type: ignore[import-untyped]
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

from conformance.bulk.kernels import KERNELS
from conformance.rules.identifiers import CERTIFICATE_ROOT, is_certificate_id, is_identity_number

CERTIFICATE = "1.2.156.3005.2.11100000MB0000000X001.11500103MB99990410.2024000001.001.Z"


@pytest.mark.parametrize(
    "code", ["11500000009275780L", "11500103009283772K", "11500226MB1D37341C", "91350100M000100Y43"]
)
def test_credit_codes_of_the_dossier(code: str) -> None:
    assert KERNELS["credit_code"].value(code)
    assert [True] == KERNELS["credit_code"].arrow(pa.array([code])).to_pylist()


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "500103199001010010"])
def test_identity_numbers_of_the_dossier(number: str) -> None:
    assert KERNELS["identity_number"].value(number)
    assert [True] == KERNELS["identity_number"].arrow(pa.array([number])).to_pylist()


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002x",  # a small letter
        "11010519490231002X",  # no such day
        "110105194912310021",  # another check character
        "110105491231002",  # the old form of fifteen digits
        "1１010519491231002X",  # a full-width digit
        " 11010519491231002X",
        "110105174912310023",
        "110105214912310020",
    ],
)
def test_what_is_no_identity_number(number: str) -> None:
    assert not KERNELS["identity_number"].value(number)


@pytest.mark.parametrize("serial", ["2024000001", "A", "0" * 58])
def test_certificates(serial: str) -> None:
    head = f"{CERTIFICATE_ROOT}11100000MB0000000X001.11500103MB99990410.{serial}.001."
    parts = head.removeprefix(CERTIFICATE_ROOT).replace(".", "")
    right = head + mod_37_36.calc_check_digit(parts)

    assert KERNELS["certificate_id"].value(CERTIFICATE)
    assert [True] == KERNELS["certificate_id"].arrow(pa.array([right])).to_pylist()
    assert [right] == [head + one for one in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_certificate_id(head + one)]


@pytest.mark.parametrize(
    "wrong",
    [
        CERTIFICATE.replace("1.2.156", "1.2.157"),
        CERTIFICATE.replace(".001.Z", ".01.Z"),
        CERTIFICATE.replace(".Z", ""),
        CERTIFICATE.lower(),
        CERTIFICATE + "\n",
        CERTIFICATE.replace("2024000001", ""),
        CERTIFICATE.replace("2024000001", "2024-00001"),
        CERTIFICATE.replace("0X001", "0X00A"),
        CERTIFICATE.replace("11100000MB", "11100000IB"),
        CERTIFICATE.replace(CERTIFICATE_ROOT, ""),
    ],
)
def test_what_is_no_certificate(wrong: str) -> None:
    assert not KERNELS["certificate_id"].value(wrong)
    assert [False] == KERNELS["certificate_id"].arrow(pa.array([wrong])).to_pylist()


@given(code=mangled(CODES))
@settings(max_examples=400)
def test_credit_codes_as_another_library_sees_them(code: str) -> None:
    """It takes small letters, blanks and dashes, and only codes that begin with digits: there it is not asked."""
    if re.fullmatch(r"[0-9]{8}[0-9A-Z]{10}", code):
        assert uscc.is_valid(code) == KERNELS["credit_code"].value(code)
    elif uscc.is_valid(code):
        assert uscc.compact(code) != code or not code.isupper()
        assert not KERNELS["credit_code"].value(code)


@given(number=mangled(NUMBERS))
@settings(max_examples=400)
def test_identity_numbers_as_another_library_sees_them(number: str) -> None:
    """It refuses divisions that it does not know, and days to come: its check character and its dates are compared."""
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        assert second_opinion(number) == is_identity_number(number)


def second_opinion(number: str) -> bool:
    try:
        born: Any = ric.get_birth_date(number)
    except ValidationError:
        return False
    return ric.calc_check_digit(number) == number[-1] and 1800 <= born.year <= 2099
