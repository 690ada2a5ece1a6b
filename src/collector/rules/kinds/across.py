"""Rule kinds that hold several fields of one row against one another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from operator import ge, gt, itemgetter, ne

from collector.codes import dates, documents
from collector.model import Finding, Kind, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import finding, flag_param, text_param, texts_param, whole_param

_ODD = frozenset("13579")
_UNLIKE = frozenset((*(("女", odd) for odd in "13579"), *(("男", even) for even in "02468")))
"""gender and 17th digit that do not go together"""
_SEVENTEENTH = itemgetter(slice(16, 17))
_BIRTH = itemgetter(slice(6, 14))


class _MatchGender:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._field, self._id_field = _two(rule)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        genders, numbers = table.columns.get(self._field), table.columns.get(self._id_field)
        if genders is None or numbers is None:
            return
        if _UNLIKE.isdisjoint(zip(genders, map(_SEVENTEENTH, numbers), strict=True)):
            return
        today = context.today
        for index, (gender, number) in enumerate(zip(genders, numbers, strict=True)):
            if len(number) != 18 or gender != ("女" if number[16] in _ODD else "男"):
                continue
            if documents.tells_birth_and_gender(number, today):
                yield finding(self._rule, table, self._field, index, "match.gender")


def match_gender(rule: Rule) -> Checker:
    """Fields: gender, ID number. Only sound numbers of the 居民身份证's make are asked."""
    return _MatchGender(rule)


class _MatchBirthDate:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._field, self._id_field = _two(rule)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        births, numbers = table.columns.get(self._field), table.columns.get(self._id_field)
        if births is None or numbers is None:
            return
        today = context.today
        plain = {birth: birth.replace("-", "") for birth in set(births)}
        differs = map(ne, map(plain.__getitem__, births), map(_BIRTH, numbers))
        for index in compress(range(len(table)), differs):
            birth, number = births[index], numbers[index]
            if (
                len(number) == 18
                and birth
                and dates.is_iso(birth)
                and documents.tells_birth_and_gender(number, today)
            ):
                yield finding(self._rule, table, self._field, index, "match.birth_date")


def match_birth_date(rule: Rule) -> Checker:
    """Fields: birth date, ID number."""
    return _MatchBirthDate(rule)


class _OrderDates:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._earlier = text_param(rule, "earlier")
        self._later = text_param(rule, "later")
        self._strict = flag_param(rule, "strict")
        self._years = whole_param(rule, "years") or 0
        if not self._earlier or not self._later:
            raise ValueError(f"{rule.id}: earlier and later must be named")

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        if self._earlier not in table.columns or self._later not in table.columns:
            return
        firsts, seconds = (
            self._days(table, self._earlier, context),
            self._days(table, self._later, context),
        )
        if self._years:
            later = {day: day and dates.years_later(day, self._years) for day in set(firsts)}
            firsts = list(map(later.__getitem__, firsts))
        params = self._params(table.kind, context)
        wrong = map(ge if self._strict else gt, firsts, seconds)
        for index in compress(range(len(table)), wrong):
            if firsts[index] and seconds[index]:
                field = self._rule.fields[0]
                yield finding(self._rule, table, field, index, "order.dates", params=params)

    def _days(self, table: Table, field: str, context: Context) -> list[str]:
        """Canonical dates, those in ID numbers too; "" where there is none to compare."""
        texts = table.columns[field]
        memo: dict[str, str] = {}
        if field.endswith("id_number"):
            for text in documents.telling_birth_and_gender(set(texts), context.today):
                memo[text] = f"{text[6:10]}-{text[10:12]}-{text[12:14]}"
        else:
            for text in set(texts):
                memo[text] = text if text and dates.is_iso(text) else ""
        return [memo.get(text, "") for text in texts]

    def _params(self, kind: Kind, context: Context) -> tuple[tuple[str, str | int], ...]:
        earlier = _label(self._earlier, kind, context)
        later = _label(self._later, kind, context)
        if self._years:
            return (("earlier", earlier), ("later", later), ("years", self._years))
        return (("earlier", earlier), ("later", later))


def order_dates(rule: Rule) -> Checker:
    """``earlier`` must not come after ``later`` (with ``strict``, must come before it), nor less
    than ``years`` before it. An ID number field stands for the birth date in it."""
    return _OrderDates(rule)


class _Implies:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._when_field = text_param(rule, "when_field")
        self._when = frozenset(texts_param(rule, "when_values"))
        self._then_field = text_param(rule, "then_field")
        self._then = texts_param(rule, "then_values")
        self._empty = flag_param(rule, "then_empty")
        self._present = flag_param(rule, "then_present")
        demands = (bool(self._then), self._empty, self._present)
        if not self._when_field or not self._then_field or sum(demands) != 1:
            raise ValueError(
                f"{rule.id}: when_field, then_field and one of then_values, then_empty and"
                " then_present must be given"
            )

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        whens, thens = table.columns.get(self._when_field), table.columns.get(self._then_field)
        if whens is None or thens is None or self._when.isdisjoint(whens):
            return
        wanted, allowed = self._when, frozenset(self._then)
        params = (
            ("when_field", _label(self._when_field, table.kind, context)),
            ("expected", "、".join(self._then)),
        )
        for index, (when, then) in enumerate(zip(whens, thens, strict=True)):
            if when not in wanted:
                continue
            if then in allowed if allowed else bool(then) == self._present:
                continue
            if not then and allowed:
                continue  # an empty cell is for ``required`` and ``then_present`` to name
            yield finding(self._rule, table, self._then_field, index, self._code(), params=params)

    def _code(self) -> str:
        if self._empty:
            return "match.implied_empty"
        return "match.implied_present" if self._present else "match.implied"


def implies(rule: Rule) -> Checker:
    """Where ``when_field`` is one of ``when_values``, ``then_field`` must be one of
    ``then_values``, or empty (``then_empty``), or filled (``then_present``)."""
    return _Implies(rule)


class _Ratio:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._part = text_param(rule, "part")
        self._whole = text_param(rule, "whole")
        self._least = whole_param(rule, "least_percent")
        self._most = whole_param(rule, "most_percent")
        if not self._part or not self._whole or self._least is self._most is None:
            raise ValueError(
                f"{rule.id}: part, whole and least_percent or most_percent must be given"
            )

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        parts, wholes = table.columns.get(self._part), table.columns.get(self._whole)
        if parts is None or wholes is None:
            return
        least, most = self._least, self._most
        shown = (
            ("part", _label(self._part, table.kind, context)),
            ("whole", _label(self._whole, table.kind, context)),
        )
        for index, (part, whole) in enumerate(zip(parts, wholes, strict=True)):
            if not _is_count(part) or not _is_count(whole) or not int(whole):
                continue
            percent = int(part) * 100
            if least is not None and percent < least * int(whole):
                code, limit = "ratio.too_low", least
            elif most is not None and percent > most * int(whole):
                code, limit = "ratio.too_high", most
            else:
                continue
            params = (*shown, ("percent", limit))
            yield finding(self._rule, table, self._rule.fields[0], index, code, params=params)


def ratio(rule: Rule) -> Checker:
    """``part`` must be at least ``least_percent`` and at most ``most_percent`` of ``whole``, both
    whole numbers of the row. A row that lacks one, or whose whole is 0, is not asked."""
    return _Ratio(rule)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _two(rule: Rule) -> tuple[str, str]:
    if len(rule.fields) != 2:
        raise ValueError(f"{rule.id}: two fields must be named")
    return rule.fields[0], rule.fields[1]


def _label(field: str, kind: Kind, context: Context) -> str:
    return context.labels.get((kind, field), field)
