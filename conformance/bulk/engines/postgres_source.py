"""The address of a table in PostgreSQL: what the server is told, and what of it may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from conformance.bulk.values import SourceError
from conformance.text import Text

SCHEMES = ("postgresql", "postgres")
_SHOWN = ("host", "hostaddr", "port", "dbname", "service")
_PART = r'(?:"((?:[^"]|"")+)"|([^".]+))'
_TABLE = re.compile(rf"(?:{_PART}\.)?{_PART}")
_EXAMPLE = "postgresql://user@host:5432/database?table=schema.table"


@dataclass(frozen=True, slots=True)
class Address:
    """One table of one database.

    Attributes:
        database: the URI that libpq is given; everything of the source but the table.
        schema: None where the search path of the user decides.
        table: exactly as the database spells it.
        shown: what reports and evidence may show: no user, no settings.
    """

    database: str
    schema: str | None
    table: str
    shown: str

    @property
    def name(self) -> str:
        """The table as it is shown beside a row."""
        return f"{self.schema}.{self.table}" if self.schema else self.table


def address(source: str) -> Address:
    """Read `postgresql://user@host:port/database?table=schema.table`; further settings are libpq's own.

    Raises:
        SourceError: it is no such URL, names no table, or holds a password.
    """
    parts = urlsplit(source)
    if parts.scheme not in SCHEMES:
        raise SourceError(
            Text(f"PostgreSQL引擎的来源应形如 {_EXAMPLE}", f"a source of PostgreSQL looks like {_EXAMPLE}")
        )
    settings = parse_qsl(parts.query, keep_blank_values=True)
    user, _, hosts = parts.netloc.rpartition("@")
    if ":" in user or "password" in dict(settings):
        raise SourceError(
            Text(
                "来源中不得写口令：请用环境变量PGPASSWORD、口令文件（~/.pgpass）或服务文件提供",
                "no password belongs in a source: give it by PGPASSWORD, a password file (~/.pgpass) or a service file",
            )
        )
    tables = [value for name, value in settings if name == "table"]
    named = _TABLE.fullmatch(tables[0]) if len(tables) == 1 else None
    if named is None:
        raise SourceError(Text(f"来源须以 table= 指明一张表，形如 {_EXAMPLE}", f"a source names one table: {_EXAMPLE}"))
    quoted_schema, plain_schema, quoted_table, plain_table = named.groups()
    schema = quoted_schema.replace('""', '"') if quoted_schema else plain_schema
    table = quoted_table.replace('""', '"') if quoted_table else plain_table
    rest = urlencode([one for one in settings if one[0] != "table"], quote_via=quote)
    database = f"postgresql://{parts.netloc}{parts.path}" + (f"?{rest}" if rest else "")
    shown = urlencode(
        [*(one for one in settings if one[0] in _SHOWN), ("table", tables[0])], safe='/.":', quote_via=quote
    )
    return Address(database, schema, table, unquote(f"postgresql://{hosts}{parts.path}?{shown}"))
