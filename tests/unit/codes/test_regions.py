"""The table of counties says where and when it comes from, and every line of it is sound."""

from __future__ import annotations

import re

from collector import data_files
from collector.codes import regions

TABLES = data_files.folder("resources") / "tables"


def test_the_table_names_its_source_its_day_and_its_licence() -> None:
    first = (TABLES / "region_history.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#")
    assert "来源：" in first
    assert re.search(r"20\d\d-\d\d-\d\d", first)
    assert (TABLES / "region_history-MIT.txt").is_file()


def test_every_line_is_a_code_a_name_and_the_years_it_stood() -> None:
    lines = (TABLES / "region_history.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) > 7000
    for line in lines:
        code, name, start, end = line.split(",")
        assert re.fullmatch(r"[1-9]\d{5}", code)
        assert name
        assert not (start and end) or int(start) <= int(end)


def test_counties_that_are_gone_or_new_are_known() -> None:
    assert regions.is_known("110103")  # 崇文区, until 2009
    assert regions.is_known("460400")  # 儋州市, since 2015
    assert regions.name("110103") == "北京市崇文区"
    assert not regions.is_known("999999")
