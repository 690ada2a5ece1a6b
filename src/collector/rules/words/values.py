"""Findings on one cell by itself: missing, of the wrong form, or unusual."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collector.rules.words.base import Words, error, warning

_NUMBER_ADVICE = (
    "请核对数目是否抄错，或多写、少写了一位。",
    "See whether it is miscopied or has a digit too many or too few.",
)

WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "required.missing": error(
            "“{label}”没有填写。",
            "“{label}” is empty.",
            "这一项是必填项，请补录；不知道的请向本人或单位核实，不要随意填写。",
            "It is required: fill it in; ask the person or the unit, do not make it up.",
        ),
        "choice.unknown": error(
            "“{label}”的内容不在规定的选项里。",
            "“{label}” is not one of the listed choices.",
            "请改成选项清单里的写法（可输入拼音首字母查找）。",
            "Use the wording of the list (type pinyin initials to find it).",
        ),
        "text.too_long": error(
            "“{label}”超过 {max} 个字。",
            "“{label}” has more than {max} characters.",
            "请核对是否把别的内容粘贴在了一起，并缩短。",
            "See whether something else was pasted in, and shorten it.",
        ),
        "text.forbidden_character": error(
            "“{label}”里有看不见的或无法显示的字符。",
            "“{label}” holds invisible characters or ones that cannot be shown.",
            "请删除整格后重新输入；生僻字请用系统输入法重新录入。",
            "Clear the cell and type it again; type rare characters by input method.",
        ),
        "phone.format": error(
            "“{label}”不是一个能打通的号码。",
            "“{label}” is not a telephone number.",
            "手机号是 1 开头的 11 位数字；固定电话请带区号，如 027-80000000；一格只填一个号码。",
            "A mobile has 11 digits beginning with 1; a landline an area code; one number a cell.",
        ),
        "date.format": error(
            "“{label}”看不出是哪一天。",
            "“{label}” cannot be read as a date.",
            "请写成 2016-09-01 的样子，年月日都要有；程序不会自己补成今天。",
            "Write it like 2016-09-01, with year, month and day; it never becomes today.",
        ),
        "date.not_a_date": error(
            "“{label}”这一天不存在。",
            "“{label}” is a day that does not exist.",
            "请核对月份和日期，如 2 月没有 30 日。",
            "Look at month and day; February has no 30th.",
        ),
        "date.ambiguous": error(
            "“{label}”可以读成不同的日子。",
            "“{label}” can be read as different days.",
            "请写成四位年份在前的样子，如 2016-09-01。",
            "Write the four-digit year first, like 2016-09-01.",
        ),
        "date.out_of_range": error(
            "“{label}”不在合理的范围内（{min} 至 {max}）。",
            "“{label}” is out of range ({min} to {max}).",
            "请核对年份；已经发生的事，日期不会在今天之后。",
            "Look at the year; what has happened cannot lie in the future.",
        ),
        "number.format": error(
            "“{label}”不是整数。",
            "“{label}” is not a whole number.",
            "请只填数字，不带“人”“约”等字。",
            "Write digits only, without words.",
        ),
        "number.out_of_range": error(
            "“{label}”的数目不在合理的范围内（{min} 至 {max}）。",
            "“{label}” is out of range ({min} to {max}).",
            *_NUMBER_ADVICE,
        ),
        "pattern.mismatch": error(
            "“{label}”的写法不对，应为：{form}。",
            "“{label}” is not written as it should be: {form}.",
            "请对照批文、证书或上级给的编号逐位核对，不要多空格、少位数。",
            "Compare it with the document or the number you were given, character by character.",
        ),
        "phone.unusual": warning(
            "“{label}”不是常见的号码，可能抄错。",
            "“{label}” is an unusual number and may be miscopied.",
            "请再核对一次；号码确实如此的，可以保留。",
            "Look once more; if it is right, leave it.",
        ),
        "name.unusual": warning(
            "“{label}”里有姓名中不常见的符号或数字。",
            "“{label}” holds signs or digits that names rarely have.",
            "请核对是否有乱码或多余的标记（如 ?、*、1）。",
            "See whether they are left over from a wrong encoding or a mark.",
        ),
        "name.rare_character": warning(
            "“{label}”第 {place} 个字是生僻字（{block}）。",
            "Character {place} of “{label}” is a rare one ({block}).",
            "字可能没有错。只认 GBK 的老系统会把它变成“?”或空白：请与证件核对，"
            "交表后看一看对方系统里这个字还在不在。",
            "It may be right. Older systems that know GBK only turn it into ? or nothing: compare"
            " it with the card, and see that it arrived.",
        ),
        "name.private_use": warning(
            "“{label}”第 {place} 个字用的是私用区编码，换一台电脑就会变成别的字或方框。",
            "Character {place} of “{label}” has a private code: other computers show another"
            " character or none.",
            "请按证件用能打生僻字的输入法（笔画、部件、Unicode 编码）重新录入这个字；"
            "有建议的，对照证件后采用。",
            "Type it again from the card with an input method for rare characters, or take the"
            " suggestion after comparing it with the card.",
        ),
        "name.radical": warning(
            "“{label}”第 {place} 个字是部首符号，不是汉字本身，看着一样，系统里查不到。",
            "Character {place} of “{label}” is the sign of a radical: it looks like the character"
            " and is not found as it.",
            "多半是从 PDF 里复制来的。请重新录入这个字，或采用建议。",
            "It usually comes from a PDF. Type it again, or take the suggestion.",
        ),
        "name.combining_mark": warning(
            "“{label}”第 {place} 个位置是附加在前一个字上的符号，有的系统会丢掉它。",
            "Position {place} of “{label}” is a mark upon the character before it; some systems"
            " drop it.",
            "请与证件核对，不需要的请删去；需要的可以保留。",
            "Compare it with the card; delete it unless it belongs there.",
        ),
        "name.tone_letters": warning(
            "“{label}”里有带声调的拼音字母。",
            "“{label}” holds pinyin letters with tones.",
            "姓名请写汉字；外籍人员请按护照写，不带声调。与证件一致的可以保留。",
            "Write the name in characters; a foreigner's as in the passport. Leave it if it is"
            " the same there.",
        ),
        "name.mixed_letters": warning(
            "“{label}”的汉字中间夹着字母。",
            "“{label}” has Latin letters among its Chinese characters.",
            "请核对是否打错（如字母 O、l）；与证件一致的可以保留。",
            "See whether it is a slip, such as O or l; leave it if the card has it so.",
        ),
    }
)
AT_LEAST = error(
    "“{label}”不能小于 {min}。", "“{label}” must not be less than {min}.", *_NUMBER_ADVICE
)
AT_MOST = error(
    "“{label}”不能大于 {max}。", "“{label}” must not be more than {max}.", *_NUMBER_ADVICE
)
MOBILE_ONLY = error(
    "“{label}”不是手机号。",
    "“{label}” is not a mobile number.",
    "这一栏只收手机号：1 开头的 11 位数字；一格只填一个号码。",
    "Only a mobile is taken here: 11 digits beginning with 1; one number a cell.",
)
