"""Small phrases several pages share."""

from __future__ import annotations

from datetime import datetime

from collector.model import Kind, Outcome

COUNTED = {Kind.UNIT: "个", Kind.UNION: "个", Kind.OFFICER: "名", Kind.MEMBER: "名"}
"""the measure word each kind is counted by"""

OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.ADDED: "新增",
    Outcome.UPDATED: "更新",
    Outcome.UNCHANGED: "不变",
    Outcome.PARKED: "待修留存",
    Outcome.SKIPPED: "跳过",
}

RULE_WORDS: dict[str, str] = {
    "required.missing": "没有填写",
    "choice.unknown": "不在选项清单里",
    "text.too_long": "太长",
    "text.forbidden_character": "含有不能有的字符",
    "resident_id.length": "身份证号位数不对",
    "resident_id.alphabet": "身份证号含有别的字符",
    "resident_id.birth_date": "身份证号里的出生日期不对",
    "resident_id.check_digit": "身份证号校验位不对",
    "resident_id.future_birth": "身份证号的出生日期在将来",
    "resident_id.damaged_by_excel": "身份证号被 Excel 损坏",
    "resident_id.old_15": "15 位旧身份证号",
    "document.format": "证件号格式不对",
    "uscc.length": "信用代码位数不对",
    "uscc.alphabet": "信用代码含有别的字符",
    "uscc.check_digit": "信用代码校验位不对",
    "phone.format": "电话号码格式不对",
    "date.format": "日期看不懂",
    "date.not_a_date": "没有这一天",
    "date.out_of_range": "日期超出范围",
    "date.ambiguous": "日期有两种读法",
    "number.format": "不是数字",
    "number.out_of_range": "数字超出范围",
    "match.gender": "性别与身份证号不符",
    "match.birth_date": "出生日期与身份证号不符",
    "order.dates": "日期先后不对",
    "name.rare_character": "姓名有生僻字",
    "name.private_use": "姓名用了私用区编码",
    "name.radical": "姓名里是部首符号",
    "name.combining_mark": "姓名有附加符号",
    "name.tone_letters": "姓名有声调字母",
    "name.mixed_letters": "姓名夹着字母",
    "unique.in_file": "文件内重复",
    "unique.in_store": "与库内记录冲突",
    "pattern.mismatch": "不合规定的写法",
    "record.inactive": "记录已是非正常",
    "reference.unit_missing": "找不到单位",
    "reference.union_missing": "找不到工会",
    "header.missing": "缺少必填的列",
}
"""what rows are gathered under on the fixing desk; other codes go by their sentence"""


def day_and_time(stamp: str) -> str:
    """A stored time stamp as the clock on the wall shows it; unreadable ones as they are."""
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return stamp
