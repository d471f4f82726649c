"""The rules of a catalog entry, applied to entries wherever they come from: a node's list, a file, a test.

Floor: above `law` and `judge`, below the checks. Pure: no files, no network, no clock; the day is an argument.

What a JSON Schema can say is said in `standards/catalog/*.schema.json`, whose members carry the requirement that
they decide; jsonschema-rs decides, jsonschema explains. What it cannot say is one small fold a rule, in the table
`FOLDS`. `EntryRules` streams entries through both and reports in bounded memory.
"""

from conformance.rules.across import undesignated
from conformance.rules.breach import Breach, RuleReport, Tally
from conformance.rules.entries import RULES_BY_ENTRY, RULES_NEEDING_MORE, EntryRules
from conformance.rules.identifiers import FORMATS, is_organisation_code, is_uscc
from conformance.rules.opened import OpenCatalog
from conformance.rules.schema import SchemaRules

__all__ = [
    "FORMATS",
    "RULES_BY_ENTRY",
    "RULES_NEEDING_MORE",
    "Breach",
    "EntryRules",
    "OpenCatalog",
    "RuleReport",
    "SchemaRules",
    "Tally",
    "is_organisation_code",
    "is_uscc",
    "undesignated",
]
