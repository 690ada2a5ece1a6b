"""``pattern`` [pattern, form]: a code whose make a province prescribes."""

from __future__ import annotations

from collections.abc import Iterator

from collector.model import Finding, Severity, Table
from collector.rules.base import Checker, Context, Rule
from collector.rules.kinds.making import Verdict, judge_values, text_param
from collector.rules.patterns import compile_pattern

_LONGEST_FORM = 60


class _Patterned:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._pattern = compile_pattern(text_param(rule, "pattern"))
        form = text_param(rule, "form")
        if not form.strip() or len(form) > _LONGEST_FORM:
            raise ValueError(f"{rule.id}: form must say in words what is right")
        self._wrong: Verdict = ("pattern.mismatch", Severity.ERROR, (("form", form),))

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        return judge_values(
            self._rule,
            table,
            self._rule.fields[0],
            lambda value: None if self._pattern.matches(value) else self._wrong,
        )


def pattern(rule: Rule) -> Checker:
    """``pattern``: what the whole cell must be (``rules.patterns``); ``form``: the same in words,
    for the message. An empty cell is for ``required``."""
    return _Patterned(rule)
