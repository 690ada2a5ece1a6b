"""Characters of names that others may lose: told with their place, and never a valid name more."""

from __future__ import annotations

import pytest

from collector.codes import rare
from collector.codes.rare import Oddity


@pytest.mark.parametrize(
    "name",
    [
        "赵",
        "赵甲",
        "欧阳甲乙",
        "古丽米热·艾比布力",
        "阿卜杜热合曼·麦麦提吐尔逊·阿布都克热木",
        "次仁",
        "Anna Müller",
        "José García-O'Neill",
        "J·史密斯",
        "史密斯·J",
        "昇",
    ],
)
def test_names_that_every_system_holds_are_not_told_of(name: str) -> None:
    assert rare.strange(name) == []


@pytest.mark.parametrize(
    ("name", "place", "oddity", "block"),
    [
        ("虚𠮷", 2, Oddity.RARE, "CJK-B"),
        ("𬭼虚", 1, Oddity.RARE, "CJK-E"),
        ("虚\U00030000", 2, Oddity.RARE, "CJK-G"),
        ("虚䶮", 2, Oddity.RARE, "CJK-A"),
        ("虚鿫", 2, Oddity.RARE, "CJK"),
        ("虚\ue81e", 2, Oddity.PRIVATE_USE, ""),
        ("虚\U000f0001", 2, Oddity.PRIVATE_USE, ""),
        ("⽥虚", 1, Oddity.RADICAL, ""),
        ("虚葛\U000e0100", 3, Oddity.COMBINING, ""),
        ("虚\u0308甲", 2, Oddity.COMBINING, ""),
        ("lǐ míng", 2, Oddity.TONE, ""),
        ("张O伟", 2, Oddity.MIXED, ""),
    ],
)
def test_others_are_told_of_by_place_and_kind(
    name: str, place: int, oddity: Oddity, block: str
) -> None:
    first = rare.strange(name)[0]
    assert (first.place, first.oddity, first.block) == (place, oddity, block)


def test_the_private_characters_of_gbk_are_those_of_the_standard() -> None:
    """Python's own codec is of GB 18030-2000: it knows 66 of the 80, the others came later."""
    trails = [byte for byte in range(0x50, 0xA1) if byte != 0x7F]
    assert len(rare.GBK_PRIVATE) == len(trails) == 80
    later = 0
    for place, trail in enumerate(trails):
        private = chr(0xE815 + place)
        decoded = bytes((0xFE, trail)).decode("gb18030")
        if decoded == private:
            later += 1
            assert not 0xE000 <= ord(rare.GBK_PRIVATE[private]) <= 0xF8FF
        else:
            assert rare.GBK_PRIVATE[private] == decoded
    assert later == 14
    assert len(set(rare.GBK_PRIVATE.values())) == 80


def test_what_is_meant_is_offered_where_it_is_known() -> None:
    assert rare.mended("虚\ue81e") == "虚龴"
    assert rare.mended("⽥\ue864") == "田龻"
    assert rare.mended("虚\ue000") == ""
    assert rare.mended("虚𠮷") == ""


def test_a_code_point_is_written_as_people_look_it_up() -> None:
    assert rare.code_point("𠮷") == "U+20BB7"
    assert rare.code_point("龴") == "U+9FB4"


@pytest.mark.parametrize("dot", "•・‧․∙⋅●.．｡。·･")
def test_a_name_is_found_whatever_dot_is_typed(dot: str) -> None:
    assert rare.searched(f"古丽{dot}艾比") == "古丽·艾比"
    assert rare.searched(f"古丽{dot}") == "古丽·"


@pytest.mark.parametrize("dot", "•・‧․∙⋅●·･")
def test_dots_beside_letters_are_one_dot_too(dot: str) -> None:
    assert rare.searched(f"J{dot}史密斯") == "J·史密斯"
    assert rare.searched(f"J{dot}") == "J·"


def test_a_full_stop_beside_a_letter_stays_one() -> None:
    assert rare.searched("J.史密斯") == "J.史密斯"


def test_other_searches_stay_as_they_are() -> None:
    assert rare.searched("4201061990") == "4201061990"
    assert rare.searched("St. John") == "St. John"
    assert rare.searched("𠮷") == "𠮷"


def test_a_strange_character_is_told_by_its_code_point() -> None:
    (found,) = rare.strange("赵\U00020bb7")
    assert found.code_point == "U+20BB7"


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("古丽·", "古丽·"),
        ("古丽•", "古丽·"),
        ("Anna.", "Anna."),
        ("赵", "赵"),
        ("·", "·"),
        ("12・", "12・"),
    ],
)
def test_the_beginning_of_a_name_is_searched_whatever_dot_ends_it(
    typed: str, searched: str
) -> None:
    assert rare.searched(typed) == searched
