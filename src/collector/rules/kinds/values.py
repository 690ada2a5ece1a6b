"""Rule kinds that judge one value by itself: text, name, choice, phone, date, number."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from collector.codes import dates, phone, rare
from collector.codes.text import has_forbidden
from collector.model import Finding, Kind, Severity, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import (
    Params,
    Verdict,
    at_values,
    flag_param,
    judge_values,
    text_param,
    whole_param,
)

EARLIEST = "1900-01-01"
LATEST = "2100-12-31"

_ODD_IN_NAME = re.compile(r"[0-9０-９?？*＊#@&%$=+_/\\|<>~^\[\]{}]|^·|·$|··")
_STRANGE = {
    rare.Oddity.PRIVATE_USE: "name.private_use",
    rare.Oddity.RADICAL: "name.radical",
    rare.Oddity.COMBINING: "name.combining_mark",
    rare.Oddity.RARE: "name.rare_character",
    rare.Oddity.TONE: "name.tone_letters",
    rare.Oddity.MIXED: "name.mixed_letters",
}
"""the gravest first: one is told of a name"""


class _Values:
    """Asks a function about every distinct value of a column, or only about the ``doubtful``."""

    def __init__(
        self,
        rule: Rule,
        judge: Callable[[str, Context], Verdict | None],
        doubtful: Callable[[Collection[str]], Collection[str]] | None = None,
    ) -> None:
        self._rule = rule
        self._judge = judge
        self._doubtful = doubtful

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        judge = self._judge
        field = self._rule.fields[0]
        return judge_values(
            self._rule, table, field, lambda value: judge(value, context), self._doubtful
        )


def text(rule: Rule) -> Checker:
    """``max_length``: characters at most; forbidden characters are named in any text."""
    longest = whole_param(rule, "max_length") or 0

    def judge(value: str, _: Context) -> Verdict | None:
        if has_forbidden(value):
            return "text.forbidden_character", Severity.ERROR, ()
        if longest and len(value) > longest:
            return "text.too_long", Severity.ERROR, (("max", longest),)
        return None

    return _Values(rule, judge)


def name(rule: Rule) -> Checker:
    """A person's name: as ``text``; digits and signs such as ? (left by a wrong encoding) are
    doubted only, and what other systems may lose is told of (``codes.rare``)."""
    longest = whole_param(rule, "max_length") or 0

    def judge(value: str, _: Context) -> Verdict | None:
        if has_forbidden(value):
            return "text.forbidden_character", Severity.ERROR, ()
        if longest and len(value) > longest:
            return "text.too_long", Severity.ERROR, (("max", longest),)
        if rare.is_plain(value):
            return None
        if _ODD_IN_NAME.search(value):
            return "name.unusual", Severity.WARNING, ()
        return _strange(value)

    return _Values(rule, judge)


def _strange(value: str) -> Verdict | None:
    """Where the gravest of such characters stands, never which one it is."""
    found = {one.oddity: one for one in reversed(rare.strange(value))}
    for oddity, code in _STRANGE.items():
        if oddity in found:
            one = found[oddity]
            place: tuple[tuple[str, str | int], ...] = (("place", one.place),)
            return code, Severity.WARNING, place + ((("block", one.block),) if one.block else ())
    return None


class _Choice:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._dictionary = text_param(rule, "dictionary")

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        field = self._rule.fields[0]
        texts = table.columns.get(field)
        labels = context.choices.get(self._dictionary)
        if texts is None or labels is None:  # a pack without its list does not load
            return
        unknown = set(texts) - labels
        unknown.discard("")
        verdict: Verdict = ("choice.unknown", Severity.ERROR, ())
        yield from at_values(self._rule, table, field, texts, dict.fromkeys(unknown, verdict))


def choice(rule: Rule) -> Checker:
    """``dictionary``: id of the list the label must be in."""
    return _Choice(rule)


_SHORTEST_OF_A_PERSON = 7
"""digits of a local number without its area code"""


def telephone(rule: Rule) -> Checker:
    """``mobile_only``: a landline is no mobile number. A service number (12351, 95588) can be
    called, but is nobody's own."""
    mobile_only = flag_param(rule, "mobile_only")
    shortest = _SHORTEST_OF_A_PERSON if rule.record in (Kind.MEMBER, Kind.OFFICER) else 0
    params: Params = (("mobile_only", 1),) if mobile_only else ()

    def judge(value: str, _: Context) -> Verdict | None:
        number = phone.tidy_phone(value)
        if phone.is_mobile(number):
            return None
        if len(number) < shortest:
            return "phone.format", Severity.ERROR, params
        if not mobile_only and phone.is_landline(number):
            return None
        if phone.is_unusual(number):
            return "phone.unusual", Severity.WARNING, ()
        return "phone.format", Severity.ERROR, params

    return _Values(rule, judge, phone.but_mobiles)


def day(rule: Rule) -> Checker:
    """``not_after_today``; ``earliest``, ``latest`` (yyyy-MM-dd, inclusive)."""
    not_after_today = flag_param(rule, "not_after_today")
    earliest = text_param(rule, "earliest", EARLIEST)
    latest = text_param(rule, "latest", LATEST)

    def judge(value: str, context: Context) -> Verdict | None:
        iso, code = dates.read_date(value)
        if iso is None:
            return code or dates.FORMAT, Severity.ERROR, ()
        last = min(latest, context.today.isoformat()) if not_after_today else latest
        if earliest <= iso <= last:
            return None
        return "date.out_of_range", Severity.ERROR, (("min", earliest), ("max", last))

    return _Values(rule, judge)


def number(rule: Rule) -> Checker:
    """``min``, ``max``: whole numbers, inclusive."""
    least, most = whole_param(rule, "min"), whole_param(rule, "max")
    limits: list[tuple[str, str | int]] = []
    if least is not None:
        limits.append(("min", least))
    if most is not None:
        limits.append(("max", most))

    def judge(value: str, _: Context) -> Verdict | None:
        if not (value.isascii() and value.isdigit()) or len(value) > 18:
            return "number.format", Severity.ERROR, ()
        amount = int(value)
        if (least is not None and amount < least) or (most is not None and amount > most):
            return "number.out_of_range", Severity.ERROR, tuple(limits)
        return None

    return _Values(rule, judge)
