"""A small made-up province, to be broken in every way a pack can be broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PACK = """format = "collector.pack/1"
id = "example-2020"
version = "1"
title = "示例省采集"
province = "示例"
issuer = "示例省总工会"
effective_from = "2020-01-01"

[[source]]
id = "E-1"
title = "示例文件"

[[dictionary]]
id = "gender"
title = "性别"
takes_codes = true

[[sheet]]
id = "unit"
name = "单位"
workbook = "示例.xlsx"
kinds = ["unit"]

[[sheet.field]]
id = "name"
header = "单位名称"
type = "text"

[[sheet]]
id = "member"
name = "会员"
workbook = "示例.xlsx"
kinds = ["member"]

[[sheet.field]]
id = "name"
header = "姓名"
type = "name"
required = true
aliases = ["会员姓名"]
provenance = "official"
source = "示例文件 一"

[[sheet.field]]
id = "gender"
header = "性别"
type = "choice"
dictionary = "gender"
required = true

[[sheet.field]]
id = "join_date"
header = "入会日期"
type = "date"
date_format = "yyyy/MM/dd"

[[sheet.field]]
id = "unit_name"
header = "单位"
type = "text"

[[rule]]
id = "member.unit"
kind = "reference"
record = "member"
fields = ["unit_name"]
provenance = "official"
source = "示例文件 二"
params = { to = "unit", name_field = "unit_name" }
"""

GENDER = "code,label,source,alias,pinyin\n1,男,示例,男性|男士,n\n2,女,示例,女性,n\n"

MakePack = Callable[..., Path]


@pytest.fixture
def make_pack(tmp_path: Path) -> MakePack:
    """Writes the small pack with texts replaced; each text to replace must be there."""

    def make(*changes: tuple[str, str], gender: str = GENDER) -> Path:
        text = PACK
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        folder = tmp_path / "example-2020"
        (folder / "dictionaries").mkdir(parents=True)
        (folder / "pack.toml").write_text(text, encoding="utf-8")
        (folder / "dictionaries" / "gender.csv").write_text(gender, encoding="utf-8")
        return folder

    return make
