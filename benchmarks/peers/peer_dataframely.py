"""dataframely on polars, filtering good rows from bad ones."""

import dataframely as dy
import polars as pl
from common import COLUMNS, DATE, PATTERN, run


def check(path, lists):
    """Filter and count failures by rule."""

    class LegalPerson(dy.Schema):
        tyshxydm = dy.String(nullable=True, regex=PATTERN)
        jgmc = dy.String(nullable=False)
        hydm = dy.String(nullable=True, check=lambda column: column.is_in(lists["industry"]))
        jglxdm = dy.String(nullable=True, check=lambda column: column.is_in(lists["type"]))
        clrq = dy.String(nullable=True, regex=DATE)
        zxrq = dy.String(nullable=True)

        @dy.rule()
        def order(cls) -> pl.Expr:  # noqa: N805
            return pl.col("clrq") <= pl.col("zxrq")

    _, failures = LegalPerson.filter(pl.scan_parquet(path).select(COLUMNS))
    counts = failures.counts()
    names = {
        "pattern": "tyshxydm|regex",
        "filled": "jgmc|nullability",
        "industry": "hydm|check",
        "type": "jglxdm|check",
        "date": "clrq|regex",
        "order": "order",
    }
    return {ours: counts.get(theirs, 0) for ours, theirs in names.items()}


run("dataframely", check)
