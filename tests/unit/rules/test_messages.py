"""Every finding that can be made has a sentence and an advice, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import collector
from collector.model import Finding, Kind, Severity
from collector.rules.messages import CODES, message

SOURCE = Path(collector.__file__).parent
AREAS = {code.partition(".")[0] for code in CODES}
CONTRACT = [
    "required.missing",
    "choice.unknown",
    "text.too_long",
    "text.forbidden_character",
    "resident_id.length",
    "resident_id.alphabet",
    "resident_id.birth_date",
    "resident_id.check_digit",
    "resident_id.future_birth",
    "resident_id.region_unknown",
    "resident_id.damaged_by_excel",
    "resident_id.old_15",
    "document.format",
    "uscc.length",
    "uscc.alphabet",
    "uscc.check_digit",
    "uscc.kind",
    "phone.format",
    "date.format",
    "date.not_a_date",
    "date.out_of_range",
    "date.ambiguous",
    "number.format",
    "number.out_of_range",
    "match.gender",
    "match.birth_date",
    "order.dates",
    "unique.in_file",
    "unique.in_store",
    "reference.unit_missing",
    "reference.union_missing",
    "reference.parent_missing",
    "cell.formula",
    "cell.merged",
    "cell.hidden",
    "cell.error_value",
    "header.missing",
    "header.duplicate",
]
WARNINGS = {
    "resident_id.region_unknown",
    "uscc.kind",
    "uscc.inner_code",
    "cell.formula",
    "cell.hidden",
    "phone.unusual",
    "name.unusual",
    "name.rare_character",
    "name.private_use",
    "name.radical",
    "name.combining_mark",
    "name.tone_letters",
    "name.mixed_letters",
    "match.implied",
    "match.implied_empty",
    "match.implied_present",
    "ratio.too_low",
    "ratio.too_high",
    "returned.broken_id",
    "returned.other_workspace",
    "returned.unknown_copy",
}


def written_codes() -> Iterator[str]:
    """Texts in the layers that make findings which look like the code of one."""
    shape = re.compile(rf"(?:{'|'.join(sorted(AREAS))})\.[a-z0-9_]+")
    for layer in ("codes", "rules", "sheets", "services"):
        for path in sorted((SOURCE / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and shape.fullmatch(value):
                    yield value


def test_every_code_written_anywhere_in_the_source_has_a_message() -> None:
    codes = set(written_codes())
    assert len(codes) > 30
    assert codes <= CODES.keys()


@pytest.mark.parametrize("code", CONTRACT)
def test_every_code_of_the_contract_has_a_message(code: str) -> None:
    assert code in CODES


def test_warnings_are_those_that_are_only_a_doubt() -> None:
    assert {code for code, severity in CODES.items() if severity is Severity.WARNING} == WARNINGS
    assert CODES["reference.parent_missing"] is Severity.INFO


def said(code: str, field: str = "name", label: str = "姓名") -> tuple[str, str, str, str]:
    params = (
        ("max", 50),
        ("min", 1),
        ("first_row", 7),
        ("first_sheet", "会员"),
        ("first_file", 0),
        ("earlier", "甲期"),
        ("later", "乙期"),
        ("when_field", "丙栏"),
        ("expected", "无"),
        ("part", "丁栏"),
        ("whole", "戊栏"),
        ("percent", 90),
        ("form", "6 位数字"),
        ("place", 2),
        ("block", "CJK-B"),
    )
    found = Finding(code, CODES[code], Kind.MEMBER, 0, "会员", 8, "A", field, 6, params)
    words = message(found, label)
    return (*words.sentence, *words.advice)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_message_is_whole_in_both_languages(code: str) -> None:
    zh, en, do_zh, do_en = said(code)
    for text in (zh, en, do_zh, do_en):
        assert text
        assert not re.search(r"[{}…]", text)
    for text in (zh, do_zh):
        assert text.endswith("。")
        assert re.search(r"[\u4e00-\u9fff]", text)
    for text in (en, do_en):
        assert text.endswith(".")


def test_a_repeated_key_names_the_row_of_the_first() -> None:
    zh, en, *_ = said("unique.in_file")
    assert "第 7 行" in zh
    assert "row 7" in en


def test_a_sentence_names_the_field_by_the_packs_header_or_else_its_id() -> None:
    assert "“姓名”" in said("required.missing")[0]
    assert "“name”" in said("required.missing", label="")[0]


def test_a_sheet_without_any_header_is_told_so() -> None:
    assert said("header.missing", field="", label="")[0] != said("header.missing")[0]


def test_a_limit_that_a_finding_does_not_give_leaves_no_hole() -> None:
    found = Finding("text.too_long", Severity.ERROR, None, 0, "", 1, "A", "name")
    assert "{" not in message(found, "姓名").sentence.zh


def test_a_code_that_does_not_exist_is_no_message() -> None:
    with pytest.raises(KeyError):
        message(Finding("no.such", Severity.ERROR, None, 0, "", 1, "A", "name"), "")


def one(code: str, *params: tuple[str, str | int]) -> tuple[str, str]:
    words = message(Finding(code, CODES[code], Kind.UNION, 0, "", 1, "A", "f", 0, params), "某栏")
    return words.sentence.zh, words.advice.zh


def test_a_number_out_of_range_is_told_the_limits_that_there_are() -> None:
    assert "1 至 9" in one("number.out_of_range", ("min", 1), ("max", 9))[0]
    assert "不能小于 1" in one("number.out_of_range", ("min", 1))[0]
    assert "不能大于 9" in one("number.out_of_range", ("max", 9))[0]


def test_a_landline_is_advised_only_where_one_is_taken() -> None:
    assert "固定电话" in one("phone.format")[1]
    assert "固定电话" not in one("phone.format", ("mobile_only", 1))[1]


def test_a_temporary_code_is_advised_only_where_the_pack_has_one() -> None:
    assert "临时" not in one("uscc.length")[1]
    assert "“省总编号”" in one("uscc.length", ("temporary", "省总编号"))[1]


def test_a_formula_without_a_result_is_told_otherwise_than_one_with_it() -> None:
    told = {
        severity: message(Finding("cell.formula", severity, None, 0, "", 1, "A", "f"), "某栏")
        for severity in (Severity.WARNING, Severity.ERROR)
    }
    assert told[Severity.WARNING].sentence != told[Severity.ERROR].sentence
