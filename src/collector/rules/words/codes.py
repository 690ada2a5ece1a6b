"""Findings on numbers that stand for somebody: of documents, of organisations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collector.rules.words.base import Words, error, warning

_ID_ADVICE = (
    "请对照身份证原件逐位核对，改正抄错的一位。",
    "Compare it with the card digit by digit and mend the wrong one.",
)
_EXCEL_ADVICE = (
    "位数已经丢失，无法还原，程序不会猜。请从身份证原件或原始名册重新录入，并先把这一列设为“文本”格式。",
    "The lost digits are never guessed. Type it again from the original, in a text column.",
)
_USCC_ADVICE = (
    "请对照登记证书上的 18 位统一社会信用代码核对；字母 I、O、S、V、Z 不会出现在代码里。",
    "Compare it with the certificate; the letters I, O, S, V and Z never occur in it.",
)

WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "resident_id.length": error(
            "“{label}”不是 18 位。", "“{label}” does not have 18 characters.", *_ID_ADVICE
        ),
        "resident_id.alphabet": error(
            "“{label}”里有不该出现的字符。",
            "“{label}” holds characters it cannot have.",
            "身份证号只有数字，最后一位可以是 X；请检查是否把 0 写成了 O、1 写成了 l。",
            "It has digits only, the last may be X; see whether O stands for 0 or l for 1.",
        ),
        "resident_id.birth_date": error(
            "“{label}”中的出生日期不存在。",
            "The birth date inside “{label}” does not exist.",
            "第 7 至 14 位是出生年月日，请对照身份证原件核对。",
            "Characters 7 to 14 are the birth date; compare them with the card.",
        ),
        "resident_id.future_birth": error(
            "“{label}”中的出生日期在今天之后。",
            "The birth date inside “{label}” lies in the future.",
            "请对照身份证原件核对第 7 至 14 位；也请看看电脑的日期对不对。",
            "Compare characters 7 to 14 with the card; see whether the computer's date is right.",
        ),
        "resident_id.check_digit": error(
            "“{label}”的校验位不对，至少有一位抄错了。",
            "The check character of “{label}” is wrong: at least one digit is miscopied.",
            *_ID_ADVICE,
        ),
        "resident_id.region_unknown": warning(
            "“{label}”前 6 位不在收录的行政区划里。",
            "The first six digits of “{label}” are in no region table we have.",
            "号码可能没有错（行政区划会变更），请再核对一次。",
            "It may be right, as regions change; look once more.",
        ),
        "resident_id.damaged_by_excel": error(
            "“{label}”被 Excel 当成数字，后几位已经丢失。",
            "Excel took “{label}” for a number and lost its last digits.",
            *_EXCEL_ADVICE,
        ),
        "resident_id.old_15": error(
            "“{label}”是 15 位的老号码。",
            "“{label}” is an old 15-digit number.",
            "请按现在的身份证改成 18 位；程序不会自动换算。",
            "Replace it by the 18-character number on the present card; it is never converted.",
        ),
        "document.format": error(
            "“{label}”和证件类型的号码格式不符。",
            "“{label}” does not have the form of this kind of document.",
            "请核对证件类型选得对不对，再对照证件原件核对号码。",
            "See whether the kind of document is right, then compare the number with the original.",
        ),
        "uscc.length": error(
            "“{label}”不是 18 位。",
            "“{label}” does not have 18 characters.",
            "请对照登记证书填写 18 位代码，不要漏字或多字。",
            "Copy the 18 characters from the certificate, none left out or added.",
        ),
        "uscc.alphabet": error(
            "“{label}”里有不该出现的字符。",
            "“{label}” holds characters it cannot have.",
            *_USCC_ADVICE,
        ),
        "uscc.check_digit": error(
            "“{label}”的校验位不对，至少有一位抄错了。",
            "The check character of “{label}” is wrong: at least one is miscopied.",
            *_USCC_ADVICE,
        ),
        "uscc.kind": warning(
            "“{label}”的开头不像这一类组织的代码，可能和另一列填反了。",
            "“{label}” does not begin like a code of this kind; it may be swapped with another.",
            "工会的代码以 81 或 89 开头，单位的代码不以 8 开头；请核对两个代码是否填反。",
            "A union's code begins with 81 or 89, a unit's does not begin with 8.",
        ),
        "uscc.inner_code": warning(
            "“{label}”中第 9 至 17 位（组织机构代码）的校验位不对。",
            "The GB 11714 code inside “{label}” has a wrong check character.",
            "代码可能没有错，请对照登记证书再核对一次。",
            "It may be right; compare it with the certificate once more.",
        ),
        "uscc.damaged_by_excel": error(
            "“{label}”被 Excel 当成数字，后几位已经丢失。",
            "Excel took “{label}” for a number and lost its last digits.",
            "位数已经丢失，程序不会猜。请对照登记证书重新录入，并先把这一列设为“文本”格式。",
            "The digits are lost and never guessed. Type it again, with the column set to text.",
        ),
    }
)
CODE_OR_TEMPORARY = error(
    "“{label}”不是 18 位。",
    "“{label}” does not have 18 characters.",
    "请对照登记证书填写 18 位代码；没有代码的工会，用上级给的“{temporary}”。",
    "Copy the 18 characters from the certificate; a union without one has a “{temporary}”.",
)
