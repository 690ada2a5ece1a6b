"""When one field says this, another must say that."""

from __future__ import annotations

from collections.abc import Iterator

from collector.model import Finding, Table
from collector.rules.base import Context, Rule
from collector.rules.kinds.finding import at


class Implied:
    """``match.implied`` at ``then_field``.

    Where ``when_field`` holds one of ``when_values``, ``then_field`` must hold one of
    ``then_values``, or be empty (``then_empty``), or be filled (``then_present``). An empty
    ``then_field`` under ``then_values`` is the ``required`` rule's matter.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._when_field: str = rule.params["when_field"]
        self._when = frozenset(rule.params["when_values"])
        self._then_field: str = rule.params["then_field"]
        self._then = tuple(rule.params.get("then_values", ()))
        self._empty: bool = rule.params.get("then_empty", False)
        self._present: bool = rule.params.get("then_present", False)

    def check(self, table: Table, context: Context) -> Iterator[Finding]:
        when = table.columns.get(self._when_field)
        then = table.columns.get(self._then_field)
        if when is None or then is None:
            return
        for index, (said, text) in enumerate(zip(when, then, strict=True)):
            if said in self._when and not self._right(text):
                yield at(
                    self._rule,
                    table,
                    index,
                    self._then_field,
                    "match.implied",
                    when=context.labels.get((table.kind, self._when_field), self._when_field),
                    expected=self._expected(),
                )

    def _right(self, text: str) -> bool:
        if self._empty:
            return not text
        if self._present:
            return bool(text)
        return not text or text in self._then

    def _expected(self) -> str:
        """What the pack asks for: labels of a list, never what the person wrote."""
        if self._empty:
            return "空"
        return "、".join(self._then) if self._then else "已填写"
