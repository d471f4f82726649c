"""Tokens that stand for citizen identification numbers in what is recorded: nobody is named, every rule still decides.

A token keeps what the rules ask (address, birth date, the parity of the digit that tells the sex, whether the check
character is right) and hides the sequence. Equal numbers of one run have equal tokens; the rest of a token is a keyed
digest whose key nobody keeps. `stand_in` gives a text of 18 characters that every rule judges as it judges the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from conformance.rules.identifiers import identity_check, is_uscc

#: Flags of a token: the check character is right, it is wrong, or it is right but for a small x.
RIGHT, WRONG, SMALL = "v", "x", "l"
_SHAPE = r"([1-9][0-9]{5})([0-9]{8})\*\*([01])\*~([vxl])([0-9a-f]{10})"
_TOKEN = re.compile(_SHAPE)
_TOKENS_IN_BYTES = re.compile(_SHAPE.encode())
#: Any token, wherever it stands.
TOKEN = _TOKEN
#: What every token holds.
MARK = "*~"
_LENGTH, _NUMBER = 30, 18


@dataclass(frozen=True, slots=True)
class IdentityToken:
    """What a token tells.

    Attributes:
        address: the first six digits.
        birth: the birth date, YYYYMMDD.
        odd: whether the seventeenth digit is odd (male).
        flag: `RIGHT`, `WRONG` or `SMALL`.
        digest: ten hexadecimal digits, equal for equal numbers of one run.
    """

    address: str
    birth: str
    odd: bool
    flag: str
    digest: str

    def __str__(self) -> str:
        return f"{self.address}{self.birth}**{int(self.odd)}*~{self.flag}{self.digest}"


def is_token(text: str) -> bool:
    """Tell whether a text is a token and nothing else."""
    return len(text) == _LENGTH and _TOKEN.fullmatch(text) is not None


def parse(text: str) -> IdentityToken:
    """Read a token.

    Raises:
        ValueError: the text is none.
    """
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    address, birth, parity, flag, digest = found.groups()
    return IdentityToken(address, birth, parity == "1", flag, digest)


def plain(text: str) -> str:
    """Return a text with a stand-in in the place of every token, alone or within other words."""
    return _TOKEN.sub(_stand_in_of, text) if MARK in text else text


def masked(text: str) -> str:
    """Return a text with every token as a report shows identity numbers: six digits and stars."""
    return _TOKEN.sub(lambda found: found[1] + "*" * 12, text) if MARK in text else text


def alike(body: bytes) -> bytes:
    """Return bytes with the digests of all tokens taken out.

    A number that the suite itself sends has another token in every process: what two processes sent is compared by
    everything but the digest.
    """
    return _TOKENS_IN_BYTES.sub(rb"\1\2**\3*~\4", body) if MARK.encode() in body else body


def _stand_in_of(found: re.Match[str]) -> str:
    return stand_in(found[1] + found[2], odd=found[3] == "1", flag=found[4])


@lru_cache(maxsize=1 << 14)
def stand_in(head: str, *, odd: bool, flag: str) -> str:
    """Return 18 characters with the same verdicts as the number behind a token.

    Address, birth date and parity are those of the number; the sequence is the first one that gives the check
    character asked for and does not happen to be a credit code, which the number was not.

    Args:
        head: address and birth date.
        odd: whether the seventeenth digit is odd.
        flag: of the token.
    """
    bodies = (f"{head}{sequence:02}{last}" for sequence in range(100) for last in range(int(odd), 10, 2))
    whole = (body + _ending(body, flag) for body in bodies)
    return next(one for one in whole if len(one) == _NUMBER and not is_uscc(one))


def _ending(body: str, flag: str) -> str:
    """The last character that a flag asks for; none where this sequence cannot have it."""
    right = identity_check(body)
    if flag == WRONG:
        return "1" if right == "0" else "0"
    if flag == SMALL:
        return right.lower() if right == "X" else ""
    return right
