"""Findings on one value beside another: in the row, in the files, in the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collector.rules.words.base import Words, error, info, warning

WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "match.gender": error(
            "“{label}”和身份证号不一致。",
            "“{label}” disagrees with the ID number.",
            "身份证号第 17 位单数为男、双数为女；请核对性别和身份证号哪个抄错了。",
            "The 17th digit is odd for men, even for women; see which of the two is miscopied.",
        ),
        "match.birth_date": error(
            "“{label}”和身份证号里的出生日期不一致。",
            "“{label}” disagrees with the birth date in the ID number.",
            "请核对出生日期和身份证号哪个抄错了。",
            "See which of the two is miscopied.",
        ),
        "match.implied": warning(
            "“{label}”与“{when_field}”不相符。",
            "“{label}” does not go with “{when_field}”.",
            "请核对这两项；如情况属实，可以保留。",
            "Look at both; if that is how it is, leave it.",
        ),
        "match.implied_empty": warning(
            "“{label}”填了，但与“{when_field}”不相符（这种情况一般不填）。",
            "“{label}” is filled, which does not go with “{when_field}”.",
            "请核对这两项；如情况属实，可以保留。",
            "Look at both; if that is how it is, leave it.",
        ),
        "match.implied_present": warning(
            "按“{when_field}”的内容，“{label}”一般也要填写。",
            "What “{when_field}” says usually calls for “{label}”.",
            "请核对并补填；如情况属实，可以不填。",
            "Look at both and fill it in, unless that is how it is.",
        ),
        "ratio.too_low": warning(
            "“{part}”不到“{whole}”的 {percent}%。",
            "“{part}” is less than {percent} % of “{whole}”.",
            "请先核对这两个数；数目没有错的，请继续补录，可以先保留。",
            "Look at both numbers; if they are right, go on collecting and leave it for now.",
        ),
        "ratio.too_high": warning(
            "“{part}”超过“{whole}”的 {percent}%。",
            "“{part}” is more than {percent} % of “{whole}”.",
            "请核对这两个数是否填反或抄错；如情况属实，可以保留。",
            "See whether the two are swapped or miscopied; if that is how it is, leave it.",
        ),
        "order.dates": error(
            "“{label}”与“{earlier}”“{later}”的先后不合理。",
            "“{label}”: the order of “{earlier}” and “{later}” makes no sense.",
            "请核对日期先后；入会、入职应在年满 16 周岁以后。",
            "Look at both dates; joining and hiring come after the 16th birthday.",
        ),
        "unique.in_file": error(
            "“{label}”和第 {first_row} 行（{first_sheet}）重复。",
            "“{label}” repeats row {first_row} ({first_sheet}).",
            "一证一会员、一码一单位：同一个人请只留一行；不是同一个人，请核对哪一行抄错了。",
            "Keep one row for one person; if they are two people, see which number is miscopied.",
        ),
        "unique.in_store": error(
            "“{label}”在工作区里已经有记录，但姓名或所属工会不同。",
            "“{label}” is in the workspace already, under another name or in another union.",
            "请到“查重”里两边对照：是抄错了号码，还是此人已在别的工会登记（需要协调或办理会籍接转）。",
            "Compare both under duplicates: either the number is miscopied, or the person belongs"
            " elsewhere (transfer).",
        ),
        "record.inactive": error(
            "“{label}”的这条记录在工作区里已是“非正常”（调出、退休、离职等），而这一行与它不同。",
            "The record of this “{label}” is inactive in the workspace, and this row differs.",
            "请核对：此人（单位、工会）确已回来的，先在记录里恢复为正常再导入；没有回来的，这一行不用收。",
            "If they are back, set the record to active first; else this row need not be taken.",
        ),
        "reference.unit_missing": error(
            "“{label}”找不到对应的单位（空挂会员）。",
            "“{label}”: there is no such unit.",
            "请先录入这个单位，或核对单位名称、代码是否与单位表完全一致。",
            "Record the unit first, or make its name and code the same as in the unit sheet.",
        ),
        "reference.union_missing": error(
            "“{label}”找不到对应的工会（空挂会员）。",
            "“{label}”: there is no such union.",
            "请先录入这个工会，或核对工会名称、代码是否与工会表完全一致。",
            "Record the union first, or make its name and code the same as in the union sheet.",
        ),
        "reference.parent_missing": info(
            "“{label}”不在本工作区里，按名称保留。",
            "“{label}” is not in this workspace; it is kept by name.",
            "上级工会由上级录入时不用处理；请确认名称与上级的全称一致。",
            "Nothing to do if it is recorded above; see that it is its full name.",
        ),
        "reference.parent_loop": error(
            "“{label}”绕了一圈又回到自己。",
            "“{label}” leads back to the union itself.",
            "请核对上级工会，工会不能是自己的上级。",
            "A union cannot be its own superior.",
        ),
    }
)
