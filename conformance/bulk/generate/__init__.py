"""Synthetic tables: valid data of any size, with exactly the errors that are asked for and the counts that follow.

Nobody and nothing real can result, by reserved ranges:

* identity numbers: birth years 1800 to 1859. Identity numbers were introduced in the 1980s and nobody born then was
  alive. Address parts were valid division codes at some time, check characters are right, all sequence numbers occur.
* credit codes: division part 509900 to 509999, divisions that do not exist. Both check characters are right.
* telephone numbers: prefix 160, which no network uses (from memory, not checked).
* certificate identifiers: types and issuers are departments with such credit codes.
* names: persons are called 测…, organisations, departments and certificates …示例….

Row i of a dataset depends on the seed, the anchor date, the dataset and i alone, so that files of any size, written in
any chunks, hold the same rows, and tables of one seed fit together: foreign keys are found, shared attributes agree.
Primary and business keys differ by construction; `capacity` says in how many rows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from conformance.bulk.generate.asked import Asked, read_errors
from conformance.bulk.generate.course import CHUNK, Generation, Wish, capacity
from conformance.bulk.generate.files import FORMATS, Format, WriteError, write
from conformance.bulk.generate.kinds import KINDS
from conformance.bulk.generate.sidecar import RESERVED, expected, write_expected
from conformance.bulk.generate.world import GenerateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    import pyarrow as pa

    from conformance.law import Law
    from conformance.law.data import Dataset

__all__ = [
    "CHUNK",
    "FORMATS",
    "KINDS",
    "RESERVED",
    "Asked",
    "Format",
    "GenerateError",
    "Generation",
    "Wish",
    "WriteError",
    "capacity",
    "expected",
    "read_errors",
    "rows",
    "today_in_china",
    "write",
    "write_expected",
]

_CHINA = timezone(timedelta(hours=8))


def today_in_china() -> date:
    """Return the day that it is in China."""
    return datetime.now(UTC).astimezone(_CHINA).date()


def rows(  # noqa: PLR0913 - as many as there is to say, all named but the first four
    law: Law,
    dataset: Dataset,
    size: int,
    seed: int,
    *,
    today: date | None = None,
    errors: tuple[Asked, ...] = (),
    of: Mapping[str, int] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Make a table as batches of texts (geometries as WKB), without a file.

    Args:
        law: gives data elements, code lists and rules.
        dataset: the description of the table.
        size: rows.
        seed: of everything random; tables of one seed fit together.
        today: the anchor date, today in China where it is None.
        errors: what is to be planted.
        of: rows of the tables that this one refers to, by dataset; as many as this one where it is not named.

    Raises:
        GenerateError: it cannot be made; the text says why and what can be.
    """
    yield from Generation(law, Wish(dataset, size, seed, today or today_in_china(), errors, of or {})).batches()
