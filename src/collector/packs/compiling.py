"""From what a pack says about its fields, and its [[rule]] sections, to rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from collector.model import Kind, Severity
from collector.packs.schema import Section, near
from collector.packs.spec import Field, FieldType, Provenance
from collector.rules.base import Rule
from collector.rules.kinds import KINDS
from collector.rules.patterns import PatternError

_FORM_OF: Mapping[FieldType, str] = {
    FieldType.TEXT: "text",
    FieldType.NAME: "name",
    FieldType.ID_NUMBER: "resident_id_or_document",
    FieldType.USCC: "uscc",
    FieldType.UNION_CODE: "uscc",
    FieldType.PHONE: "phone",
    FieldType.DATE: "date",
    FieldType.NUMBER: "number",
    FieldType.CHOICE: "choice",
}
"""the rule kind that judges the form of a field; 序号 has none, the writer counts it"""

_ANY: Mapping[str, str] = MappingProxyType({})
_NAMING_PARAMS = ("code_field", "name_field", "when_field", "then_field", "type_field")
_NAMING_PARAMS_OF_DATES = ("earlier", "later")
_NAMING_PARAMS_OF_RATIOS = ("part", "whole")


@dataclass(frozen=True, slots=True)
class FieldRules:
    """A field and what its section says about the rules it implies."""

    field: Field
    severity: Severity
    """of the rule that judges its form"""
    params: Mapping[str, Any]


def implied(said: FieldRules, sheet_id: str = "", only: Mapping[str, str] = _ANY) -> list[Rule]:
    """The rules one field implies: that it is filled, and that its form is right.

    What the province does not say itself (``assumed``) is asked for with a warning only. What a
    sheet that holds ``only`` some records requires is asked of those records.
    """
    field = said.field
    if field.type is FieldType.SERIAL:
        return []
    rules = []
    if field.required:
        official = field.required_provenance is Provenance.OFFICIAL
        params: dict[str, Any] = {}
        if field.alternative:
            params["unless_field"] = field.alternative
        name = f"{field.kind}.{field.id}.required"
        for when, value in only.items():
            if when != field.id:
                params |= {"when_field": when, "when_values": [value]}
                name = f"{name}.{sheet_id}"
        rules.append(
            Rule(
                name,
                "required",
                field.kind,
                (field.id,),
                params,
                Severity.ERROR if official else Severity.WARNING,
                field.source,
            )
        )
    rules.append(
        Rule(
            f"{field.kind}.{field.id}.form",
            _FORM_OF[field.type],
            field.kind,
            (field.id,),
            _form_params(field) | dict(said.params),
            said.severity,
            field.source,
        )
    )
    return rules


def _form_params(field: Field) -> dict[str, Any]:
    params: dict[str, Any] = {}
    if field.max_length:
        params["max_length"] = field.max_length
    if field.type is FieldType.CHOICE:
        params["dictionary"] = field.dictionary
    if field.type is FieldType.UNION_CODE:
        params["expects"] = "union"
    return params


def written(section: Section, fields: Sequence[Field], taken: set[str]) -> Rule | None:
    """One ``[[rule]]``: a rule across fields, or one a field does not imply."""
    rule_id = section.text("id", needed=True, limit=80)
    rule_kind = section.text("kind", needed=True, limit=40)
    record = section.one_of("record", Kind, Kind.MEMBER, needed=True)
    named = section.texts("fields")
    params = dict(section.mapping("params"))
    provenance = section.one_of("provenance", Provenance, Provenance.ASSUMED, needed=True)
    assumed = provenance is Provenance.ASSUMED
    usual = Severity.WARNING if assumed else Severity.ERROR
    severity = section.one_of("severity", Severity, usual)
    source = section.text("source", needed=True)
    section.close()
    if rule_kind and rule_kind not in KINDS:
        section.wrong(
            "pack.rule_unknown",
            f"不认识规则种类“{rule_kind}”。可用的有：{'、'.join(KINDS)}。",
            f"There is no rule kind {rule_kind!r}. There are: {', '.join(KINDS)}.",
            "kind",
        )
    if rule_id in taken:
        section.wrong(
            "pack.rule_twice",
            f"规则编号“{rule_id}”用了两次。请改一个。",
            f"The rule id {rule_id!r} is used twice.",
            "id",
        )
    if assumed and severity is Severity.ERROR:
        section.wrong(
            "pack.assumed_error",
            "推断的规则（assumed）只能提醒（warning、info），不能算错误。"
            "请改 severity，或写明文件依据。",
            "An assumed rule may only warn. Change its severity or name the official source.",
            "severity",
        )
    known = {field.id for field in fields if field.kind is record}
    for field_id in (*named, *_named_in(params)):
        if field_id not in known:
            section.wrong(
                "pack.rule_field",
                f"规则用到的字段“{field_id}”不在本包的“{record.value}”表里。请改正字段名。",
                f"The field {field_id!r} of this rule is not in the pack's {record.value} sheet.",
                "fields",
            )
    if not named:
        section.wrong(
            "pack.rule_field",
            "规则至少要写明一个字段（fields）。",
            "A rule must name at least one field.",
            "fields",
        )
        return None
    rule = Rule(rule_id, rule_kind, record, named, params, severity, source)
    judge_params(section, rule)
    return rule


class _Asked(Mapping[str, Any]):
    """Params that remember what was asked of them."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return self._params[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)


def judge_params(section: Section, rule: Rule) -> None:
    """Whether the rule kind takes these params: it is made ready once, and what it did not ask
    for is a slip. So a new kind need not be declared here."""
    if rule.kind not in KINDS:
        return
    params = _Asked(rule.params)
    try:
        KINDS[rule.kind](replace(rule, params=params))
    except PatternError as refused:
        section.wrong(
            "pack.pattern",
            f"规则的“pattern”不能用：{refused.said.zh}。请改写，可用的写法见格式说明。",
            f"The pattern of the rule is refused: {refused.said.en}.",
            "params pattern",
        )
        return
    except (KeyError, TypeError, ValueError, AttributeError):
        section.wrong(
            "pack.rule_param",
            f"规则种类“{rule.kind}”的参数（params）缺少或写错。请对照格式说明改正。",
            f"The params of the rule kind {rule.kind!r} are incomplete or wrong.",
            "params",
        )
        return
    for name in params:
        if name not in params.asked:
            section.wrong(
                "pack.rule_param",
                f"规则种类“{rule.kind}”没有“{name}”这个参数。{near(name, params.asked).zh}",
                f"The rule kind {rule.kind!r} has no param {name!r}. {near(name, params.asked).en}",
                f"params {name}",
            )


def _named_in(params: Mapping[str, Any]) -> list[str]:
    naming = (*_NAMING_PARAMS, *_NAMING_PARAMS_OF_DATES, *_NAMING_PARAMS_OF_RATIOS)
    names = [name for name in naming if name in params]
    return [params[name] for name in names if isinstance(params[name], str) and params[name]]
