"""Identity numbers of nobody in particular, and a redactor that knows some secrets."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from conformance.node.redact import Redactor

WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]


def identity(area: int, day: str, order: int) -> str:
    """An identity number with its check character (GB 11643)."""
    body = f"{area:06}{day}{order:03}"
    return body + "10X98765432"[sum(w * int(digit) for w, digit in zip(WEIGHTS, body, strict=True)) % 11]


IDENTITIES = st.builds(
    identity,
    st.sampled_from([110101, 500103, 500112, 511521, 512222, 659004, 820000]),
    st.dates(date(1800, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day:%Y%m%d}"),
    st.integers(1, 999),
)


def redactor(*secrets: str) -> Redactor:
    """A redactor that knows these secrets."""
    made = Redactor()
    for secret in secrets:
        made.learn(secret)
    return made
