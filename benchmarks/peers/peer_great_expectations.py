"""great_expectations on pandas."""

import great_expectations as gx
import pandas as pd
from common import COLUMNS, DATE, PATTERN, run
from great_expectations import expectations as gxe


def check(path, lists):
    """Validate a suite and take the unexpected counts."""
    context = gx.get_context(mode="ephemeral")
    frame = pd.read_parquet(path, columns=COLUMNS)
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("table")
    batch = asset.add_batch_definition_whole_dataframe("whole")
    expectations = {
        "pattern": gxe.ExpectColumnValuesToMatchRegex(column="tyshxydm", regex=PATTERN),
        "filled": gxe.ExpectColumnValuesToNotBeNull(column="jgmc"),
        "industry": gxe.ExpectColumnValuesToBeInSet(column="hydm", value_set=lists["industry"]),
        "type": gxe.ExpectColumnValuesToBeInSet(column="jglxdm", value_set=lists["type"]),
        "date": gxe.ExpectColumnValuesToMatchRegex(column="clrq", regex=DATE),
        "order": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="zxrq", column_B="clrq", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
    }
    suite = context.suites.add(gx.ExpectationSuite(name="rules", expectations=list(expectations.values())))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="v", data=batch, suite=suite))
    results = definition.run(batch_parameters={"dataframe": frame}, result_format="BASIC").results
    by_type = {
        (one.expectation_config.type, str(one.expectation_config.kwargs.get("column") or "pair")): one
        for one in results
    }
    found = {}
    for name, expectation in expectations.items():
        key = (expectation.expectation_type, str(getattr(expectation, "column", None) or "pair"))
        found[name] = int(by_type[key].result["unexpected_count"])
    return found


run("great_expectations", check)
