"""Why two may be one: every reason with its name, its strength and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from collector.wording import Text


class Strength(IntEnum):
    """How likely it is that both are one; the likeliest is looked at first."""

    SURE = 0
    LIKELY = 1
    POSSIBLE = 2
    WEAK = 3


STRENGTH_NAMES: Mapping[Strength, Text] = MappingProxyType(
    {
        Strength.SURE: Text("确定重复", "sure"),
        Strength.LIKELY: Text("很可能", "likely"),
        Strength.POSSIBLE: Text("可能", "possible"),
        Strength.WEAK: Text("线索", "a hint"),
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    id: str
    strength: Strength
    name: Text
    advice: Text

    @property
    def one_number(self) -> bool:
        """Both sides have the very same number: they cannot be two people."""
        return self.id in _ONE_NUMBER

    @property
    def across(self) -> bool:
        """One person in two units or unions: to be settled between them, or transferred."""
        return self.id == "same_number_other_place"


_ONE_NUMBER = frozenset(
    {
        "same_number",
        "same_number_other_place",
        "same_number_other_name",
        "same_number_inactive",
        "old_15",
        "old_15_other_name",
        "same_code",
        "same_code_other_name",
        "same_code_inactive",
    }
)

_ALL = (
    Reason(
        "same_number_other_place",
        Strength.SURE,
        Text("同一证件号，单位或工会不同", "one number, two units or unions"),
        Text(
            "同一个人登记在两个单位或工会。会籍随劳动（工作）关系走：还在原单位的选“保留库内”，"
            "可打印协调单给对方核实；已经调到新单位的选“采用新的”，按会籍接转办理并记下日期。",
            "One person in two units or unions. Membership follows employment: keep the stored one"
            " if they still work there (a note for the other side can be printed); take the new"
            " one if they have moved, as a transfer with its date.",
        ),
    ),
    Reason(
        "same_number_other_name",
        Strength.SURE,
        Text("同一证件号，姓名不同", "one number, two names"),
        Text(
            "一证一会员。同一个人改名或写了别字的，选对的一边；是两个人的，其中一个号码抄错了，"
            "请对照证件到修正台改正。",
            "One person a number. Take the right spelling; if they are two people, one number is"
            " miscopied: mend it on the fixing desk.",
        ),
    ),
    Reason(
        "same_number_inactive",
        Strength.SURE,
        Text("同一证件号，库内已是非正常", "one number, stored as inactive"),
        Text(
            "库里记着此人已经离开。确实回来了的选“采用新的”，记录恢复为合格；没有回来的选“保留库内”。",
            "The store says this person has left. Take the new one if they are back; else keep"
            " what is stored.",
        ),
    ),
    Reason(
        "same_number",
        Strength.SURE,
        Text("同一证件号的又一行", "another row of one number"),
        Text(
            "同一个人又来了一行。内容以哪边为准就选哪边，也可以逐项合并。",
            "The same person once more. Take whichever is right, or merge field by field.",
        ),
    ),
    Reason(
        "same_code_other_name",
        Strength.SURE,
        Text("同一代码，名称不同", "one code, two names"),
        Text(
            "一码一单位。改了名称的采用新名称；代码抄错的，请对照登记证书到修正台改正。",
            "One organisation a code. Take the new name if it was renamed; mend a miscopied code"
            " on the fixing desk.",
        ),
    ),
    Reason(
        "same_code_inactive",
        Strength.SURE,
        Text("同一代码，库内已是非正常", "one code, stored as inactive"),
        Text(
            "库里记着它已经撤销或停用。恢复的选“采用新的”，没有恢复的选“保留库内”。",
            "The store says it has ceased. Take the new one if it is back; else keep what is"
            " stored.",
        ),
    ),
    Reason(
        "same_code",
        Strength.SURE,
        Text("同一代码的又一行", "another row of one code"),
        Text(
            "同一个组织又来了一行。以哪边为准就选哪边，也可以逐项合并。",
            "The same organisation once more. Take whichever is right, or merge field by field.",
        ),
    ),
    Reason(
        "old_15",
        Strength.SURE,
        Text("15 位与 18 位是同一个号码", "the 15-digit form of the same number"),
        Text(
            "新来的一行用的是 15 位老号码，库里是它的 18 位号码。选“保留库内”即可；"
            "其他内容有更新的选“采用新的”，号码仍留 18 位。",
            "The new row has the old 15-digit number of the stored one. Keep the stored one, or"
            " take what else is new: the 18-character number stays.",
        ),
    ),
    Reason(
        "old_15_other_name",
        Strength.LIKELY,
        Text("15 位与 18 位是同一个号码，姓名不同", "the 15-digit form, another name"),
        Text(
            "号码是同一个，姓名不同：请对照证件，看是写了别字还是号码抄错。",
            "The number is the same, the name is not: compare both with the card.",
        ),
    ),
    Reason(
        "one_slip",
        Strength.LIKELY,
        Text("姓名相同，证件号只差一处", "one name, numbers one slip apart"),
        Text(
            "多半是抄错一位或前后颠倒。请对照证件，选号码对的一边；确是同名的两个人，选“不是同一人”。",
            "Most likely one digit miscopied. Take the right number; or say they are two people.",
        ),
    ),
    Reason(
        "same_phone_same_name",
        Strength.LIKELY,
        Text("姓名和手机号都相同", "one name and one telephone"),
        Text(
            "多半是同一个人，证件号有一边抄错。请对照证件选对的一边。",
            "Most likely one person with a miscopied number. Compare with the card.",
        ),
    ),
    Reason(
        "other_document",
        Strength.LIKELY,
        Text("姓名、生日相同，用了两种证件", "one name and birth date, two documents"),
        Text(
            "同一个人可能先后用护照、通行证和居住证登记。是同一个人的只留一条，以现在用的证件为准。",
            "One person may have come with a passport and a permit. Keep one, with the document"
            " in use now.",
        ),
    ),
    Reason(
        "same_name_other_code",
        Strength.LIKELY,
        Text("名称相同，代码不同", "one name, two codes"),
        Text(
            "多半是同一个组织：临时赋码后来换成了正式代码，或代码抄错。合并时，名下的会员一起转过去；"
            "确是两个组织的，选“不是同一个”。",
            "Most likely one organisation whose temporary code was replaced, or a miscopied code."
            " When merged, its members move along.",
        ),
    ),
    Reason(
        "name_birth_unit",
        Strength.POSSIBLE,
        Text("同单位、同姓名、同生日", "one unit, one name, one birth date"),
        Text(
            "可能是同一个人登记了两次，也可能正好同名同生日。请对照证件。",
            "Perhaps one person twice, perhaps two of one name and birth date. Compare the cards.",
        ),
    ),
    Reason(
        "same_phone_other_name",
        Strength.WEAK,
        Text("手机号相同，姓名不同", "one telephone, two names"),
        Text(
            "夫妻共用、单位代填都会这样，多半不是同一个人；请顺便核对手机号。"
            "看过几条都不是的，可以把这一类一起处理。",
            "Spouses or a unit's own number: mostly two people. Look at the telephone; all of"
            " this kind can be settled at once.",
        ),
    ),
)

REASONS: Mapping[str, Reason] = MappingProxyType({reason.id: reason for reason in _ALL})
ORDER: Mapping[str, int] = MappingProxyType(
    {
        reason.id: place
        for place, reason in enumerate(sorted(_ALL, key=lambda reason: reason.strength))
    }
)
"""which reason is looked at first; of two reasons for one pair the first stands"""
