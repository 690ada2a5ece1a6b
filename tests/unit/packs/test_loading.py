from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import packs
from collector.errors import InputRefused
from collector.model import Kind, Severity
from collector.packs import Provenance

MakePack = Callable[..., Path]


def test_a_new_province_needs_no_python(make_pack: MakePack) -> None:
    pack = packs.load(make_pack())
    assert (pack.id, pack.province, pack.version) == ("example-2020", "示例", "1")
    headers = [field.header for field in pack.fields_of(Kind.MEMBER)]
    assert headers == ["姓名", "性别", "入会日期", "单位"]
    assert pack.dictionaries["gender"].canonical("男士") == "男"
    assert packs.check_folder(pack.folder) == []


def test_a_field_brings_its_rules_with_it(make_pack: MakePack) -> None:
    rules = {rule.id: rule for rule in packs.load(make_pack()).rules}
    assert rules["member.name.required"].severity is Severity.ERROR
    assert rules["member.name.required"].source == "示例文件 一"
    assert rules["member.name.form"].kind == "name"
    assert rules["member.gender.form"].kind == "choice"
    assert rules["member.gender.form"].params == {"dictionary": "gender"}
    assert rules["member.join_date.form"].kind == "date"
    assert rules["member.unit"].params == {"to": "unit", "name_field": "unit_name"}


def test_what_the_province_did_not_say_is_asked_for_with_a_warning_only(
    make_pack: MakePack,
) -> None:
    pack = packs.load(make_pack())
    gender = pack.field_of(Kind.MEMBER, "gender")
    assert gender is not None
    assert gender.required_provenance is Provenance.ASSUMED
    rules = {rule.id: rule for rule in pack.rules}
    assert rules["member.gender.required"].severity is Severity.WARNING
    assert rules["member.join_date.form"].severity is Severity.WARNING


def test_a_label_not_in_an_assumed_list_is_still_an_error(make_pack: MakePack) -> None:
    rules = {rule.id: rule for rule in packs.load(make_pack()).rules}
    assert rules["member.gender.form"].severity is Severity.ERROR


def test_a_pack_may_soften_a_form_to_a_warning(make_pack: MakePack) -> None:
    folder = make_pack(('dictionary = "gender"', 'dictionary = "gender"\nseverity = "warning"'))
    rules = {rule.id: rule for rule in packs.load(folder).rules}
    assert rules["member.gender.form"].severity is Severity.WARNING


def test_params_of_a_field_reach_its_rule(make_pack: MakePack) -> None:
    folder = make_pack(('type = "date"', 'type = "date"\nparams = { not_after_today = true }'))
    rules = {rule.id: rule for rule in packs.load(folder).rules}
    assert rules["member.join_date.form"].params == {"not_after_today": True}


def test_an_alternative_field_softens_what_is_required(make_pack: MakePack) -> None:
    folder = make_pack(
        ('aliases = ["会员姓名"]', 'alternative = "unit_name"'),
    )
    rules = {rule.id: rule for rule in packs.load(folder).rules}
    assert rules["member.name.required"].params == {"unless_field": "unit_name"}


def test_labels_are_on_one_line(make_pack: MakePack) -> None:
    pack = packs.load(make_pack(('header = "入会日期"', 'header = "入会日期\\n（格式）"')))
    assert packs.labels(pack)[Kind.MEMBER, "join_date"] == "入会日期 （格式）"


def test_choices_are_the_canonical_labels(make_pack: MakePack) -> None:
    assert packs.choices(packs.load(make_pack())) == {"gender": frozenset({"男", "女"})}


def test_an_unknown_pack_is_not_found(tmp_path: Path) -> None:
    for name in ("no-such-pack-1999", tmp_path, str(tmp_path / "nowhere")):
        with pytest.raises(InputRefused) as refused:
            packs.load(name)
        assert refused.value.code == "pack.not_found"


def test_a_newer_format_is_refused_politely(make_pack: MakePack) -> None:
    folder = make_pack(("collector.pack/1", "collector.pack/2"))
    with pytest.raises(InputRefused) as refused:
        packs.load(folder)
    assert refused.value.code == "pack.newer"
    assert [problem.code for problem in packs.check_folder(folder)] == ["pack.newer"]


def test_a_broken_pack_tells_the_first_place_and_how_many(make_pack: MakePack) -> None:
    folder = make_pack(('type = "name"', 'type = "nmae"'), ('version = "1"\n', ""))
    with pytest.raises(InputRefused) as refused:
        packs.load(folder)
    assert refused.value.code == "pack.broken"
    problems = packs.check_folder(folder)
    assert str(len(problems)) in refused.value.sentence.zh
    assert refused.value.where["place"] == problems[0].where


def test_every_installed_pack_loads_by_its_id() -> None:
    found = packs.installed()
    assert {"hubei-2023", "hainan-2019"} <= {pack.id for pack in found}
    for pack in found:
        assert packs.load(pack.id) == pack
        assert pack.folder.name == pack.id
        assert packs.check_folder(pack.folder) == []


def test_the_fingerprint_counts_every_text_but_no_workbook_and_no_line_ends(
    make_pack: MakePack,
) -> None:
    folder = make_pack()
    before = packs.load(folder).sha256
    (folder / "示例.xlsx").write_bytes(b"anything")
    file = folder / "pack.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert packs.load(folder).sha256 == before
    (folder / "dictionaries" / "gender.csv").write_text(
        "code,label,source\n1,男,\n2,女,\n", encoding="utf-8"
    )
    changed = packs.load(folder).sha256
    assert changed != before
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    assert packs.load(copy).sha256 == changed
