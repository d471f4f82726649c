"""An exported catalog file under the entry rules, with no node: JSON, NDJSON, CSV, XLSX.

Floor: above `rules`, below the command line. A reader streams a file into records (an entry and where it stands), the
rules judge them, and the result names row and field. A file that cannot be read is a `LintError`, never a verdict.
"""
