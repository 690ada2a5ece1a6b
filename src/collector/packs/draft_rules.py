"""The rules a draft begins with: what every province asks for, as warnings until somebody names
its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from collector.model import Kind
from collector.packs.draft_toml import toml_table
from collector.packs.proposals import Proposal, ProposedSheet

_UNIQUE = "推断：一码一单位、一证一会员，个人信息与身份证一致"
_ATTACHED = "推断：会员应有所在单位和工会，避免“空挂会员”"
_UNDER = "推断：上级工会可能由上级录入"


def draft_rules(proposal: Proposal) -> Iterator[str]:
    """``[[rule]]`` sections, each once, of the fields the draft has."""
    for kind in Kind:
        sheets = [sheet for sheet in proposal.sheets if kind in sheet.kinds]
        if sheets:
            yield from _of_kind(kind, sheets, len(sheets[0].kinds) > 1)


def _of_kind(kind: Kind, sheets: Sequence[ProposedSheet], both: bool) -> Iterator[str]:
    held = {
        column.field
        for sheet in sheets
        for column in sheet.columns
        if column.kind is kind and not column.left_out
    }
    key = "uscc" if kind in (Kind.UNIT, Kind.UNION) else "id_number"
    if key in held and kind is not Kind.OFFICER:
        same = {"repeats": "same_values"} if both and kind is Kind.UNION else {}
        yield _rule(kind, f"{key}.unique", "unique", [key], same, _UNIQUE)
    for name, rule in (("gender", "match_gender"), ("birth_date", "match_birth_date")):
        if {name, "id_number"} <= held:
            yield _rule(kind, f"{name}.match", rule, [name, "id_number"], {}, _UNIQUE)
    if kind is Kind.MEMBER:
        for to in ("unit", "union"):
            yield from _reference(kind, to, f"{to}_code", f"{to}_name", held, _ATTACHED)
    if kind is Kind.UNION:
        yield from _reference(
            kind, "union", "parent_code", "parent_name", held, _UNDER, name="parent"
        )


def _reference(
    kind: Kind, to: str, code: str, title: str, held: set[str], source: str, name: str = ""
) -> Iterator[str]:
    fields = [field for field in (code, title) if field in held]
    if not fields:
        return
    params = {"to": to}
    if code in held:
        params["code_field"] = code
    if title in held:
        params["name_field"] = title
    severity = "info" if name else ""
    yield _rule(kind, f"{name or to}.reference", "reference", fields, params, source, severity)


def _rule(
    kind: Kind,
    name: str,
    rule: str,
    fields: list[str],
    params: Mapping[str, Any],
    source: str,
    severity: str = "",
) -> str:
    pairs: dict[str, Any] = {
        "id": f"{kind.value}.{name}",
        "kind": rule,
        "record": kind.value,
        "fields": fields,
        "provenance": "assumed",
        "severity": severity,
        "source": source,
    }
    if params:
        pairs["params"] = params
    return toml_table("[[rule]]", pairs)
