"""Takes secrets and identity numbers out of what is recorded, before anyone else sees it.

Checks see the same redacted exchange that is written down, so that a replay judges what the run judged. Identity
numbers become tokens that every rule judges as the number itself (see `conformance.rules.identity_token`).
"""

from __future__ import annotations

import hmac
import json
import re
from secrets import token_bytes
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.rules.identifiers import identity_check, is_real_day, is_uscc
from conformance.rules.identity_token import RIGHT, SMALL, WRONG, IdentityToken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence.exchange import Headers

MARK = "[redacted]"
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "gjgxjhpt_sign"})
_NAMES = (
    rb"access_token|accessToken|refresh_token|refreshToken|id_token|client_secret|clientSecret|client_assertion|"
    rb"password|secret|appsecret|appSecret|privateKey|private_key"
)
_MEMBER = re.compile(rb'("(?:' + _NAMES + rb')"\s*:\s*")((?:[^"\\]|\\.)*)(")')
_FORM = re.compile(rb"((?:^|[?&;])(?:" + _NAMES + rb")=)([^&;#\s\"'<>\\]*)")
_ESCAPE = re.compile(rb"\\(?:u[0-9A-Fa-f]{4}|[bfnrt])|%[0-9A-Fa-f]{2}")
_HEX_BEFORE = re.compile(rb"(?<![0-9A-Za-z])[0-9a-f]+$|[0-9a-f]{8}$")
_IDENTITY = re.compile(rb"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9a-f]|\*\*[01]\*~)")
# first two digits of an address: provinces, regions, and 9 for foreigners who live here
_PROVINCES = {
    str(first * 10 + second) for first, last in enumerate((5, 3, 7, 6, 4, 5), 1) for second in range(1, last + 1)
} | {"50", "71", "81", "82", "83", *(f"9{place}" for place in range(1, 9))}
_RUN = b"0" * 17
_OPENING, _CLOSING = (b":", b"[", b","), (b",", b"]", b"}")
_MEMBER_BEFORE = re.compile(rb'[0-9A-Za-z_\x80-\xff]"\s*:\s*$')
_JSON = re.compile(rb"\s*[{\[]")
_FLAT = bytes(ord("0") if byte in b"0123456789" else ord(" ") for byte in range(256))
_SHORTEST = 6  # shorter secrets would blot out ordinary text


class Redactor:
    """Knows the secrets of a run and hides them wherever they turn up."""

    def __init__(self) -> None:
        self._key = token_bytes(32)
        self._secrets: set[bytes] = set()
        self._known: re.Pattern[bytes] | None = None

    def learn(self, secret: str) -> None:
        """Hide `secret` from now on."""
        if len(secret) >= _SHORTEST and secret not in MARK:
            self._secrets |= {form.encode() for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])}
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._known = re.compile(b"|".join(map(re.escape, longest_first)))

    def headers(self, headers: Headers) -> Headers:
        """Return headers without credentials."""
        hidden = tuple((name, MARK if name.lower() in _HEADERS else value) for name, value in headers)
        whole = "\n".join(value for _, value in hidden)
        if self.text(whole) == whole:
            return hidden
        return tuple((name, self.text(value)) for name, value in hidden)

    def text(self, value: str) -> str:
        """Return a header or URL without credentials and identity numbers."""
        if len(value) < _SHORTEST:
            return value
        return self.body(value.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def body(self, body: bytes) -> bytes:
        """Return a body without credentials and identity numbers (GB 11643)."""
        if len(body) < _SHORTEST:
            return body
        for secret in self._secrets:
            if secret in body and self._known:
                body = self._known.sub(MARK.encode(), body)
        if b"oken" in body or b"ecret" in body or b"assword" in body or b"assertion" in body or b"rivate" in body:
            body = _MEMBER.sub(rb"\1" + MARK.encode() + rb"\3", body)
            body = _FORM.sub(rb"\1" + MARK.encode(), body)
        return self._without_identities(body)

    def _without_identities(self, body: bytes) -> bytes:
        """Put tokens for identity numbers; runs of 17 digits are found by a search for bytes, faster than a pattern."""
        flat = body.translate(_FLAT)
        at = flat.find(_RUN)
        if at < 0:
            return body
        in_json = _JSON.match(body) is not None
        parts, done = [], 0
        while at >= 0:
            match = next((one for one in _candidates(body, at) if _is_person(one[0].decode())), None)
            if match:
                parts += [body[done : match.start()], self._hidden(match, in_json=in_json)]
                done = match.end()
            after = flat.find(b" ", at)
            at = flat.find(_RUN, after) if after >= 0 else -1
        return b"".join([*parts, body[done:]])

    def _hidden(self, match: re.Match[bytes], *, in_json: bool) -> bytes:
        """What stands in the place of a number, so that JSON stays JSON: a token, zeros among bare numbers."""
        body, start, end = match.string, match.start(), match.end()
        before, after = body[max(0, start - 64) : start], body[end : end + 8]
        token = self._token(match[0].decode()).encode()
        if before.rstrip()[-1:] not in _OPENING or after.lstrip()[:1] not in _CLOSING:
            return token
        if _MEMBER_BEFORE.search(before):
            return b'"' + token + b'"'
        return match[0][:6] + b"0" * 12 if in_json else token

    def _token(self, number: str) -> str:
        digest = hmac.digest(self._key, number.encode(), "sha256").hex()[:10]
        right = identity_check(number[:17])
        flag = RIGHT if number[17] == right else SMALL if number[17] == right.lower() else WRONG
        return str(IdentityToken(number[:6], number[6:14], int(number[16]) % 2 == 1, flag, digest))


def _candidates(body: bytes, at: int) -> Iterator[re.Match[bytes]]:
    """Where a number may begin in the run of digits at `at`: what ends an escape is no part of it."""
    ends = [one.end() for one in _ESCAPE.finditer(body, max(0, at - 6), at + 4) if one.end() >= at]
    if not ends and _HEX_BEFORE.search(body, max(0, at - 8), at):
        return
    for start in dict.fromkeys([at, *ends]):
        match = _IDENTITY.match(body, start)
        if match:
            yield match


def _is_person(number: str) -> bool:
    """Whether 18 characters are somebody's number: right ones, and wrong ones that were meant to be right."""
    if not _is_born(number):
        return False
    if identity_check(number[:17]) == number[17].upper():
        return not is_credit_code(number)
    return number[:2] in _PROVINCES and not is_uscc(number)


def _is_born(number: str) -> bool:
    return is_real_day(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_identity(number: str) -> bool:
    """Tell whether 18 characters are an identity number: a real birth date and the check character of GB 11643."""
    return identity_check(number[:17]) == number[17].upper() and _is_born(number)


def is_credit_code(number: str) -> bool:
    """Tell whether an identity number is rather a credit code (GB 32100).

    No city part of an identity number is 50, as the province of a credit code of this city; of those that begin with
    9, an enterprise is likelier. Whatever else may be both is taken for a person.
    """
    return (number[2:4] == "50" or number[0] == "9") and is_uscc(number)
