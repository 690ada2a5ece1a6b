"""Is a pack folder sound? Everything that is wrong with it, each with its place and way out."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from collector.packs import refusals
from collector.packs.reading import PACK_FILE, OlderProgramError, read
from collector.packs.schema import PackProblem
from collector.packs.spec import FieldType, Pack
from collector.packs.versions import NewerFormatError
from collector.wording import Text

EXAMPLES_FORMAT = "collector.findings/1"
_EXAMPLE_FILES = ("good.xlsx", "bad.xlsx", "bad.findings.toml")


def check_folder(folder: Path) -> list[PackProblem]:
    """Every problem of a pack folder, in the order of the file; empty where it is sound.

    What can be told without reading a workbook: whether the examples come out as they should is
    for whoever can read them.
    """
    try:
        pack, problems = read(folder)
    except NewerFormatError:
        said = Text(
            "这个模板包是用更新版本的程序做的。请升级本程序后再检查。",
            "This pack was made for a newer version of the program. Update the program.",
        )
        return [PackProblem("pack.newer", f"{PACK_FILE} format", said)]
    except OlderProgramError as needed:
        refused = refusals.needs_program(str(needed))
        said = Text(
            f"{refused.sentence.zh}{refused.advice.zh}", f"{refused.sentence.en} Update it."
        )
        return [PackProblem(refused.code, f"{PACK_FILE} needs_program", said)]
    except OSError:
        said = Text(
            "文件夹里没有可读的 pack.toml。请确认选对了文件夹。",
            "The folder has no readable pack.toml. Make sure it is the right folder.",
        )
        return [PackProblem("pack.not_found", PACK_FILE, said)]
    if pack is not None:
        problems = [*problems, *_idle_lists(pack), *_examples(folder)]
    return problems


def _idle_lists(pack: Pack) -> list[PackProblem]:
    used = {
        field.dictionary
        for sheet in pack.sheets
        for field in sheet.fields
        if field.type is FieldType.CHOICE
    }
    return [
        PackProblem(
            "pack.dictionary_idle",
            f"{PACK_FILE} [[dictionary]] {name}",
            Text(
                f"清单“{name}”没有任何字段使用。请删去，或补上字段的 dictionary。",
                f"No field uses the list {name!r}. Remove it or name it in a field.",
            ),
        )
        for name in pack.dictionaries
        if name not in used
    ]


def _examples(folder: Path) -> list[PackProblem]:
    """A pack may have no examples; half of them would test nothing."""
    examples = folder / "examples"
    if not examples.is_dir():
        return []
    problems = [
        PackProblem(
            "pack.example_missing",
            f"examples/{name}",
            Text(
                f"examples 文件夹里缺少 {name}。请补上，或删去整个 examples 文件夹。",
                f"The examples folder lacks {name}. Add it, or remove the folder.",
            ),
        )
        for name in _EXAMPLE_FILES
        if not (examples / name).is_file()
    ]
    if not problems and not _is_findings_file(examples / "bad.findings.toml"):
        problems.append(
            PackProblem(
                "pack.example_broken",
                "examples/bad.findings.toml",
                Text(
                    f'文件应以 format = "{EXAMPLES_FORMAT}" 开头，每个 [[finding]] 写明 '
                    "sheet、row、column、code、severity；可以写 today = 2026-01-01。请改正。",
                    f'It must begin with format = "{EXAMPLES_FORMAT}", and each [[finding]] '
                    "names sheet, row, column, code and severity.",
                ),
            )
        )
    return problems


def _is_findings_file(path: Path) -> bool:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return False
    wanted = {"sheet": str, "row": int, "column": str, "code": str, "severity": str}
    findings = said.get("finding", [])
    return (
        said.get("format") == EXAMPLES_FORMAT
        and said.keys() <= {"format", "today", "finding"}
        and type(said.get("today", date.min)) is date
        and isinstance(findings, list)
        and all(
            isinstance(item, dict)
            and item.keys() == wanted.keys()
            and all(isinstance(item[key], kind) for key, kind in wanted.items())
            for item in findings
        )
    )
