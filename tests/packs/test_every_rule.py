"""The examples of a pack leave no rule untried: each finds something in the bad one."""

from __future__ import annotations

from datetime import date

import pytest

from collector import packs
from collector.model import Finding
from collector.packs import FieldType, Pack, Provenance
from collector.rules.engine import BatchLookup, check
from collector.sheets.reading import read_files

TODAY = date(2026, 1, 1)
PACKS = packs.installed()


def _found(pack: Pack, name: str) -> list[Finding]:
    tables = read_files([pack.folder / "examples" / name], pack).tables
    return check(
        tables,
        pack.rules,
        BatchLookup(tables),
        TODAY,
        labels=packs.labels(pack),
        choices=packs.choices(pack),
    )


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_rule_finds_its_fault_in_the_bad_example(pack: Pack) -> None:
    failing = {finding.rule for finding in _found(pack, "bad.xlsx")}
    # A text of any length is right unless the pack gives a limit.
    limited = {rule.id for rule in pack.rules if rule.kind != "text" or "max_length" in rule.params}
    # An empty cell of the field that tells sheets apart is filled in by the sheet.
    told = {f"{sheet.kinds[0]}.{name}.required" for sheet in pack.sheets for name in sheet.only}
    assert limited - failing == told


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_the_good_example_fills_every_column_that_a_rule_reads(pack: Pack) -> None:
    tables = read_files([pack.folder / "examples" / "good.xlsx"], pack).tables
    filled = {
        (table.kind, name)
        for table in tables
        for name, texts in table.columns.items()
        if any(texts)
    }
    read = {(rule.record, name) for rule in pack.rules for name in rule.fields}
    assert read - filled == set()


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_field_and_every_list_says_where_it_comes_from(pack: Pack) -> None:
    titles = [source.title for source in pack.sources]
    for sheet in pack.sheets:
        for field in sheet.fields:
            if field.type is FieldType.SERIAL:
                continue
            assert field.source
            if field.provenance is Provenance.ASSUMED and not field.required:
                assert "推断" in field.source, field.id
    for listed in pack.dictionaries.values():
        assert listed.source
        assert listed.official or "推断" in listed.source
    assert any("《" in title or "〔" in title for title in titles)
