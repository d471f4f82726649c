"""Texts for the kernels: right ones of nobody, and what lies close beside them."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.rules.identifiers import CERTIFICATE_ROOT, CREDIT_CHARACTERS

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ODD = (
    "0123456789XxVvAa .:-+TtZz?\x00\x01\t\n\r\x7f\x80\x9f\xa0é\u3000\ue000\uf8ff\uf900\ufffc\ufffd\ufffe"
    "０９·（𠀀\U000effff\U000f0000\U0010ffff"
)
TAILS = [
    "Z",
    "+08:00",
    "-23:59",
    "+24:00",
    "+08:60",
    "+0800",
    ".1",
    ".Z",
    ".5Z",
    ".123456789+08:00",
    "..1Z",
    ".1a2Z",
    "z",
]


def identity(area: int, day: str, order: int) -> str:
    """An identity number with its check character, by the words of GB 11643: powers of two from the right."""
    body = f"{area:06}{day}{order:03}"
    return body + "10X98765432"[sum(pow(2, 17 - at) * int(digit) for at, digit in enumerate(body)) % 11]


def credit(kind: str, division: int, organisation: str) -> str:
    """A credit code with both check characters."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    inner = 11 - sum(weight * LETTERS.index(one) for weight, one in zip(weights, organisation, strict=True)) % 11
    code = kind + f"{division:06}" + organisation + "0123456789X0"[inner]
    return code + CREDIT_CHARACTERS[-sum(3**at * CREDIT_CHARACTERS.index(one) for at, one in enumerate(code)) % 31]


def certificate(kind: str, number: int, issuer: str, serial: str, version: int) -> str:
    """A certificate identifier with its check character, by the words of ISO 7064."""
    parts = [f"{kind}{number:03}", issuer, serial, f"{version:03}"]
    product = 36
    for one in "".join(parts):
        product = ((product + LETTERS.index(one)) % 36 or 36) * 2 % 37
    return CERTIFICATE_ROOT + ".".join([*parts, LETTERS[(37 - product) % 36]])


def mangled(right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Right texts, and texts with a character or two changed, too many or missing."""
    change = st.tuples(st.integers(0, 120), st.sampled_from(["", *ODD]), st.integers(0, 1))
    return st.builds(_changed, right, st.lists(change, max_size=2))


def _changed(text: str, changes: list[tuple[int, str, int]]) -> str:
    for at, char, gone in changes:
        place = at % (len(text) + 1)
        text = text[:place] + char + text[place + gone :]
    return text


YEARS = st.integers(1, 9999) | st.sampled_from([1, 4, 100, 400, 1800, 1900, 2000, 2099, 2100])
WRITTEN = st.builds("{:04}-{:02}-{:02}".format, YEARS | st.just(0), st.integers(0, 13), st.integers(0, 32))
CLOCKS = st.builds("T{:02}:{:02}:{:02}".format, st.integers(0, 25), st.integers(0, 61), st.integers(0, 61))
CODES = st.builds(
    credit,
    st.sampled_from(["11", "91", "N2", "Y1"]),
    st.integers(509900, 509999),
    st.text(CREDIT_CHARACTERS, min_size=8, max_size=8),
)
NUMBERS = st.builds(
    identity,
    st.integers(100000, 659999),
    st.builds("{:04}{:02}{:02}".format, st.integers(1790, 2110), st.integers(0, 13), st.integers(0, 32))
    | st.sampled_from(["19000229", "20000229", "18000101", "20991231", "21000101"]),
    st.integers(0, 999),
)
CERTIFICATES = st.builds(
    certificate, CODES, st.integers(0, 999), CODES, st.text(LETTERS, min_size=1, max_size=60), st.integers(0, 999)
)
CLEAN = st.lists(st.sampled_from(["重庆", "测甲一", "示例", "a b", "??", "?", *ODD]), max_size=6).map("".join)

NEAR = {
    "identity_number": mangled(NUMBERS),
    "credit_code": mangled(CODES),
    "certificate_id": mangled(CERTIFICATES),
    "real_date": mangled(WRITTEN),
    "date_time": mangled(st.builds("{}{}{}".format, WRITTEN, CLOCKS, st.sampled_from(TAILS))),
    "clean_text": CLEAN,
}
"""By kernel over texts: texts close to those that it calls good, and good ones."""

SOME = st.text(st.characters(codec="utf-8"), max_size=30)
