"""What a faulty cell may have meant: offered, likeliest first, never put in by itself."""

from __future__ import annotations

from datetime import date

import pytest

from collector.codes import resident_id, uscc
from collector.rules.suggestions import suggest

TODAY = date(2026, 5, 1)
SOUND = "11010519491231002X"


def values(code: str, value: str, *labels: str, id_number: str = "") -> list[str]:
    return [item.value for item in suggest(code, "text", value, labels, TODAY, id_number)]


def test_swapped_digits_of_an_id_are_offered_swapped_back_first() -> None:
    swapped = SOUND[:12] + "13" + SOUND[14:]
    assert resident_id.fault(swapped, TODAY) == "check_digit"
    offered = values("resident_id.check_digit", swapped)
    assert SOUND in offered
    assert all(resident_id.fault(each, TODAY) is None for each in offered)


def test_a_letter_o_in_an_id_is_offered_as_a_digit() -> None:
    assert SOUND in values("resident_id.alphabet", SOUND.replace("002X", "O02X"))


@pytest.mark.parametrize("code", ["resident_id.birth_date", "resident_id.future_birth"])
def test_an_impossible_birth_date_in_an_id_is_offered_as_a_possible_one(code: str) -> None:
    wrong = SOUND[:8] + "94" + SOUND[10:]
    assert SOUND in values(code, wrong)


def test_an_incomplete_id_is_offered_with_its_check_character_and_an_old_one_upgraded() -> None:
    assert values("resident_id.length", SOUND[:17]) == [SOUND]
    assert values("resident_id.length", SOUND[:10]) == []
    assert values("resident_id.old_15", "110105491231002") == [SOUND]
    assert values("resident_id.old_15", "110105490231002") == []


def test_a_miscopied_organisation_code_is_offered_sound_codes_only() -> None:
    code = "91350100M000100Y43"
    wrong = code[:9] + code[10] + code[9] + code[11:]
    wrong = wrong if uscc.fault(wrong) else code[:8] + code[9] + code[8] + code[10:]
    offered = values("uscc.check_digit", wrong)
    assert code in offered
    assert all(uscc.fault(each) is None for each in offered)
    assert code in values("uscc.alphabet", code.replace("0100M", "01OOM"))


def test_an_unknown_label_is_offered_the_closest_of_the_list() -> None:
    labels = ("大学本科", "大学专科", "研究生")
    assert values("choice.unknown", "本科", *labels)[0] == "大学本科"
    assert values("choice.unknown", "研究生毕业", *labels)[0] == "研究生"
    assert values("choice.unknown", "", *labels) == []


def test_an_ambiguous_day_is_offered_each_of_its_readings() -> None:
    assert values("date.ambiguous", "03/04/2016") == ["2016-04-03", "2016-03-04"]


def test_what_the_id_says_is_offered_where_sex_or_birthday_gainsays_it() -> None:
    assert values("match.gender", "男", id_number=SOUND) == ["女"]
    assert values("match.birth_date", "1949-12-30", id_number=SOUND) == ["1949-12-31"]
    assert values("match.gender", "男") == []
    assert values("match.birth_date", "1949-12-30") == []
    assert values("match.birth_date", "1949-12-30", id_number="H00000001") == []


def test_forbidden_characters_are_offered_taken_out() -> None:
    assert values("text.forbidden_character", "甲\x07乙") == ["甲乙"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("约50人", ["50"]),
        ("１，２００", ["1200"]),
        ("007", ["7"]),
        ("5-8", []),
        ("3.5", []),
        ("3万", []),
        ("许多", []),
    ],
)
def test_a_lone_number_among_words_is_offered_and_no_other(typed: str, offered: list[str]) -> None:
    assert values("number.format", typed) == offered


def test_nothing_is_offered_where_digits_were_lost() -> None:
    assert values("resident_id.damaged_by_excel", "110105194912310000") == []
    assert values("date.format", "2016.9") == []


def test_no_more_is_offered_than_there_are_number_keys_and_never_the_value_itself() -> None:
    wrong = SOUND[:17] + "1"
    offered = values("resident_id.check_digit", wrong)
    assert 0 < len(offered) <= 9
    assert wrong not in offered
    assert len(set(offered)) == len(offered)
    assert values("choice.unknown", "男", "男") == []
