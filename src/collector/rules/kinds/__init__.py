"""One function a rule kind; ``KINDS`` is where a new one is written down."""

from __future__ import annotations

from collections.abc import Callable

from collector.rules.base import Checker, Rule
from collector.rules.kinds import across, identifiers, values
from collector.rules.kinds.patterned import pattern
from collector.rules.kinds.reference import reference
from collector.rules.kinds.required import required
from collector.rules.kinds.unique import unique

KINDS: dict[str, Callable[[Rule], Checker]] = {
    "required": required,
    "text": values.text,
    "name": values.name,
    "choice": values.choice,
    "phone": values.telephone,
    "date": values.day,
    "number": values.number,
    "resident_id_or_document": identifiers.resident_id_or_document,
    "uscc": identifiers.organisation_code,
    "pattern": pattern,
    "match_gender": across.match_gender,
    "match_birth_date": across.match_birth_date,
    "order_dates": across.order_dates,
    "implies": across.implies,
    "ratio": across.ratio,
    "unique": unique,
    "reference": reference,
}
"""Each raises ValueError where the rule's params make no sense."""

FORM_KINDS = frozenset(
    {
        "required",
        "text",
        "name",
        "choice",
        "phone",
        "date",
        "number",
        "resident_id_or_document",
        "uscc",
        "pattern",
    }
)
"""Kinds that judge one cell by itself: at most one finding of theirs stands at a cell."""
