"""One module a rule kind; what a pack's ``kind = "..."`` may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from collector.rules.base import Checker, Rule
from collector.rules.kinds.choice import Choice
from collector.rules.kinds.dates import DateForm
from collector.rules.kinds.document import DocumentNumber
from collector.rules.kinds.implied import Implied
from collector.rules.kinds.matching import MatchBirthDate, MatchGender
from collector.rules.kinds.number import Number
from collector.rules.kinds.order import OrderDates
from collector.rules.kinds.phone import Phone
from collector.rules.kinds.reference import Reference
from collector.rules.kinds.required import Required
from collector.rules.kinds.text import TextForm
from collector.rules.kinds.unique import Unique
from collector.rules.kinds.uscc import Uscc

KINDS: Mapping[str, Callable[[Rule], Checker]] = MappingProxyType(
    {
        "required": Required,
        "choice": Choice,
        "text": TextForm,
        "name": TextForm,
        "resident_id_or_document": DocumentNumber,
        "uscc": Uscc,
        "phone": Phone,
        "date": DateForm,
        "number": Number,
        "match_gender": MatchGender,
        "match_birth_date": MatchBirthDate,
        "order_dates": OrderDates,
        "unique": Unique,
        "reference": Reference,
        "implies": Implied,
    }
)
