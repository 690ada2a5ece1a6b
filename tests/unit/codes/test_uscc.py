"""统一社会信用代码: known answers, and that no valid kind is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.codes import uscc


def whole(first17: str) -> str:
    return first17 + uscc.check_character(first17)


@st.composite
def codes(draw: st.DrawFn) -> str:
    start = draw(st.sampled_from(["91", "81", "89", "A1", "N2", "Y1", "12", "52"]))
    body = draw(st.integers(0, 99999999))
    inner = f"{body:08}"
    return whole(f"{start}420106{inner}{uscc.organisation_check(inner)}")


def test_the_code_printed_in_the_standard_is_sound() -> None:
    assert uscc.fault("91350100M000100Y43") is None
    assert not uscc.inner_mismatch("91350100M000100Y43")


def test_the_organisation_code_printed_in_gb_11714_is_sound() -> None:
    assert uscc.organisation_check("D2143569") == "X"
    assert uscc.is_organisation_code("D2143569X")


@pytest.mark.parametrize("code", ["", "D2143569", "D21435690", "d2143569X", "D214356-X"])
def test_what_is_no_organisation_code_is_told(code: str) -> None:
    assert not uscc.is_organisation_code(code)


@pytest.mark.parametrize("start", ["A1", "A9", "N1", "N2", "N3", "Y1", "81", "89", "91", "13"])
def test_no_department_is_refused(start: str) -> None:
    assert uscc.fault(whole(f"{start}42010612345678" + uscc.organisation_check("12345678"))) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "length"),
        ("91350100M000100Y4", "length"),
        ("91350100M000100Y433", "length"),
        ("91350100M000100I43", "alphabet"),
        ("91350100m000100Y43", "alphabet"),
        ("91A50100M000100Y43", "alphabet"),
        ("91350100M000100Y44", "check_digit"),
    ],
)
def test_each_fault_has_its_name(code: str, fault: str) -> None:
    assert uscc.fault(code) == fault


def test_a_wrong_inner_code_is_a_doubt_only() -> None:
    code = whole("91420106123456780")
    assert uscc.organisation_check("12345678") != "0"
    assert uscc.fault(code) is None
    assert uscc.inner_mismatch(code)


def test_only_81_and_89_are_union_codes() -> None:
    assert uscc.is_union_code("81")
    assert uscc.is_union_code("89")
    assert not uscc.is_union_code("91")
    assert not uscc.is_union_code("82")


@given(codes(), st.integers(0, 17), st.integers(1, 30))
def test_one_wrong_character_is_noticed_and_the_right_code_is_among_the_candidates(
    code: str, place: int, step: int
) -> None:
    at = uscc.ALPHABET.index(code[place])
    wrong = code[:place] + uscc.ALPHABET[(at + step) % 31] + code[place + 1 :]
    assert uscc.fault(wrong) is not None
    assert code in uscc.candidates(wrong)


@given(codes())
def test_every_candidate_is_sound_and_those_with_a_sound_inner_code_come_first(code: str) -> None:
    wrong = code[:10] + uscc.ALPHABET[(uscc.ALPHABET.index(code[10]) + 1) % 31] + code[11:]
    found = uscc.candidates(wrong)
    assert all(uscc.fault(each) is None for each in found)
    doubts = [uscc.inner_mismatch(each) for each in found]
    assert doubts == sorted(doubts)


def test_letters_that_the_alphabet_leaves_out_are_read_as_the_digits_they_look_like() -> None:
    code = next(
        each
        for each in (whole(f"9142010010{n:06}0") for n in range(100))
        if each.count("0") == 9 and not each.endswith("0")
    )
    assert code in uscc.candidates(code.replace("0", "O"))


def test_a_code_of_another_length_has_no_candidates() -> None:
    assert uscc.candidates("9135") == []
