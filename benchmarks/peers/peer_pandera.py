"""pandera on polars, lazy validation."""

import pandera.polars as pa
import polars as pl
from common import COLUMNS, DATE, PATTERN, run


def check(path, lists):
    """Validate and count the failure cases by rule."""
    schema = pa.DataFrameSchema(
        {
            "tyshxydm": pa.Column(str, pa.Check.str_matches(PATTERN), nullable=True),
            "jgmc": pa.Column(str, nullable=False),
            "hydm": pa.Column(str, pa.Check.isin(lists["industry"]), nullable=True),
            "jglxdm": pa.Column(str, pa.Check.isin(lists["type"]), nullable=True),
            "clrq": pa.Column(str, pa.Check.str_matches(DATE), nullable=True),
        },
        checks=[
            pa.Check(
                lambda data: data.lazyframe.select(pl.col("clrq").le(pl.col("zxrq")).fill_null(value=True)),
                name="order",
            )
        ],
    )
    frame = pl.read_parquet(path, columns=COLUMNS)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        rows = error.failure_cases.group_by("column", "check").len().iter_rows()
        counts = {(column, kind.partition("(")[0]): number for column, kind, number in rows}
        return {
            "pattern": counts.get(("tyshxydm", "str_matches"), 0),
            "filled": counts.get(("jgmc", "not_nullable"), 0),
            "industry": counts.get(("hydm", "isin"), 0),
            "type": counts.get(("jglxdm", "isin"), 0),
            "date": counts.get(("clrq", "str_matches"), 0),
            "order": counts.get((None, "order"), 0),
        }
    return {}


run("pandera", check)
