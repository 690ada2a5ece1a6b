"""Text at the border: what is tidied away, and what is never touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.codes import text


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("", ""),
        ("  甲乙 ", "甲乙"),
        ("\u3000甲乙\u00a0", "甲乙"),
        ("\ufeff甲\u200b乙", "甲乙"),
        ("'0716", "0716"),
        ("‘ 420", "420"),
        ("湖北省\n武汉市", "湖北省 武汉市"),
        ("a \r\n\r\n b", "a b"),
        ("e\u0301", "é"),
    ],
)
def test_outer_space_invisible_characters_and_apostrophes_go(typed: str, tidied: str) -> None:
    assert text.tidy(typed) == tidied


def test_chinese_brackets_stay_in_text_and_go_in_codes() -> None:
    assert text.half_width_letters("第２分厂（Ｂ区），东") == "第2分厂（B区），东"
    assert text.half_width("（０２７）") == "(027)"
    assert text.half_width_letters("plain") == "plain"


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("张 三", "张三"),
        ("欧阳　测试", "欧阳测试"),
        ("古丽•测试", "古丽·测试"),
        ("古丽 . 测试", "古丽·测试"),
        ("古丽・测试‧样本", "古丽·测试·样本"),
        ("JOHN   DOE", "JOHN DOE"),
        ("𠮷测", "𠮷测"),
        ("Ａｎｎ 测", "Ann 测"),
    ],
)
def test_names_lose_inner_spaces_and_gain_one_kind_of_dot(typed: str, tidied: str) -> None:
    assert text.tidy_name(typed) == tidied


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("110105 19491231 002X", "11010519491231002X"),
        ("'１１０１０５－19491231—002ｘ", "11010519491231002X"),
    ],
)
def test_codes_are_upper_case_without_spaces_or_hyphens(typed: str, code: str) -> None:
    assert text.tidy_code(typed) == code


@given(st.text())
def test_tidying_twice_changes_nothing_more(typed: str) -> None:
    for way in (text.tidy, text.tidy_code, text.tidy_name):
        assert way(way(typed)) == way(typed)


@pytest.mark.parametrize("bad", ["甲\x07", "甲\ufffd", "甲\u202e乙", "a\x00b", "\ud800"])
def test_characters_no_text_may_hold_are_found_and_can_be_taken_out(bad: str) -> None:
    assert text.has_forbidden(bad)
    assert not text.has_forbidden(text.without_forbidden(bad))


@pytest.mark.parametrize("good", ["𠮷", "古丽·测试", "\ue000", "a b", "（一）", "é"])
def test_rare_and_ordinary_characters_are_not_forbidden(good: str) -> None:
    assert not text.has_forbidden(good)


@given(st.text(alphabet="0123456789X", min_size=1, max_size=40))
def test_a_masked_number_keeps_its_length_and_hides_half_at_least(number: str) -> None:
    for mask in (text.mask_id, text.mask_phone):
        masked = mask(number)
        assert len(masked) == len(number)
        if len(number) <= 18:
            assert masked.count("*") >= len(number) // 3


def test_an_id_shows_no_birth_date_and_a_phone_no_middle() -> None:
    assert text.mask_id("11010519491231002X") == "1101**********002X"
    assert text.mask_phone("13800000000") == "138****0000"
    assert text.mask_phone("8123") == "8**3"


def test_a_masked_name_keeps_its_first_character_with_its_marks() -> None:
    assert text.mask_name("赵甲甲") == "赵**"
    assert text.mask_name("A\u0301nna") == "A\u0301***"
    assert text.mask_name("古丽米热·艾比布力") == "古***"
    assert text.mask_name("") == ""
