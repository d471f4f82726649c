"""frictionless; it reads rows one by one, so it is given a part of the table and its time is scaled by the driver."""

from common import DATE, PATTERN, run
from frictionless import Checklist, Detector, Resource, Schema, checks, fields, system


def check(path, lists):
    """Validate and count the errors by their kind."""
    schema = Schema(
        fields=[
            fields.StringField(name="tyshxydm", constraints={"pattern": PATTERN.strip("^$")}),
            fields.StringField(name="jgmc", constraints={"required": True}),
            fields.StringField(name="hydm", constraints={"enum": lists["industry"]}),
            fields.StringField(name="jglxdm", constraints={"enum": lists["type"]}),
            fields.StringField(name="clrq", constraints={"pattern": DATE.strip("^$")}),
            fields.StringField(name="zxrq"),
        ]
    )
    system.trusted = True  # absolute paths
    resource = Resource(path=path, schema=schema, detector=Detector(schema_sync=True))
    order = checks.row_constraint(formula="clrq is None or zxrq is None or clrq <= zxrq")
    report = resource.validate(Checklist(checks=[order]), limit_errors=10**9)
    names = {"tyshxydm": "pattern", "jgmc": "filled", "hydm": "industry", "jglxdm": "type", "clrq": "date"}
    found = dict.fromkeys([*names.values(), "order"], 0)
    for one in report.tasks[0].errors:
        found[names.get(getattr(one, "field_name", ""), "order")] += 1
    return found


run("frictionless", check)
