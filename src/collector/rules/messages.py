"""What a finding says to a person: what is wrong, and what to do.

Sentences name the field by the pack's own header and limits by number; never the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collector.model import Finding, Severity
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class Message:
    sentence: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class _Words:
    severity: Severity
    sentence: Text
    advice: Text


def _error(zh: str, en: str, do_zh: str, do_en: str) -> _Words:
    return _Words(Severity.ERROR, Text(zh, en), Text(do_zh, do_en))


def _warning(zh: str, en: str, do_zh: str, do_en: str) -> _Words:
    return _Words(Severity.WARNING, Text(zh, en), Text(do_zh, do_en))


def _info(zh: str, en: str, do_zh: str, do_en: str) -> _Words:
    return _Words(Severity.INFO, Text(zh, en), Text(do_zh, do_en))


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

_NUMBER_ADVICE = (
    "请核对数目是否抄错，或多写、少写了一位。",
    "See whether it is miscopied or has a digit too many or too few.",
)

_WORDS: Mapping[str, _Words] = MappingProxyType(
    {
        "required.missing": _error(
            "“{label}”没有填写。",
            "“{label}” is empty.",
            "这一项是必填项，请补录；不知道的请向本人或单位核实，不要随意填写。",
            "It is required: fill it in; ask the person or the unit, do not make it up.",
        ),
        "choice.unknown": _error(
            "“{label}”的内容不在规定的选项里。",
            "“{label}” is not one of the listed choices.",
            "请改成选项清单里的写法（可输入拼音首字母查找）。",
            "Use the wording of the list (type pinyin initials to find it).",
        ),
        "text.too_long": _error(
            "“{label}”超过 {max} 个字。",
            "“{label}” has more than {max} characters.",
            "请核对是否把别的内容粘贴在了一起，并缩短。",
            "See whether something else was pasted in, and shorten it.",
        ),
        "text.forbidden_character": _error(
            "“{label}”里有看不见的或无法显示的字符。",
            "“{label}” holds invisible characters or ones that cannot be shown.",
            "请删除整格后重新输入；生僻字请用系统输入法重新录入。",
            "Clear the cell and type it again; type rare characters by input method.",
        ),
        "resident_id.length": _error(
            "“{label}”不是 18 位。", "“{label}” does not have 18 characters.", *_ID_ADVICE
        ),
        "resident_id.alphabet": _error(
            "“{label}”里有不该出现的字符。",
            "“{label}” holds characters it cannot have.",
            "身份证号只有数字，最后一位可以是 X；请检查是否把 0 写成了 O、1 写成了 l。",
            "It has digits only, the last may be X; see whether O stands for 0 or l for 1.",
        ),
        "resident_id.birth_date": _error(
            "“{label}”中的出生日期不存在。",
            "The birth date inside “{label}” does not exist.",
            "第 7 至 14 位是出生年月日，请对照身份证原件核对。",
            "Characters 7 to 14 are the birth date; compare them with the card.",
        ),
        "resident_id.future_birth": _error(
            "“{label}”中的出生日期在今天之后。",
            "The birth date inside “{label}” lies in the future.",
            "请对照身份证原件核对第 7 至 14 位；也请看看电脑的日期对不对。",
            "Compare characters 7 to 14 with the card; see whether the computer's date is right.",
        ),
        "resident_id.check_digit": _error(
            "“{label}”的校验位不对，至少有一位抄错了。",
            "The check character of “{label}” is wrong: at least one digit is miscopied.",
            *_ID_ADVICE,
        ),
        "resident_id.region_unknown": _warning(
            "“{label}”前 6 位不在收录的行政区划里。",
            "The first six digits of “{label}” are in no region table we have.",
            "号码可能没有错（行政区划会变更），请再核对一次。",
            "It may be right, as regions change; look once more.",
        ),
        "resident_id.damaged_by_excel": _error(
            "“{label}”被 Excel 当成数字，后几位已经丢失。",
            "Excel took “{label}” for a number and lost its last digits.",
            *_EXCEL_ADVICE,
        ),
        "resident_id.old_15": _error(
            "“{label}”是 15 位的老号码。",
            "“{label}” is an old 15-digit number.",
            "请按现在的身份证改成 18 位；程序不会自动换算。",
            "Replace it by the 18-character number on the present card; it is never converted.",
        ),
        "document.format": _error(
            "“{label}”和证件类型的号码格式不符。",
            "“{label}” does not have the form of this kind of document.",
            "请核对证件类型选得对不对，再对照证件原件核对号码。",
            "See whether the kind of document is right, then compare the number with the original.",
        ),
        "uscc.length": _error(
            "“{label}”不是 18 位。",
            "“{label}” does not have 18 characters.",
            "请对照登记证书填写 18 位代码，不要漏字或多字。",
            "Copy the 18 characters from the certificate, none left out or added.",
        ),
        "uscc.alphabet": _error(
            "“{label}”里有不该出现的字符。",
            "“{label}” holds characters it cannot have.",
            *_USCC_ADVICE,
        ),
        "uscc.check_digit": _error(
            "“{label}”的校验位不对，至少有一位抄错了。",
            "The check character of “{label}” is wrong: at least one is miscopied.",
            *_USCC_ADVICE,
        ),
        "uscc.kind": _warning(
            "“{label}”的开头不像这一类组织的代码，可能和另一列填反了。",
            "“{label}” does not begin like a code of this kind; it may be swapped with another.",
            "工会的代码以 81 或 89 开头，单位的代码不以 8 开头；请核对两个代码是否填反。",
            "A union's code begins with 81 or 89, a unit's does not begin with 8.",
        ),
        "uscc.inner_code": _warning(
            "“{label}”中第 9 至 17 位（组织机构代码）的校验位不对。",
            "The GB 11714 code inside “{label}” has a wrong check character.",
            "代码可能没有错，请对照登记证书再核对一次。",
            "It may be right; compare it with the certificate once more.",
        ),
        "uscc.damaged_by_excel": _error(
            "“{label}”被 Excel 当成数字，后几位已经丢失。",
            "Excel took “{label}” for a number and lost its last digits.",
            "位数已经丢失，程序不会猜。请对照登记证书重新录入，并先把这一列设为“文本”格式。",
            "The digits are lost and never guessed. Type it again, with the column set to text.",
        ),
        "phone.format": _error(
            "“{label}”不是一个能打通的号码。",
            "“{label}” is not a telephone number.",
            "手机号是 1 开头的 11 位数字；固定电话请带区号，如 027-80000000；一格只填一个号码。",
            "A mobile has 11 digits beginning with 1; a landline an area code; one number a cell.",
        ),
        "date.format": _error(
            "“{label}”看不出是哪一天。",
            "“{label}” cannot be read as a date.",
            "请写成 2016-09-01 的样子，年月日都要有；程序不会自己补成今天。",
            "Write it like 2016-09-01, with year, month and day; it never becomes today.",
        ),
        "date.not_a_date": _error(
            "“{label}”这一天不存在。",
            "“{label}” is a day that does not exist.",
            "请核对月份和日期，如 2 月没有 30 日。",
            "Look at month and day; February has no 30th.",
        ),
        "date.ambiguous": _error(
            "“{label}”可以读成不同的日子。",
            "“{label}” can be read as different days.",
            "请写成四位年份在前的样子，如 2016-09-01。",
            "Write the four-digit year first, like 2016-09-01.",
        ),
        "date.out_of_range": _error(
            "“{label}”不在合理的范围内（{min} 至 {max}）。",
            "“{label}” is out of range ({min} to {max}).",
            "请核对年份；已经发生的事，日期不会在今天之后。",
            "Look at the year; what has happened cannot lie in the future.",
        ),
        "number.format": _error(
            "“{label}”不是整数。",
            "“{label}” is not a whole number.",
            "请只填数字，不带“人”“约”等字。",
            "Write digits only, without words.",
        ),
        "number.out_of_range": _error(
            "“{label}”的数目不在合理的范围内（{min} 至 {max}）。",
            "“{label}” is out of range ({min} to {max}).",
            *_NUMBER_ADVICE,
        ),
        "pattern.mismatch": _error(
            "“{label}”的写法不对，应为：{form}。",
            "“{label}” is not written as it should be: {form}.",
            "请对照批文、证书或上级给的编号逐位核对，不要多空格、少位数。",
            "Compare it with the document or the number you were given, character by character.",
        ),
        "match.gender": _error(
            "“{label}”和身份证号不一致。",
            "“{label}” disagrees with the ID number.",
            "身份证号第 17 位单数为男、双数为女；请核对性别和身份证号哪个抄错了。",
            "The 17th digit is odd for men, even for women; see which of the two is miscopied.",
        ),
        "match.birth_date": _error(
            "“{label}”和身份证号里的出生日期不一致。",
            "“{label}” disagrees with the birth date in the ID number.",
            "请核对出生日期和身份证号哪个抄错了。",
            "See which of the two is miscopied.",
        ),
        "match.implied": _warning(
            "“{label}”与“{when_field}”不相符。",
            "“{label}” does not go with “{when_field}”.",
            "请核对这两项；如情况属实，可以保留。",
            "Look at both; if that is how it is, leave it.",
        ),
        "match.implied_empty": _warning(
            "“{label}”填了，但与“{when_field}”不相符（这种情况一般不填）。",
            "“{label}” is filled, which does not go with “{when_field}”.",
            "请核对这两项；如情况属实，可以保留。",
            "Look at both; if that is how it is, leave it.",
        ),
        "match.implied_present": _warning(
            "按“{when_field}”的内容，“{label}”一般也要填写。",
            "What “{when_field}” says usually calls for “{label}”.",
            "请核对并补填；如情况属实，可以不填。",
            "Look at both and fill it in, unless that is how it is.",
        ),
        "ratio.too_low": _warning(
            "“{part}”不到“{whole}”的 {percent}%。",
            "“{part}” is less than {percent} % of “{whole}”.",
            "请先核对这两个数；数目没有错的，请继续补录，可以先保留。",
            "Look at both numbers; if they are right, go on collecting and leave it for now.",
        ),
        "ratio.too_high": _warning(
            "“{part}”超过“{whole}”的 {percent}%。",
            "“{part}” is more than {percent} % of “{whole}”.",
            "请核对这两个数是否填反或抄错；如情况属实，可以保留。",
            "See whether the two are swapped or miscopied; if that is how it is, leave it.",
        ),
        "phone.unusual": _warning(
            "“{label}”不是常见的号码，可能抄错。",
            "“{label}” is an unusual number and may be miscopied.",
            "请再核对一次；号码确实如此的，可以保留。",
            "Look once more; if it is right, leave it.",
        ),
        "name.unusual": _warning(
            "“{label}”里有姓名中不常见的符号或数字。",
            "“{label}” holds signs or digits that names rarely have.",
            "请核对是否有乱码或多余的标记（如 ?、*、1）。",
            "See whether they are left over from a wrong encoding or a mark.",
        ),
        "name.rare_character": _warning(
            "“{label}”第 {place} 个字是生僻字（{block}）。",
            "Character {place} of “{label}” is a rare one ({block}).",
            "字可能没有错。只认 GBK 的老系统会把它变成“?”或空白：请与证件核对，"
            "交表后看一看对方系统里这个字还在不在。",
            "It may be right. Older systems that know GBK only turn it into ? or nothing: compare"
            " it with the card, and see that it arrived.",
        ),
        "name.private_use": _warning(
            "“{label}”第 {place} 个字用的是私用区编码，换一台电脑就会变成别的字或方框。",
            "Character {place} of “{label}” has a private code: other computers show another"
            " character or none.",
            "请按证件用能打生僻字的输入法（笔画、部件、Unicode 编码）重新录入这个字；"
            "有建议的，对照证件后采用。",
            "Type it again from the card with an input method for rare characters, or take the"
            " suggestion after comparing it with the card.",
        ),
        "name.radical": _warning(
            "“{label}”第 {place} 个字是部首符号，不是汉字本身，看着一样，系统里查不到。",
            "Character {place} of “{label}” is the sign of a radical: it looks like the character"
            " and is not found as it.",
            "多半是从 PDF 里复制来的。请重新录入这个字，或采用建议。",
            "It usually comes from a PDF. Type it again, or take the suggestion.",
        ),
        "name.combining_mark": _warning(
            "“{label}”第 {place} 个位置是附加在前一个字上的符号，有的系统会丢掉它。",
            "Position {place} of “{label}” is a mark upon the character before it; some systems"
            " drop it.",
            "请与证件核对，不需要的请删去；需要的可以保留。",
            "Compare it with the card; delete it unless it belongs there.",
        ),
        "name.tone_letters": _warning(
            "“{label}”里有带声调的拼音字母。",
            "“{label}” holds pinyin letters with tones.",
            "姓名请写汉字；外籍人员请按护照写，不带声调。与证件一致的可以保留。",
            "Write the name in characters; a foreigner's as in the passport. Leave it if it is"
            " the same there.",
        ),
        "name.mixed_letters": _warning(
            "“{label}”的汉字中间夹着字母。",
            "“{label}” has Latin letters among its Chinese characters.",
            "请核对是否打错（如字母 O、l）；与证件一致的可以保留。",
            "See whether it is a slip, such as O or l; leave it if the card has it so.",
        ),
        "order.dates": _error(
            "“{label}”与“{earlier}”“{later}”的先后不合理。",
            "“{label}”: the order of “{earlier}” and “{later}” makes no sense.",
            "请核对日期先后；入会、入职应在年满 16 周岁以后。",
            "Look at both dates; joining and hiring come after the 16th birthday.",
        ),
        "unique.in_file": _error(
            "“{label}”和第 {first_row} 行（{first_sheet}）重复。",
            "“{label}” repeats row {first_row} ({first_sheet}).",
            "一证一会员、一码一单位：同一个人请只留一行；不是同一个人，请核对哪一行抄错了。",
            "Keep one row for one person; if they are two people, see which number is miscopied.",
        ),
        "unique.in_store": _error(
            "“{label}”在工作区里已经有记录，但姓名或所属工会不同。",
            "“{label}” is in the workspace already, under another name or in another union.",
            "请到“查重”里两边对照：是抄错了号码，还是此人已在别的工会登记（需要协调或办理会籍接转）。",
            "Compare both under duplicates: either the number is miscopied, or the person belongs"
            " elsewhere (transfer).",
        ),
        "record.inactive": _error(
            "“{label}”的这条记录在工作区里已是“非正常”（调出、退休、离职等），而这一行与它不同。",
            "The record of this “{label}” is inactive in the workspace, and this row differs.",
            "请核对：此人（单位、工会）确已回来的，先在记录里恢复为正常再导入；没有回来的，这一行不用收。",
            "If they are back, set the record to active first; else this row need not be taken.",
        ),
        "reference.unit_missing": _error(
            "“{label}”找不到对应的单位（空挂会员）。",
            "“{label}”: there is no such unit.",
            "请先录入这个单位，或核对单位名称、代码是否与单位表完全一致。",
            "Record the unit first, or make its name and code the same as in the unit sheet.",
        ),
        "reference.union_missing": _error(
            "“{label}”找不到对应的工会（空挂会员）。",
            "“{label}”: there is no such union.",
            "请先录入这个工会，或核对工会名称、代码是否与工会表完全一致。",
            "Record the union first, or make its name and code the same as in the union sheet.",
        ),
        "reference.parent_missing": _info(
            "“{label}”不在本工作区里，按名称保留。",
            "“{label}” is not in this workspace; it is kept by name.",
            "上级工会由上级录入时不用处理；请确认名称与上级的全称一致。",
            "Nothing to do if it is recorded above; see that it is its full name.",
        ),
        "reference.parent_loop": _error(
            "“{label}”绕了一圈又回到自己。",
            "“{label}” leads back to the union itself.",
            "请核对上级工会，工会不能是自己的上级。",
            "A union cannot be its own superior.",
        ),
        "cell.formula": _warning(
            "这一格是公式，按它显示的结果读取。",
            "The cell is a formula; its shown result was read.",
            "请核对结果；最好复制后“选择性粘贴—数值”。",
            "Check the result; better paste it as a value.",
        ),
        "cell.merged": _error(
            "这里有合并单元格，读不出每一行各是什么。",
            "Cells are merged here, so it is unclear what each row has.",
            "请取消合并，逐行填写。",
            "Unmerge them and fill every row.",
        ),
        "cell.hidden": _warning(
            "这里被隐藏了，其中的内容照样读取。",
            "This is hidden; what it holds was read all the same.",
            "请取消隐藏或筛选，核对是否应当上报。",
            "Show it and see whether it is to be handed in.",
        ),
        "cell.error_value": _error(
            "“{label}”这一格是出错的公式（如 #N/A）。",
            "“{label}” holds an error such as #N/A instead of a value.",
            "请填写真实内容。",
            "Type the real content.",
        ),
        "returned.copied_row": _info(
            "这一行和本表里另一行完全相同，只收一次。",
            "This row is another row of the sheet once more; it is taken once.",
            "如果是两个人，请改正其中一行的证件号码后再导入。",
            "If they are two people, correct the number of one and import again.",
        ),
        "returned.broken_id": _warning(
            "这一行隐藏的行编号被改动过，认不出是退回件的哪一行，按新的一行处理。",
            "The hidden id of this row was changed; it is taken as a new row.",
            "请核对它是否就是原来待修的某一行；是的话，到修正台把原来那行标为不收。",
            "See whether it is a row that waits already; if so, leave that one out at the desk.",
        ),
        "returned.other_workspace": _warning(
            "这一行的行编号是另一个采集工作区发出的，按新的一行处理。",
            "The id of this row was given by another workspace; it is taken as a new row.",
            "请确认这份退回件是不是应当交给别的采集员。",
            "Make sure this copy was not meant for another collector.",
        ),
        "returned.unknown_copy": _warning(
            "这个工作区里没有发出过这份退回件的记录，这一行按新的一行处理。",
            "No such copy is known to have gone out from here; the row is taken as a new one.",
            "工作区可能是从较早的备份恢复的；请核对库内是否已有这一行。",
            "The workspace may be an earlier backup; see whether the row is there already.",
        ),
        "header.missing": _error(
            "找不到“{label}”这一列的表头。",
            "The column “{label}” is not in the header.",
            "请核对表头文字，或在导入时手工指定；这一列确实没有的，请先补上。",
            "See the header's wording, name the column by hand, or add it.",
        ),
        "header.duplicate": _error(
            "“{label}”这一列出现了两次。",
            "The column “{label}” stands twice.",
            "请只保留一列，或改掉另一列的表头。",
            "Keep one, or rename the other.",
        ),
    }
)

CODES: Mapping[str, Severity] = MappingProxyType(
    {code: words.severity for code, words in _WORDS.items()}
)
"""every finding code and how grave it usually is; a pack may soften, never harden it"""

_NO_HEADER = _error(
    "这张表里找不到表头。",
    "No header was found in this sheet.",
    "请确认表头在前 20 行内、文字与模板一致，或在导入时手工指定表头行。",
    "The header must stand in the first 20 rows with the template's wording; or name it by hand.",
)
_FORMULA_WITHOUT_RESULT = _error(
    "“{label}”这一格是公式，文件里没有它的结果。",
    "“{label}” is a formula, and the file holds no result of it.",
    "请用 Excel 或 WPS 打开并保存一次，或直接填写结果。",
    "Open the file in Excel or WPS and save it once, or type the result.",
)


_AT_LEAST = _error(
    "“{label}”不能小于 {min}。", "“{label}” must not be less than {min}.", *_NUMBER_ADVICE
)
_AT_MOST = _error(
    "“{label}”不能大于 {max}。", "“{label}” must not be more than {max}.", *_NUMBER_ADVICE
)
_MOBILE_ONLY = _error(
    "“{label}”不是手机号。",
    "“{label}” is not a mobile number.",
    "这一栏只收手机号：1 开头的 11 位数字；一格只填一个号码。",
    "Only a mobile is taken here: 11 digits beginning with 1; one number a cell.",
)
_CODE_OR_TEMPORARY = _error(
    "“{label}”不是 18 位。",
    "“{label}” does not have 18 characters.",
    "请对照登记证书填写 18 位代码；没有代码的工会，用上级给的“{temporary}”。",
    "Copy the 18 characters from the certificate; a union without one has a “{temporary}”.",
)


class _Blanks(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def message(finding: Finding, label: str) -> Message:
    """The sentence and the advice for a finding; ``label`` is the pack's header of its field.

    Raises ``KeyError`` for a code that does not exist.
    """
    words = _fitting(finding)
    filled = _Blanks(finding.params)
    filled["label"] = label or finding.field or "?"
    return Message(_filled(words.sentence, filled), _filled(words.advice, filled))


def _fitting(finding: Finding) -> _Words:
    """The words for a code, or those for what the finding tells beside it."""
    code, told = finding.code, dict(finding.params)
    if code == "header.missing" and not finding.field:
        return _NO_HEADER
    if code == "cell.formula" and finding.severity is Severity.ERROR:
        return _FORMULA_WITHOUT_RESULT
    if code == "number.out_of_range" and told.keys() & {"min", "max"} == {"min"}:
        return _AT_LEAST
    if code == "number.out_of_range" and told.keys() & {"min", "max"} == {"max"}:
        return _AT_MOST
    if code == "phone.format" and "mobile_only" in told:
        return _MOBILE_ONLY
    if code == "uscc.length" and "temporary" in told:
        return _CODE_OR_TEMPORARY
    return _WORDS[code]


def _filled(text: Text, blanks: _Blanks) -> Text:
    return Text(text.zh.format_map(blanks), text.en.format_map(blanks))
