"""Patterns of packs: they mean what re means, and none can be made to take long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.model import Kind, Severity, Table
from collector.rules import patterns as bounded
from collector.rules.base import Rule
from collector.rules.kinds import KINDS
from collector.rules.patterns import (
    LONGEST_PATTERN,
    LONGEST_TEXT,
    MOST_POSITIONS,
    PatternError,
    compile_pattern,
)

HOSTILE = [
    # nested repetition, the classic ones (OWASP: Regular expression Denial of Service)
    r"(a+)+",
    r"(a+)+$",
    r"^(a+)+$",
    r"([a-zA-Z]+)*",
    r"(a|aa)+",
    r"(a|a?)+",
    r"(.*a){11}",
    r"(.*a){20}",
    r"(.*)*x",
    r"(.+)+x",
    r"((a*)*)*",
    r"((((a*)*)*)*)*b",
    r"(a*)*(a*)*(a*)*b",
    r"(x+x+)+y",
    r"(\d+)*x",
    r"(\d*\d*)*x",
    r"([^x]+)+x",
    r"(a?){30}a{30}",
    r"a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaa",
    r"(ab|a)(bc|c)*(abc|b)*x",
    # of real programs: moment, ms, marked, validator lists, Cloudflare 2019, Stack Overflow 2016
    r".*.*=.*",
    r"(?:.*(?:.*=.*))",
    r"[ ]+$",
    r"([0-9]+)((a|b)+)+c",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3}))$",
    r"(([\-.]|[_]+)?([a-zA-Z0-9]+))*!",
    r"(/[a-z]*)*\?",
    r"(a|b|ab)*c",
    r"(([a-z])*)*1",
    # what only a program that goes back can do
    r"(a+)\1",
    r"(?=a+)a*b",
    r"(?!a)a*",
    r"(?<=a)b",
    r"(?P<n>a)(?P=n)",
    r"a*?b",
    r"a++b",
    r"(?i)a+",
    r"(?>a+)b",
    # what grows when it is written out
    r"a{1000}",
    r"(a{99}){99}",
    r"((a{20}){20}){20}",
    r"((((((((a{2}){9}){9}){9}){9}){9}){9}){9})",
    r"(){99}",
    r"((){99}){99}",
    r"(((a?){99})?){99}",
    "(" * 100 + ")" * 100,
    "a" * (LONGEST_PATTERN + 1),
]

INPUTS = [
    "a" * 50_000,
    "a" * 49_999 + "!",
    "1" * 50_000 + "x",
    "x=" * 25_000,
    "ab" * 25_000 + "c",
    " " * 50_000 + "a",
    "甲" * 50_000,
    "a" * LONGEST_TEXT,
    "a" * (LONGEST_TEXT - 1) + "!",
    "x" * (LONGEST_TEXT - 1) + "=",
    "ab" * (LONGEST_TEXT // 2),
]


def test_there_are_enough_hostile_patterns() -> None:
    assert len(set(HOSTILE)) >= 45


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_pattern_is_refused_or_takes_few_steps(source: str) -> None:
    try:
        pattern = compile_pattern(source)
    except PatternError as refused:
        assert refused.said.zh  # noqa: PT017 - refusing is one of two right answers
        return
    assert pattern.positions <= MOST_POSITIONS
    for text in INPUTS:
        _, steps = pattern.run(text)
        assert steps <= min(len(text), LONGEST_TEXT) * max(pattern.positions, 1)
        assert len(text) <= LONGEST_TEXT or not steps


@pytest.mark.parametrize(
    ("source", "right", "wrong"),
    [
        (r"\d{6}", ["420106"], ["42010", "4201066", "42010x", "４２０１０６", ""]),
        (r"^[A-Z]{2}\d{4,6}$", ["AB1234", "AB123456"], ["A1234", "AB123", "ab1234"]),
        (r"(临时|临)[0-9-]+", ["临时2023-1", "临7"], ["时1", "临"]),
        (r"[^0-9]*", ["", "甲乙"], ["甲1"]),
        (r"a{2,}", ["aa", "aaaa"], ["a", ""]),
        (r"a{0,2}b", ["b", "aab"], ["aaab"]),
        (r"鄂工(发|办发)〔\d{4}〕\d+号", ["鄂工办发〔2023〕15号"], ["鄂工办〔2023〕15号"]),
        (r"a\.b\|c\\", ["a.b|c\\"], ["axb|c\\"]),
        (r"[a\-z]", ["a", "-", "z"], ["b"]),
        (r"[a-]", ["a", "-"], ["b"]),
        (r"[-+]\d", ["-1", "+1"], ["1"]),
        ("", [""], ["a"]),
        ("a||b", ["a", "", "b"], ["ab"]),
    ],
)
def test_a_pattern_means_what_it_says(source: str, right: list[str], wrong: list[str]) -> None:
    pattern = compile_pattern(source)
    assert [text for text in right if not pattern.matches(text)] == []
    assert [text for text in wrong if pattern.matches(text)] == []


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("(a", 3),
        ("a)", 2),
        ("[a", 3),
        ("[]", 2),
        ("[z-a]", 3),
        ("*a", 1),
        ("a**", 3),
        ("a{2", 2),
        ("a{x}", 2),
        ("a{3,2}", 2),
        ("a{0}", 2),
        (r"\w", 2),
        (r"a\b", 3),
        ("a^", 2),
        ("a$b", 2),
        ("a}", 2),
        ("\\", 2),
        (r"(a)\1", 5),
        ("(?=a)", 2),
    ],
)
def test_what_is_refused_is_told_with_its_place(source: str, place: int) -> None:
    with pytest.raises(PatternError) as refused:
        compile_pattern(source)
    assert f"第 {place} 个字符" in refused.value.said.zh


ATOMS = st.sampled_from(["a", "b", ".", r"\d", "[ab]", "[^a]", "甲", "(?:ab|b)", "(a|)"])


@st.composite
def patterns(draw: st.DrawFn) -> str:
    parts = [
        draw(ATOMS) + draw(st.sampled_from(["", "", "?", "*", "+", "{2}", "{0,2}", "{1,}"]))
        for _ in range(draw(st.integers(0, 4)))
    ]
    inner = "".join(parts)
    tail = draw(st.sampled_from(["", "+", "{2}", "?"]))
    return f"({inner}|b){tail}" if draw(st.booleans()) else inner


@given(patterns(), st.text("ab甲1x", max_size=8))
def test_a_pattern_matches_what_re_matches(source: str, text: str) -> None:
    said = re.fullmatch(source, text, re.ASCII | re.DOTALL) is not None
    assert compile_pattern(source).matches(text) is said


def test_the_rule_names_the_form_in_words_and_leaves_empty_cells_alone() -> None:
    rule = Rule(
        "r",
        "pattern",
        Kind.UNION,
        ("temporary_code",),
        {"pattern": r"L\d{4}", "form": "L 加 4 位数字"},
    )
    table = Table(Kind.UNION, {"temporary_code": ["L0001", "", "L1", "L" * 50_000]}, [2, 3, 4, 5])
    found = list(KINDS["pattern"](rule).check(table, None))  # type: ignore[arg-type]
    assert [(item.row, item.code, item.severity) for item in found] == [
        (4, "pattern.mismatch", Severity.ERROR),
        (5, "pattern.mismatch", Severity.ERROR),
    ]
    assert found[0].param("form") == "L 加 4 位数字"


@pytest.mark.parametrize("params", [{"pattern": "a"}, {"pattern": "a", "form": " "}, {"form": "x"}])
def test_the_rule_needs_its_form_in_words(params: dict[str, str]) -> None:
    if "pattern" not in params:
        params = {"pattern": 1, "form": "x"}  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="r: "):
        KINDS["pattern"](Rule("r", "pattern", Kind.UNION, ("temporary_code",), params))


def test_a_pattern_remembers_so_much_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_MEMO", 3)
    pattern = compile_pattern("[A-Z]{2}[0-9]{4}")
    for number in range(40):
        text = f"{chr(65 + number % 26)}Q{number:04d}"
        assert pattern.matches(text)
        assert not pattern.matches(text[1:])
