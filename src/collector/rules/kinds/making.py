"""What every rule kind needs: params read from the pack, and a finding at a cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from collector.model import Finding, Severity, Table
from collector.rules.base import Rule

Params = tuple[tuple[str, str | int], ...]
Verdict = tuple[str, Severity, Params]
"""code, severity and params of what is wrong with a value"""

_RANK = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}


def weaker(first: Severity, second: Severity) -> Severity:
    """A rule the pack only warns with never says error, nor does a code that is only a doubt."""
    return first if _RANK[first] <= _RANK[second] else second


def text_param(rule: Rule, name: str, default: str = "") -> str:
    """A text the pack gives; raises ValueError where it is of another type."""
    value = rule.params.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{rule.id}: {name} must be a text")
    return value


def whole_param(rule: Rule, name: str) -> int | None:
    """A whole number the pack gives, None where it gives none; raises ValueError."""
    value = rule.params.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{rule.id}: {name} must be a whole number")
    return value


def flag_param(rule: Rule, name: str) -> bool:
    """A yes or no the pack gives, no where it gives none; raises ValueError."""
    value = rule.params.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{rule.id}: {name} must be true or false")
    return value


def texts_param(rule: Rule, name: str) -> tuple[str, ...]:
    """A list of texts the pack gives; raises ValueError where it is something else."""
    value = rule.params.get(name, ())
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{rule.id}: {name} must be a list of texts")
    return tuple(value)


def finding(
    rule: Rule,
    table: Table,
    field: str,
    index: int,
    code: str,
    severity: Severity = Severity.ERROR,
    params: Params = (),
) -> Finding:
    """A finding of ``rule`` at one cell of the table."""
    return Finding(
        code,
        weaker(rule.severity, severity),
        table.kind,
        table.file,
        table.sheet,
        table.rows[index],
        table.letters.get(field, ""),
        field,
        index,
        params,
        rule.id,
    )


def judge_values(
    rule: Rule,
    table: Table,
    field: str,
    judge: Callable[[str], Verdict | None],
    doubtful: Callable[[Collection[str]], Collection[str]] | None = None,
) -> Iterator[Finding]:
    """Ask ``judge`` once of every distinct filled value of a column; where ``doubtful`` is given,
    only of those it leaves."""
    texts = table.columns.get(field)
    if texts is None:
        return
    faulty: dict[str, Verdict] = {}
    values = set(texts)
    values.discard("")
    for value in values if doubtful is None else doubtful(values):
        verdict = judge(value)
        if verdict is not None:
            faulty[value] = verdict
    yield from at_values(rule, table, field, texts, faulty)


def at_values(
    rule: Rule, table: Table, field: str, texts: Iterable[str], faulty: Mapping[str, Verdict]
) -> Iterator[Finding]:
    """A finding at every cell that holds one of the faulty values."""
    if not faulty:
        return
    for index, value in enumerate(texts):
        if value in faulty:
            code, severity, params = faulty[value]
            yield finding(rule, table, field, index, code, severity, params)
