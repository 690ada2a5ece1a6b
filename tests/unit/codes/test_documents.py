"""Documents other than the 居民身份证: forms by kind, and what a label stands for."""

from __future__ import annotations

from datetime import date

import pytest

from collector.codes import documents, resident_id
from collector.codes.documents import DocumentKind

TODAY = date(2026, 5, 1)


def whole(first17: str) -> str:
    return first17 + resident_id.check_digit(first17)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("居民身份证", DocumentKind.RESIDENT_ID),
        ("身份证", DocumentKind.RESIDENT_ID),
        ("二代 身份证", DocumentKind.RESIDENT_ID),
        ("香港身份证", DocumentKind.OTHER),
        ("港澳居民来往内地通行证", DocumentKind.HK_MACAO_PASS),
        ("回乡证", DocumentKind.HK_MACAO_PASS),
        ("台湾居民来往大陆通行证", DocumentKind.TAIWAN_PASS),
        ("台胞证", DocumentKind.TAIWAN_PASS),
        ("港澳居民居住证", DocumentKind.HK_MACAO_RESIDENCE),
        ("台湾居民居住证", DocumentKind.TAIWAN_RESIDENCE),
        ("港澳台居民居住证", DocumentKind.HMT_RESIDENCE),
        ("外国人永久居留身份证", DocumentKind.FOREIGN_RESIDENCE),
        ("中国护照", DocumentKind.CHINESE_PASSPORT),
        ("外国护照", DocumentKind.PASSPORT),
        ("护照", DocumentKind.PASSPORT),
        ("军官证（警官证、士兵证、文职人员证）", DocumentKind.OFFICER),
        ("港澳通行证", DocumentKind.OTHER),
        ("其他", DocumentKind.OTHER),
        ("", DocumentKind.OTHER),
    ],
)
def test_a_label_stands_for_a_kind_and_an_unknown_one_for_other(
    label: str, kind: DocumentKind
) -> None:
    assert DocumentKind.from_label(label) is kind


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("居民身份证", "11010519491231002X"),
        ("港澳居民居住证", whole("81000019900101001")),
        ("港澳居民居住证", whole("82000019900101001")),
        ("台湾居民居住证", whole("83000019900101001")),
        ("港澳台居民居住证", whole("83000019900101001")),
        ("外国人永久居留身份证", "CAN110081122001"),
        ("外国人永久居留身份证", whole("91112419900101001")),
        ("港澳居民来往内地通行证", "H00000001"),
        ("港澳居民来往内地通行证", "M0000000101"),
        ("台湾居民来往大陆通行证", "00000001"),
        ("台湾居民来往大陆通行证", "0000000001"),
        ("台湾居民来往大陆通行证", "0000000001(B)"),
        ("中国护照", "E00000001"),
        ("中国护照", "EA0000001"),
        ("中国护照", "PE0000001"),
        ("中国护照", "MA0000001"),
        ("中国护照", "G00000001"),
        ("护照", "X0000001"),
        ("军官证", "南字第00000001号"),
        ("其他", "测第0001号"),
    ],
)
def test_a_number_of_its_kind_has_no_fault(kind: str, number: str) -> None:
    assert documents.fault(kind, number, TODAY) is None


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentKind.HK_MACAO_RESIDENCE, whole("83000019900101001")),
        (DocumentKind.TAIWAN_RESIDENCE, whole("81000019900101001")),
        (DocumentKind.HMT_RESIDENCE, whole("42010619900101001")),
        (DocumentKind.HMT_RESIDENCE, whole("81000019900101001")[:17]),
        (DocumentKind.FOREIGN_RESIDENCE, "CAN11008112200"),
        (DocumentKind.FOREIGN_RESIDENCE, whole("81112419900101001")),
        (DocumentKind.FOREIGN_RESIDENCE, "911124199001010019"),
        (DocumentKind.HK_MACAO_PASS, "A00000001"),
        (DocumentKind.TAIWAN_PASS, "0000001"),
        (DocumentKind.CHINESE_PASSPORT, "0001"),
        (DocumentKind.PASSPORT, "X-1"),
        (DocumentKind.OFFICER, "1"),
        (DocumentKind.OTHER, "?"),
    ],
)
def test_a_number_of_another_form_is_named(kind: DocumentKind, number: str) -> None:
    assert documents.fault(kind, number, TODAY) == "format"


def test_the_fault_of_a_resident_id_keeps_its_own_name() -> None:
    assert documents.fault("居民身份证", "110105194912310021", TODAY) == "check_digit"


def test_only_forms_with_a_source_for_all_of_them_are_sure() -> None:
    assert DocumentKind.HK_MACAO_PASS in documents.FORM_IS_SURE
    for doubtful in (DocumentKind.PASSPORT, DocumentKind.TAIWAN_PASS, DocumentKind.OTHER):
        assert doubtful not in documents.FORM_IS_SURE


def test_birth_and_sex_are_told_by_citizens_and_residence_numbers_only() -> None:
    tells = documents.tells_birth_and_gender
    assert tells("11010519491231002X", TODAY)
    assert tells(whole("81000019900101001"), TODAY)
    assert not tells(whole("91112419900101001"), TODAY)
    assert not tells("H00000001", TODAY)
