"""datacontract-cli on its DuckDB engine."""

import tempfile

import yaml
from common import DATE, PATTERN, run
from datacontract.data_contract import DataContract


def check(path, lists):
    """Test a contract whose quality rules are SQL, as its documentation shows."""

    def quality(condition):
        return [{"type": "sql", "query": f"SELECT count(*) FROM table1 WHERE NOT ({condition})", "mustBe": 0}]

    def among(column, values):
        listed = ", ".join(f"'{one}'" for one in values)
        return f"{column} IS NULL OR {column} IN ({listed})"

    rules = {
        "pattern": ("tyshxydm", f"tyshxydm IS NULL OR regexp_matches(tyshxydm, '{PATTERN}')"),
        "filled": ("jgmc", "jgmc IS NOT NULL"),
        "industry": ("hydm", among("hydm", lists["industry"])),
        "type": ("jglxdm", among("jglxdm", lists["type"])),
        "date": ("clrq", f"clrq IS NULL OR regexp_matches(clrq, '{DATE}')"),
        "order": ("zxrq", "clrq IS NULL OR zxrq IS NULL OR clrq <= zxrq"),
    }
    fields = {column: {"type": "string", "quality": quality(condition)} for column, condition in rules.values()}
    contract = {
        "dataContractSpecification": "1.1.0",
        "id": "legal-person",
        "info": {"title": "legal person", "version": "1"},
        "servers": {"local": {"type": "local", "path": path, "format": "parquet"}},
        "models": {"table1": {"type": "table", "fields": fields}},
    }
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        yaml.safe_dump(contract, file)
    result = DataContract(data_contract_file=file.name, server="local").test()
    found = {}
    for one in result.checks:
        for name, (column, _) in rules.items():
            if one.type and "sql" in str(one.type) and one.field == column:
                words = [
                    int(word)
                    for word in str(one.reason or "0").replace(".", " ").replace(",", " ").split()
                    if word.isdigit()
                ]
                found[name] = words[0] if words else 0
    return found


run("datacontract-cli", check)
