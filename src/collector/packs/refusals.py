"""Why a pack is refused: one code, one sentence, one way out."""

from __future__ import annotations

from collections.abc import Sequence

from collector import __version__
from collector.errors import InputRefused
from collector.packs.schema import PackProblem
from collector.wording import Text

GET_AGAIN = Text(
    "请向发布单位重新索取模板包，不要使用这一份。", "Get the pack from its issuer again."
)


def not_found() -> InputRefused:
    return InputRefused(
        "pack.not_found",
        Text("没有找到这个模板包。", "No such pack was found."),
        Text(
            "请用“collector pack list”查看已安装的模板包，或给出含有 pack.toml 的文件夹。",
            "See `collector pack list`, or name a folder that holds a pack.toml.",
        ),
    )


def version_not_found(have: Sequence[str]) -> InputRefused:
    known = "、".join(have)
    return InputRefused(
        "pack.version_not_found",
        Text(
            f"有这个模板包，但没有这一版；本机有第 {known} 版。",
            f"There is no such version of this pack; there are: {known}.",
        ),
        Text(
            "请改用现有的版本，或用“collector pack install”安装那一版。",
            "Use a version there is, or install that one with `collector pack install`.",
        ),
    )


def newer() -> InputRefused:
    return InputRefused(
        "pack.newer",
        Text(
            "这个模板包是用更新版本的程序做的，本程序读不懂。",
            "This pack was made for a newer version of the program.",
        ),
        Text("请升级本程序，或向发布单位索取旧格式的模板包。", "Update the program."),
        {"file": "pack.toml"},
    )


def needs_program(version: str) -> InputRefused:
    return InputRefused(
        "pack.needs_program",
        Text(
            f"这个模板包要求程序 {version} 或更新的版本，现在的是 {__version__}。",
            f"This pack needs version {version} of the program; this is {__version__}.",
        ),
        Text("请升级本程序后再用。", "Update the program."),
        {"file": "pack.toml", "needed": version},
    )


def unsound(problems: Sequence[PackProblem]) -> InputRefused:
    """The pack does not serve: what is wrong first, where, and how much more there is."""
    first = problems[0]
    if first.code == "pack.tampered":
        return tampered(first)
    return InputRefused(
        "pack.broken",
        Text(
            f"模板包有 {len(problems)} 处错误，不能使用。第一处在 {first.where}：{first.text.zh}",
            f"The pack has {len(problems)} faults. The first, at {first.where}: {first.text.en}",
        ),
        Text(
            "请用“collector pack check 文件夹”列出全部错误并改正，或重新取得模板包。"
            if len(problems) > 1
            else "请改正这一处，或重新取得模板包。",
            "Run `collector pack check DIR` to see them all, or get the pack again.",
        ),
        {"place": first.where, "problem": first.code},
    )


def tampered(problem: PackProblem) -> InputRefused:
    return InputRefused(
        "pack.tampered",
        Text(
            f"模板包带有签名，但内容与签名不符，拒绝使用。{problem.text.zh}",
            f"The pack is signed, and its content is not what was signed. {problem.text.en}",
        ),
        GET_AGAIN,
        {"place": problem.where},
    )
