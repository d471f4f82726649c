"""soda 3 on its DuckDB engine; its telemetry is switched off."""

import os

os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"

import duckdb
from common import PATTERN, run
from soda.scan import Scan


def check(path, lists):
    """Scan with metric checks and take their values."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"create view table1 as select * from read_parquet('{path}')")
    scan = Scan()
    scan.disable_telemetry()
    scan.add_duckdb_connection(connection)
    scan.set_data_source_name("duckdb")
    industry = ", ".join(f"'{one}'" for one in lists["industry"])
    types = ", ".join(f"'{one}'" for one in lists["type"])
    scan.add_sodacl_yaml_str(f"""
checks for table1:
  - invalid_count(tyshxydm) = 0:
      name: pattern
      valid regex: {PATTERN}
  - missing_count(jgmc) = 0:
      name: filled
  - invalid_count(hydm) = 0:
      name: industry
      valid values: [{industry}]
  - invalid_count(jglxdm) = 0:
      name: type
      valid values: [{types}]
  - invalid_count(clrq) = 0:
      name: date
      valid regex: ^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$
  - failed rows:
      name: order
      samples limit: 0
      fail condition: clrq > zxrq
""")
    scan.execute()
    found = {}
    for one in scan.get_scan_results()["checks"]:
        value = one.get("diagnostics", {}).get("value")
        found[one["name"]] = int(value or 0)
    return found


run("soda-core-duckdb", check)
