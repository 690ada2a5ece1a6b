"""Characters no font of this computer has are told by their code point."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from collector.gui.widgets import glyphs


def test_the_shipped_font_draws_what_it_has_and_no_private_character(
    dressed: QApplication,
) -> None:
    assert glyphs.can_draw("赵")
    assert glyphs.can_draw("·")
    assert not glyphs.can_draw("\U000f0001")


def test_a_tip_names_place_code_point_and_the_standard_character(dressed: QApplication) -> None:
    assert glyphs.tip("赵甲") == "赵甲"
    assert glyphs.tip("虚\U000f0001") == (
        "虚\U000f0001\n第 2 个字（本机字体画不出） U+F0001 私用区"
    )
    assert glyphs.tip("⽥虚").endswith("U+2F65 部首符号，通用的字是 田 U+7530")
