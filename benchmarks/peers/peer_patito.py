"""patito on polars; it has no list of allowed values longer than a Literal, so a constraint says it."""

import patito as pt
import polars as pl
from common import COLUMNS, DATE, PATTERN, run


def check(path, lists):
    """Validate; patito reports the number of offending rows in its messages."""

    class LegalPerson(pt.Model):
        tyshxydm: str | None = pt.Field(pattern=PATTERN)
        jgmc: str
        hydm: str | None = pt.Field(constraints=pt.field.is_in(lists["industry"]))
        jglxdm: str | None = pt.Field(constraints=pt.field.is_in(lists["type"]))
        clrq: str | None = pt.Field(pattern=DATE)
        zxrq: str | None = pt.Field(constraints=pl.col("clrq") <= pl.col("zxrq"))

    frame = pl.read_parquet(path, columns=COLUMNS)
    fields = {
        "tyshxydm": "pattern",
        "jgmc": "filled",
        "hydm": "industry",
        "jglxdm": "type",
        "clrq": "date",
        "zxrq": "order",
    }
    try:
        LegalPerson.validate(frame)
    except pt.exceptions.DataFrameValidationError as error:
        found = {fields[one["loc"][0]]: one["msg"] for one in error.errors()}
        return {
            name: int(next((word for word in msg.split() if word.isdigit()), -1)) for name, msg in found.items()
        } | {name: 0 for name in fields.values() if name not in found}
    return {}


run("patito", check)
