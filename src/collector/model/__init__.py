"""The vocabulary every layer speaks: kinds, fields, tables, findings, records."""

from collector.model.finding import Finding, Severity, counts_by_severity
from collector.model.kinds import FIELDS, KEY_FIELD, KIND_NAMES, STATUS_NAMES, Kind, Status
from collector.model.record import Changes, Outcome, Record
from collector.model.table import RowRef, Table, form_table

__all__ = [
    "FIELDS",
    "KEY_FIELD",
    "KIND_NAMES",
    "STATUS_NAMES",
    "Changes",
    "Finding",
    "Kind",
    "Outcome",
    "Record",
    "RowRef",
    "Severity",
    "Status",
    "Table",
    "counts_by_severity",
    "form_table",
]
