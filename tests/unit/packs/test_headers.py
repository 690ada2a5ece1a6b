from __future__ import annotations

import pytest

from collector.packs import header_key


@pytest.mark.parametrize(
    "written",
    ["联系电话", " 联系 电话 ", "*联系电话：", "联系\n电话", "联系电话（必填）", "\u3000联系电话*"],
)
def test_space_marks_and_line_breaks_do_not_change_a_column_name(written: str) -> None:
    assert header_key(written) == header_key("联系电话")


def test_what_else_stands_in_brackets_belongs_to_the_name() -> None:
    assert header_key("出生日期（格式：yyyy/MM/dd）") == header_key("出生日期(格式:YYYY/MM/DD)")
    assert header_key("出生日期（格式：yyyy/MM/dd）") != header_key("出生日期")
