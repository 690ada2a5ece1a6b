"""Kinds of record, their states and their national field ids."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from collector.wording import Text


class Kind(StrEnum):
    """The four kinds of record, in the order in which they depend on one another."""

    UNIT = "unit"
    UNION = "union"
    OFFICER = "officer"
    MEMBER = "member"


class Status(StrEnum):
    """Where a record stands on its way to the province."""

    DRAFT = "draft"  # 草稿
    PARKED = "parked"  # 待修
    VALID = "valid"  # 合格
    SUBMITTED = "submitted"  # 已上报
    ACCEPTED = "accepted"  # 已通过
    RETURNED = "returned"  # 已退回
    INACTIVE = "inactive"  # 非正常


KIND_NAMES: MappingProxyType[Kind, Text] = MappingProxyType(
    {
        Kind.UNIT: Text("单位", "units"),
        Kind.UNION: Text("工会", "unions"),
        Kind.OFFICER: Text("委员", "officers"),
        Kind.MEMBER: Text("会员", "members"),
    }
)
STATUS_NAMES: MappingProxyType[Status, Text] = MappingProxyType(
    {
        Status.DRAFT: Text("草稿", "draft"),
        Status.PARKED: Text("待修", "parked"),
        Status.VALID: Text("合格", "valid"),
        Status.SUBMITTED: Text("已上报", "submitted"),
        Status.ACCEPTED: Text("已通过", "accepted"),
        Status.RETURNED: Text("已退回", "returned"),
        Status.INACTIVE: Text("非正常", "inactive"),
    }
)


FIELDS: MappingProxyType[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.UNIT: tuple(
            "name uscc address district nature economic_type industry employee_count"
            " parent_union remark".split()
        ),
        Kind.UNION: tuple(
            "name uscc temporary_code level parent_code parent_name union_type founded_date"
            " term_years term_number term_start term_end election_form leader phone address"
            " district industry employee_count member_count legal_person self_approval"
            " document_number_form remark".split()
        ),
        Kind.OFFICER: tuple(
            "union_code committee name gender post term_number id_number phone".split()
        ),
        Kind.MEMBER: tuple(
            "name id_type id_number gender birth_date ethnicity education political_status phone"
            " employment_status skill_level household_type household_place native_place address"
            " id_valid_from id_valid_until join_date hire_date migrant_worker new_employment"
            " union_post post_capacity apply_card change_type change_date change_reason unit_code"
            " unit_name union_code union_name remark".split()
        ),
    }
)
"""National field ids. A field only one pack knows is called ``pack-id.field`` and kept beside."""

KEY_FIELD: MappingProxyType[Kind, str] = MappingProxyType(
    {
        Kind.UNIT: "uscc",
        Kind.UNION: "uscc",
        Kind.OFFICER: "id_number",
        Kind.MEMBER: "id_number",
    }
)
"""What identifies a record (S-002 二: 统一社会信用代码; 身份证号码). A union without one of its
own is identified by ``temporary_code`` (S-003 三（一）); an officer without an ID by union,
committee and name."""
