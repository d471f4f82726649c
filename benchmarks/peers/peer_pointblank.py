"""pointblank on polars."""

import pointblank as pb
import polars as pl
from common import COLUMNS, DATE, PATTERN, run


def check(path, lists):
    """Interrogate and count failures by step."""
    frame = pl.read_parquet(path, columns=COLUMNS)
    found = (
        pb.Validate(frame)
        .col_vals_regex("tyshxydm", PATTERN, na_pass=True)
        .col_vals_not_null("jgmc")
        .col_vals_in_set("hydm", [*lists["industry"], None])
        .col_vals_in_set("jglxdm", [*lists["type"], None])
        .col_vals_regex("clrq", DATE, na_pass=True)
        .col_vals_expr((pl.col("clrq") <= pl.col("zxrq")).fill_null(value=True))  # its own <= takes no texts
        .interrogate(collect_extracts=False)
    )
    steps = dict(enumerate(["pattern", "filled", "industry", "type", "date", "order"], 1))
    return {name: int(found.n_failed(i=step, scalar=True) or 0) for step, name in steps.items()}


run("pointblank", check)
