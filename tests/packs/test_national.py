"""National 2017: the fifteen musts of the plan, and nothing else required by it."""

from __future__ import annotations

import pytest

from collector import packs
from collector.model import Kind
from collector.packs import Pack, Provenance

# 会员信息必须项、单位和工会信息必须项, and the unit and union a member belongs to.
MUSTS = {
    Kind.MEMBER: {
        "name",
        "gender",
        "id_number",
        "phone",
        "household_type",
        "unit_name",
        "union_name",
    },
    Kind.UNIT: {"name", "uscc", "economic_type", "address", "employee_count"},
    Kind.UNION: {"name", "founded_date", "union_type", "leader", "phone"},
    Kind.OFFICER: set(),
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return packs.load("national-2017")


@pytest.mark.parametrize("kind", Kind)
def test_the_musts_of_the_plan_are_required_and_no_others_officially(
    pack: Pack, kind: Kind
) -> None:
    official = {
        field.id
        for field in pack.fields_of(kind)
        if field.required and field.required_provenance is Provenance.OFFICIAL
    }
    assert official == MUSTS[kind]


def test_a_code_of_nine_characters_is_taken_for_a_unit(pack: Pack) -> None:
    (rule,) = [rule for rule in pack.rules if rule.id == "unit.uscc.form"]
    assert rule.params["organisation_code"] is True


def test_no_list_claims_to_be_official(pack: Pack) -> None:
    assert not any(listed.official for listed in pack.dictionaries.values())
