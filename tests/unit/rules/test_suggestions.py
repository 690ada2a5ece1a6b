"""What a faulty cell may have meant: offered, likeliest first, never put in by itself."""

from __future__ import annotations

from datetime import date

import pytest

from collector.codes import rare, resident_id, uscc
from collector.rules.suggestions import Surroundings, suggest

TODAY = date(2026, 5, 1)
SOUND = "11010519491231002X"


def values(code: str, value: str, *labels: str, id_number: str = "") -> list[str]:
    known = Surroundings({"id_number": id_number})
    return [item.value for item in suggest(code, "text", value, labels, TODAY, known)]


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


def made(region: str, birth: str, sequence: str) -> str:
    first = region + birth + sequence
    return first + resident_id.check_digit(first)


NEIGHBOURS = [made("420106", f"1985{month:02}15", "001") for month in range(1, 13)]
PERSON = made("420106", "19900315", "123")


def ranked(value: str, row: dict[str, str] | None = None, *column: str) -> list[str]:
    known = Surroundings(row or {}, column)
    return [
        item.value
        for item in suggest("resident_id.check_digit", "id_number", value, (), TODAY, known)
    ]


def test_a_wrong_check_character_alone_is_offered_first() -> None:
    wrong = PERSON[:17] + ("0" if PERSON[17] != "0" else "1")
    assert ranked(wrong)[0] == PERSON


def test_two_neighbours_swapped_come_before_one_wrong_digit() -> None:
    swapped = PERSON[:14] + PERSON[15] + PERSON[14] + PERSON[16:]
    assert resident_id.fault(swapped, TODAY) == "check_digit"
    offered = ranked(swapped)
    single = [at for at, each in enumerate(offered) if sum(map(str.__ne__, each, swapped)) == 1]
    assert offered.index(PERSON) < min(at for at in single if offered[at][:17] != swapped[:17])


@pytest.mark.parametrize("place", range(17))
def test_the_right_number_is_offered_first_where_the_row_tells_birthday_and_sex(
    place: int,
) -> None:
    digit = str((int(PERSON[place]) + 3) % 10)
    wrong = PERSON[:place] + digit + PERSON[place + 1 :]
    row = {"birth_date": "1990-03-15", "gender": resident_id.gender(PERSON)}
    offered = ranked(wrong, row, *NEIGHBOURS)
    assert PERSON in offered
    if place < 14:  # in the sequence the row tells nothing but the sex
        assert offered[0] == PERSON or wrong[6:14] == "19900315"


@pytest.mark.parametrize("place", range(6))
def test_a_county_of_other_rows_comes_first(place: int) -> None:
    for digit in "0123456789":
        wrong = PERSON[:place] + digit + PERSON[place + 1 :]
        if digit == PERSON[place] or resident_id.fault(wrong, TODAY) != "check_digit":
            continue
        assert ranked(wrong, None, *NEIGHBOURS)[0] == PERSON


def test_an_age_at_which_nobody_works_comes_last() -> None:
    wrong = PERSON[:6] + "2" + PERSON[7:]  # born in 2990
    offered = [
        item.value for item in suggest("resident_id.future_birth", "id_number", wrong, (), TODAY)
    ]
    ages = [TODAY.year - int(each[6:10]) for each in offered]
    likely = [14 <= age < 95 for age in ages]
    assert likely == sorted(likely, reverse=True)


def test_a_code_of_the_kind_and_county_of_other_rows_comes_first() -> None:
    def code(first17: str) -> str:
        return first17 + uscc.check_character(first17)

    others = [code(f"91420106MA{number:06}{_inner(f'MA{number:06}')}") for number in range(1, 5)]
    right = code(f"91420106MA000009{_inner('MA000009')}")
    for place in (0, 1, 4, 5, 12, 17):
        for character in "123456789":
            wrong = right[:place] + character + right[place + 1 :]
            if uscc.fault(wrong) != "check_digit":
                continue
            found = suggest("uscc.check_digit", "uscc", wrong, (), TODAY, Surroundings({}, others))
            assert right in [item.value for item in found]
            if place < 8:
                assert found[0].value == right


def _inner(first8: str) -> str:
    return uscc.organisation_check(first8)


def test_a_private_character_is_offered_as_the_one_that_is_meant() -> None:
    private, meant = next(iter(rare.GBK_PRIVATE.items()))
    assert values("name.private_use", f"赵{private}") == [f"赵{meant}"]
