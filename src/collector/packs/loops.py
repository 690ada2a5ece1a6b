"""Rules of a pack that lead back to themselves: no row could ever satisfy them."""

from __future__ import annotations

from collections.abc import Sequence

from collector.model import Kind
from collector.packs.schema import Section
from collector.rules.base import Rule


def judge_loops(root: Section, rules: Sequence[Rule]) -> None:
    """Reports rules that refer to their own field, dates each before the next in a circle, and
    lists of what goes with what that end in a contradiction."""
    for rule in rules:
        for first, second in (
            ("when_field", "then_field"),
            ("earlier", "later"),
            ("part", "whole"),
        ):
            if rule.params.get(first) and rule.params.get(first) == rule.params.get(second):
                _tell(root, [rule], f"“{first}”和“{second}”是同一个字段")
        if rule.kind == "required" and rule.fields[0] in (
            rule.params.get("unless_field"),
            rule.params.get("when_field"),
        ):
            _tell(root, [rule], "“必填”的条件就是这个字段自己")
    for kind in Kind:
        own = [rule for rule in rules if rule.record is kind]
        dated = [rule for rule in own if rule.kind == "order_dates"]
        circle = _circle(dated)
        if circle:
            _tell(root, circle, "日期先后绕成了一圈，没有哪天能同时满足")
        _judge_implied(root, [rule for rule in own if rule.kind == "implies"])


def _circle(rules: Sequence[Rule]) -> list[Rule]:
    """Rules of dates that form a circle of two or more; empty where there is none."""
    after: dict[str, list[tuple[str, Rule]]] = {}
    for rule in rules:
        if rule.params["earlier"] != rule.params["later"]:
            after.setdefault(rule.params["earlier"], []).append((rule.params["later"], rule))
    done: set[str] = set()
    for start in after:
        path: list[tuple[str, Rule | None]] = [(start, None)]
        stack = [iter(after[start])]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                done.add(path.pop()[0])
                stack.pop()
                continue
            field, rule = step
            names = [name for name, _ in path]
            if field in names:
                inside = [each for _, each in path[names.index(field) + 1 :] if each is not None]
                return [*inside, rule]
            if field not in done:
                path.append((field, rule))
                stack.append(iter(after.get(field, ())))
    return []


def _judge_implied(root: Section, rules: Sequence[Rule]) -> None:
    """A value that, followed from rule to rule, forbids itself."""
    for rule in rules:
        for value in rule.params["when_values"]:
            chain = _contradiction(rule.params["when_field"], value, rules)
            if chain:
                _tell(root, chain, f"“{rule.params['when_field']}”为“{value}”时自相矛盾")
                return


def _contradiction(field: str, value: str, rules: Sequence[Rule]) -> list[Rule]:
    known: dict[str, str] = {field: value}
    used: list[Rule] = []
    waiting = [field]
    while waiting:
        name = waiting.pop()
        for rule in rules:
            if rule.params["when_field"] != name or known[name] not in rule.params["when_values"]:
                continue
            then = rule.params["then_field"]
            allowed: Sequence[str] = rule.params.get("then_values") or ()
            if then in known:
                wrong = (
                    known[then] not in allowed if allowed else bool(rule.params.get("then_empty"))
                )
                if wrong:
                    return [*used, rule]
            elif len(allowed) == 1:
                known[then] = allowed[0]
                used.append(rule)
                waiting.append(then)
    return []


def _tell(root: Section, rules: Sequence[Rule], zh: str) -> None:
    names = "、".join(dict.fromkeys(rule.id for rule in rules))
    root.wrong(
        "pack.loop",
        f"规则绕了一圈又回到自己：{zh}。请改正这些规则：{names}。",
        f"These rules lead back to themselves, so that no row can satisfy them: {names}.",
        f"[[rule]] {rules[0].id}",
    )
