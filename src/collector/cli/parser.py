"""The verbs and options of the command line; what they mean is a contract with scripts."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from collector import __version__
from collector.cli import (
    checking,
    comparing,
    duplicates,
    learning,
    many,
    missing,
    packs,
    proving,
    records,
    returns,
    submitting,
    supplement,
)
from collector.errors import WrongUse
from collector.model import Kind, Status
from collector.services.planning import What
from collector.wording import Text

KINDS = tuple(kind.value for kind in Kind)


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing and leaving, so that ``--json`` gets its document too."""

    def __init__(self, **kept: Any) -> None:
        # an abbreviation that works today means something else once an option is added
        super().__init__(**kept, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        zh, en = _fault(message)
        raise WrongUse(
            "usage.wrong",
            Text(f"命令写得不对：{zh}。", f"The command is not written right: {en}."),
            Text(f"用法见 {self.prog} --help", f"see {self.prog} --help"),
        )


_FAULTS = (
    (
        re.compile(r"the following arguments are required: (?P<what>.+)"),
        ("缺少 {what}", "{what} is missing"),
    ),
    (
        re.compile(r"argument (?P<what>[^:]+): invalid choice: .*\(choose from (?P<which>.+)\)"),
        ("{what} 只能是 {which}", "{what} must be one of {which}"),
    ),
    (
        re.compile(r"argument (?P<what>[^:]+): expected (?:at least )?one argument"),
        ("{what} 后面要有内容", "{what} needs a value"),
    ),
    (
        re.compile(r"argument (?P<what>[^:]+): not allowed with argument (?P<which>\S+)"),
        ("{what} 和 {which} 不能同时用", "{what} does not go with {which}"),
    ),
    (
        re.compile(r"argument (?P<what>[^:]+): .*"),
        ("{what} 的内容不对", "the value of {what} makes no sense"),
    ),
    (
        re.compile(r"unrecognized arguments: .*"),
        ("有多余的或认不出的参数", "there are unknown or superfluous arguments"),
    ),
)


def _fault(message: str) -> tuple[str, str]:
    """argparse's message in both languages, without repeating a value (it may be a person's)."""
    for pattern, (zh, en) in _FAULTS:
        found = pattern.match(message)
        if found is not None:
            parts = found.groupdict()
            return zh.format(**parts), en.format(**parts)
    return "参数不对", "wrong arguments"


def language(arguments: Sequence[str]) -> str:
    """``--lang`` as far as it can be told from a command that may be wrong."""
    return _value(arguments, "--lang", {"zh", "en"}) or "zh"


def home(arguments: Sequence[str]) -> str | None:
    """``--home`` as far as it can be told from a command that may be wrong."""
    return _value(arguments, "--home", None)


def _value(arguments: Sequence[str], option: str, allowed: set[str] | None) -> str | None:
    for index, word in enumerate(arguments):
        given = None
        if word == option and index + 1 < len(arguments):
            given = arguments[index + 1]
        elif word.startswith(option + "="):
            given = word.partition("=")[2]
        if given is not None and (allowed is None or given in allowed):
            return given
    return None


_WITH_VALUE = ("--home", "--passphrase-file", "--operator", "--lang")
"""options before the verb that take a value"""


def has_verb(arguments: Sequence[str]) -> bool:
    """Whether the command line is meant: a verb stands there, or help or the version is asked."""
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word in _WITH_VALUE:
            skip = True
        elif not word.startswith("-") or word in ("-h", "--help", "--version"):
            return True
    return False


def parse_window(arguments: Sequence[str]) -> argparse.Namespace:
    """The options before the verb, where there is none."""
    window = _Parser(prog="collector", add_help=False)
    _common(window)
    return window.parse_args(list(arguments))


def parse(arguments: Sequence[str], lang: str = "zh") -> argparse.Namespace:
    """The options of one verb; ``.run`` is what carries it out.

    Raises ``WrongUse usage.wrong``; ``--help`` and ``--version`` print and leave with 0.
    """
    found = build().parse_args(list(arguments))
    found.lang = lang
    return found


def build() -> argparse.ArgumentParser:
    """Every verb with its options; ``run`` of what is parsed carries the verb out."""
    top = _Parser(
        prog="collector",
        description="工会实名制信息采集工具（离线）。不带动词时打开窗口。"
        " Offline collection tool; opens the window without a verb.",
    )
    top.add_argument("--version", action="version", version=f"collector {__version__}")
    _common(top)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")

    demo = _verb(
        verbs, "demo", "用虚构人员走完整个流程 the whole job on made-up people", proving.demo
    )
    demo.add_argument("--rows", type=_positive, default=200, metavar="N")
    demo.add_argument("--keep", type=Path, metavar="DIR")
    demo.add_argument("--pack", default="", metavar="ID")

    init = _verb(verbs, "init", "建立加密工作区 make an encrypted workspace", submitting.init)
    init.add_argument("--pack", required=True, metavar="ID")
    init.add_argument("--operator", required=True, metavar="NAME", dest="new_operator")
    init.add_argument("--unit", default="", metavar="NAME")
    init.add_argument("--unit-code", default="", metavar="USCC")
    _json(init)

    pack = verbs.add_parser("pack", help="省级模板包 rule packs of the provinces")
    pack_verbs = pack.add_subparsers(dest="pack_verb", required=True, metavar="VERB")
    _json(_verb(pack_verbs, "list", "已安装的模板包 packs installed", packs.listing))
    show = _verb(pack_verbs, "show", "字段、规则和来源 fields, rules, sources", packs.show)
    show.add_argument("pack", metavar="ID")
    _json(show)
    sound = _verb(pack_verbs, "check", "检查模板包文件夹 is it sound", packs.check)
    sound.add_argument("folder", type=Path, metavar="DIR")
    _json(sound)
    install = _verb(pack_verbs, "install", "安装模板包 keep a pack", packs.install)
    install.add_argument("source", type=Path, metavar="DIR|ZIP")
    install.add_argument("--trust", type=Path, metavar="CA.pem", help="核实签名人的根证书")
    _json(install)
    sign = _verb(pack_verbs, "sign", "给模板包签名 sign a pack folder", packs.sign)
    sign.add_argument("folder", type=Path, metavar="DIR")
    sign.add_argument("--key", required=True, type=Path, metavar="KEY.p12")
    sign.add_argument("--cert", type=Path, metavar="CERT.pem", help="PEM 私钥对应的证书")
    sign.add_argument("--key-passphrase-file", type=Path, metavar="FILE")
    _json(sign)
    proved = _verb(pack_verbs, "verify", "验证模板包的签名 verify its signature", packs.verify)
    proved.add_argument("folder", type=Path, metavar="DIR")
    proved.add_argument("--trust", required=True, type=Path, metavar="CA.pem")
    _json(proved)
    changes = _verb(pack_verbs, "diff", "两个版本有什么不同 what changed", comparing.diff)
    changes.add_argument("old", metavar="OLD")
    changes.add_argument("new", metavar="NEW")
    changes.add_argument("--impact", action="store_true", help="库里的记录会新出现多少错误")
    _json(changes)
    learn = _verb(pack_verbs, "learn", "由表样起草模板包 draft a pack", learning.pack_learn)
    learn.add_argument("workbooks", nargs="+", type=Path, metavar="WORKBOOK")
    learn.add_argument("-o", "--out", required=True, type=Path, metavar="DIR")
    learn.add_argument("--answers", type=Path, metavar="FILE", help="已确定的内容 what is settled")
    _json(learn)

    template = _verb(verbs, "template", "写出空白模板 write blank workbooks", packs.template)
    template.add_argument("pack", metavar="PACK")
    template.add_argument("-o", "--out", required=True, type=Path, metavar="DIR")
    _json(template)

    check = _verb(verbs, "check", "只检查，不入库 check only", checking.check)
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--pack", required=True, metavar="ID")
    check.add_argument("--kind", choices=KINDS)
    check.add_argument("--marked", type=Path, metavar="DIR")
    _json(check)

    bring = _verb(verbs, "import", "导入工作区 import into the workspace", checking.bring_in)
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    bring.add_argument("--kind", choices=KINDS)
    bring.add_argument("--dry-run", action="store_true")
    bring.add_argument("--each", action="store_true", help="每个文件一批；给出文件夹时总是如此")
    bring.add_argument("--again", action="store_true", help="以前导入过的文件也再导入")
    bring.add_argument("--results", type=Path, metavar="DIR", help="写出逐行结果")
    bring.add_argument(
        "--missing", choices=("keep", "discard"), default="keep", help="退回件里没有交回的行"
    )
    _json(bring)

    undo = _verb(verbs, "undo", "撤销一次导入；不写批号则列出 take an import back", many.undo)
    undo.add_argument("batch", nargs="?", type=_positive, metavar="BATCH")
    undo.add_argument("--dry-run", action="store_true")
    _json(undo)

    marked = _verb(verbs, "marked", "写出退回件 marked copies to be mended", returns.marked)
    marked.add_argument(
        "batch", nargs="*", type=_positive, metavar="BATCH", help="批号；不写则全部 none: all"
    )
    marked.add_argument("-o", "--out", required=True, type=Path, metavar="DIR")
    marked.add_argument(
        "--source",
        nargs="+",
        default=[],
        type=Path,
        metavar="FILE",
        help="当时导入的文件或文件夹 the imported files again, or their folder",
    )
    _json(marked)

    values = verbs.add_parser("values", help="清单外的写法 labels outside the lists")
    value_verbs = values.add_subparsers(dest="values_verb", required=True, metavar="VERB")
    _json(_verb(value_verbs, "list", "列出（含数据）with counts, shows data", many.values_list))
    match = _verb(value_verbs, "match", "对应到清单里的一项 match for all rows", many.values_match)
    match.add_argument("field", metavar="FIELD")
    match.add_argument("text", metavar="TEXT")
    match.add_argument("label", metavar="LABEL")
    match.add_argument("--kind", choices=KINDS)
    match.add_argument("--remember", action="store_true", help="以后导入也这样读")
    _json(match)
    forget = _verb(value_verbs, "forget", "不再这样读 forget a spelling", many.values_forget)
    forget.add_argument("field", metavar="FIELD")
    forget.add_argument("text", metavar="TEXT")
    _json(forget)

    layout = verbs.add_parser("layouts", help="记住的表样 layouts remembered")
    layout_verbs = layout.add_subparsers(dest="layouts_verb", required=True, metavar="VERB")
    _json(_verb(layout_verbs, "list", "列出 list them", many.layouts_list))
    drop = _verb(layout_verbs, "forget", "忘记一个 forget one", many.layouts_forget)
    drop.add_argument("id", type=_positive, metavar="ID")
    _json(drop)

    listing = _verb(verbs, "list", "列出记录（含数据）records, with data", records.listing)
    listing.add_argument("kind", choices=KINDS)
    listing.add_argument("--where", action="append", default=[], metavar="FIELD=VALUE")
    listing.add_argument("--status", choices=[status.value for status in Status])
    shape = listing.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true")
    shape.add_argument("--csv", action="store_true")

    one = _verb(verbs, "show", "一条记录（含数据）one record, with data", records.show)
    one.add_argument("kind", choices=KINDS)
    one.add_argument("key", metavar="KEY")
    _json(one)

    again = _verb(verbs, "recheck", "按现在的规则复核全部记录 judge all again", comparing.recheck)
    again.add_argument("--mark", action="store_true", help="没有错误的记为已按现在的版本检查")
    _json(again)

    _json(_verb(verbs, "status", "工作区概况 counts and open findings", records.status))

    lacking = _verb(verbs, "missing", "按某个模板还差哪些内容 what is missing", missing.run)
    lacking.add_argument("--pack", default="", metavar="ID", help="不写就按本工作区的模板包")
    ways = lacking.add_mutually_exclusive_group()
    ways.add_argument("-o", "--out", type=Path, metavar="FILE.xlsx", help="写出补录表")
    ways.add_argument("--take", type=Path, metavar="FILE.xlsx", help="收回填好的补录表")
    ways.add_argument("--from-id", action="store_true", help="性别、出生日期按身份证号填入")
    _json(lacking)

    numbers = _verb(
        verbs, "supplement", "证件号补录清单 lists of numbers to be asked for", supplement.run
    )
    ways = numbers.add_mutually_exclusive_group()
    ways.add_argument("-o", "--out", type=Path, metavar="DIR", help="每个单位一份，另有汇总")
    ways.add_argument("--take", type=Path, metavar="FILE.xlsx", help="收回填好的清单")
    numbers.add_argument("--batch", type=_positive, metavar="N", help="只看这一次导入")
    numbers.add_argument("--with-numbers", action="store_true", help="把别处找到的号码印上")
    _json(numbers)

    export = _verb(verbs, "export", "封装上报包 make a submission bundle", submitting.export)
    export.add_argument("-o", "--out", required=True, type=Path, metavar="DIR")
    export.add_argument("--to", action="append", default=[], type=Path, metavar="CERT.pem")
    export.add_argument("--pack", metavar="ID")
    export.add_argument("--union", metavar="CODE")
    export.add_argument("--workbooks", action="store_true", help="附上省模板工作簿")
    export.add_argument("--leave-parked", action="store_true", help="待修的行不上报，其余照常")
    _json(export)

    bundle = verbs.add_parser("bundle", help="查看、验证、打开上报包 look at and open bundles")
    bundles = bundle.add_subparsers(dest="bundle_verb", required=True, metavar="VERB")
    inspect = _verb(bundles, "inspect", "只看信封 the envelope only", submitting.inspect)
    inspect.add_argument("file", type=Path, metavar="FILE")
    _json(inspect)
    verify = _verb(bundles, "verify", "验证签名和内容 verify", submitting.verify)
    _key_options(verify, needed=False)
    opened = _verb(bundles, "open", "验证、解密、解包 verify and unpack", submitting.open_)
    _key_options(opened, needed=True)
    opened.add_argument("-o", "--out", required=True, type=Path, metavar="DIR")
    opened.add_argument("--again", action="store_true", help="已收过的包再打开一次")
    opened.add_argument(
        "--accept-new-certificate", action="store_true", help="已电话核实对方换了签名证书"
    )

    _duplicates(verbs)

    journal = verbs.add_parser("journal", help="审计链 the audit chain")
    journals = journal.add_subparsers(dest="journal_verb", required=True, metavar="VERB")
    _json(_verb(journals, "verify", "验证审计链 verify the chain", records.journal_verify))
    shown = _verb(journals, "show", "审计记录 its entries", records.journal_show)
    shown.add_argument("--record", metavar="KEY")
    _json(shown)

    _json(_verb(verbs, "self-test", "检验本机安装 prove this installation", proving.self_test))
    return top


def _common(top: argparse.ArgumentParser) -> None:
    top.add_argument("--home", metavar="DIR", help="工作区文件夹 workspace folder")
    top.add_argument(
        "--passphrase-file", metavar="FILE", type=Path, help="口令文件，取第一行 its first line"
    )
    top.add_argument("--operator", metavar="NAME", help="以哪个采集员打开 whose passphrase it is")
    top.add_argument("--lang", choices=("zh", "en"), help="语言 language of sentences")


Run = Callable[[argparse.Namespace], int]


def _verb(
    verbs: argparse._SubParsersAction[_Parser], name: str, text: str, run: Run
) -> argparse.ArgumentParser:
    made = verbs.add_parser(name, help=text, description=text)
    made.set_defaults(run=run)
    return made


def _json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")


def _duplicates(verbs: argparse._SubParsersAction[_Parser]) -> None:
    top = verbs.add_parser("duplicates", help="查重：疑似重复的记录 possible duplicates")
    each = top.add_subparsers(dest="duplicates_verb", required=True, metavar="VERB")
    listing = _verb(each, "list", "查找并列出疑似重复 search and list", duplicates.listing)
    listing.add_argument("--full", action="store_true", help="全部重新查找 search all anew")
    listing.add_argument("--all", action="store_true", help="每一类全部列出 list every item")
    _json(listing)
    decide = _verb(each, "decide", "处理一条 decide one (or all of its kind)", duplicates.decide)
    decide.add_argument("id", type=_positive, metavar="ID")
    decide.add_argument("what", choices=[what.value for what in What])
    decide.add_argument("--all-of-kind", action="store_true", help="同一类的全部照此处理")
    decide.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="NAME=stored|new",
        help="merge 时这一项取哪一边 which side of this field",
    )
    decide.add_argument("--date", default="", metavar="DATE", help="会籍接转日期，默认今天")
    _json(decide)
    _json(_verb(each, "undo", "撤销最近一次决定 take the last one back", duplicates.undo))
    note = _verb(each, "note", "写出协调单，不发送 a note to print", duplicates.note)
    note.add_argument("id", type=_positive, metavar="ID")
    note.add_argument("-o", "--out", required=True, type=Path, metavar="FILE")


def _key_options(verb: argparse.ArgumentParser, *, needed: bool) -> None:
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--trust", required=True, type=Path, metavar="CA.pem")
    verb.add_argument("--key", required=needed, type=Path, metavar="KEY.p12")
    verb.add_argument("--cert", type=Path, metavar="CERT.pem", help="PEM 私钥对应的证书")
    verb.add_argument("--key-passphrase-file", type=Path, metavar="FILE")
    _json(verb)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number
