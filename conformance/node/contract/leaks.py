"""What an error must not tell: traces of the program, statements of its database, inner addresses, people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from conformance.rules.identity_token import TOKEN
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence import Exchange

_TRACE = Text("程序堆栈", "a stack trace")
_SQL = Text("SQL 语句或数据库报错", "SQL, or an error of a database")
_INNER = Text("内部地址或文件路径", "an inner address or a path of the machine")
_PERSON = Text("个人信息", "personal data")
_MOST = 200_000  # characters of an error that are searched

_SHAPES: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        _TRACE,
        (
            r"Traceback \(most recent call last\)|File \\?\"[^\"\n]{1,200}\", line \d+",
            r"\bat [\w$.<>]{3,120}\([\w$]{1,80}\.(?:java|kt|scala|cs|js|ts|go):\d+\)|\bat /[^\s:]{1,200}:\d+:\d+",
            r"goroutine \d+ \[|panic: runtime error|Exception in thread|Stack ?[Tt]race:",
            r"thread '[^']{1,80}' panicked at",
            r"\b(?:java|javax|org\.springframework|org\.hibernate|com\.mysql)\.[\w.]{3,80}(?:Exception|Error)\b",
            r"#\d+ /[^\s(]{2,200}\.php\(\d+\)|\.rb:\d+:in [`']|\b[\w/.-]{1,80}\.py:\d+\b",
        ),
    ),
    (
        _SQL,
        (
            r"\bSELECT\b[^;]{1,300}\bFROM\b|\bINSERT\s+INTO\b",
            r"\bUPDATE\s+\S{1,60}\s+SET\b|\bDELETE\s+FROM\b|\bDROP\s+TABLE\b",
            r"(?i:\bselect\b[^;]{1,200}\bfrom\s+\S{1,60}\s+(?:where|limit|order\s+by|join)\b)",
            r"(?i:\binsert\s+into\s+\S{1,60}\s*(?:\([^)]{0,200}\)\s*)?values\b|\bupdate\s+\S{1,60}\s+set\s+\S{1,60}\s*=)",
            r"SQLSTATE|\bORA-\d{5}|\bsqlite3?\.|psycopg|\bSQLITE_[A-Z]+|ODBC SQL|\bPSQLException\b",
            r"(?i:syntax error at or near|\": syntax error|no such (?:table|column)|UNIQUE constraint failed)",
        ),
    ),
    (
        _INNER,
        (
            r"(?<![\d.])(?:10|127)(?:\.\d{1,3}){3}(?![\d.])|(?<![\d.])(?:192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}(?![\d.])",
            r"\blocalhost:\d+|\b[\w-]{1,63}\.(?:internal|svc\.cluster\.local|intranet|lan)\b",
            r"\bjdbc:\w+:|\b(?:redis|amqp|mongodb|postgres(?:ql)?|mysql)://",
            r"(?<![\w/.])/(?:usr/(?:lib|local|src|share)|home/\w+|opt/\w+|var/(?:lib|log|www|task)|etc|root|tmp)/[\w.@-]+",
            r"\b[A-Za-z]:\\{1,2}[\w .-]{1,80}\\",
        ),
    ),
    (_PERSON, (r"(?<![0-9A-Za-z_-])1[3-9]\d{9}(?![0-9A-Za-z_-])", TOKEN.pattern)),
)
PATTERNS: tuple[tuple[Text, re.Pattern[str]], ...] = tuple(
    (what, re.compile(shape)) for what, shapes in _SHAPES for shape in shapes
)


def leaks(exchange: Exchange, home: str) -> Iterator[tuple[Text, str]]:
    """Yield what an error tells and must not, with the first characters of the place.

    What the request itself said may come back, and so may the node's own address `home`.
    """
    text = exchange.body[:_MOST].decode("utf-8", "replace")
    said = _said(exchange)
    known: set[str] = set()
    for what, pattern in PATTERNS:
        for match in pattern.finditer(text):
            shown = match[0]
            if what.en not in known and shown not in said and not _own(shown, home, text, match.start()):
                known.add(what.en)
                yield what, shown[:60]


def _said(exchange: Exchange) -> str:
    """Everything that the request said, as it was sent and as it is read."""
    body = exchange.request_body[:_MOST].decode("utf-8", "replace")
    headers = "\n".join(value for _, value in exchange.request_headers)
    return "\n".join((exchange.url, unquote(exchange.url), body, headers))


def _own(shown: str, home: str, text: str, start: int) -> bool:
    address = urlsplit(home).netloc
    return shown in address and text.startswith(address, start - address.index(shown)) if address else False
