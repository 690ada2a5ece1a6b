"""Exit codes, error documents and sentences for what cannot be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collector import __version__, places
from collector.cli import app
from collector.services import made_up


def test_the_version_and_the_help_are_told(run) -> None:
    assert __version__ in run("--version").out
    said = run("--help")
    assert said.code == 0
    assert "demo" in said.out
    assert "self-test" in said.out


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["check"],
        ["check", "a.xlsx"],
        ["check", "a.xlsx", "--pack", "hubei-2023", "--kind", "person"],
        ["demo", "--rows", "0"],
        ["demo", "--rows", "many"],
        ["show", "member"],
        ["--lang", "fr", "status"],
        ["status", "--jsn"],
        ["bundle"],
        ["pack", "learn", "a.xlsx"],
    ],
)
def test_wrong_use_leaves_with_2_and_a_chinese_sentence(run, words: list[str]) -> None:
    said = run(*words)
    assert said.code == 2
    assert said.out == ""
    assert "命令写得不对" in said.err
    assert "Traceback" not in said.err


def test_wrong_use_with_json_is_one_document_on_standard_output(run) -> None:
    said = run("check", "--json")
    assert said.code == 2
    error = said.json["error"]
    assert set(error) == {"code", "sentence", "advice", "where"}
    assert error["code"] == "usage.wrong"


def test_a_superfluous_argument_is_not_repeated_for_it_may_be_a_persons(run) -> None:
    number = made_up.resident_number(3)
    said = run("show", "member", number, number)
    assert said.code == 2
    assert number not in said.err


def test_english_is_spoken_where_asked_for(run) -> None:
    assert "not written right" in run("--lang", "en", "nonsense").err


def test_without_a_workspace_the_verbs_say_how_to_make_one(run, tmp_path: Path) -> None:
    said = run("--home", tmp_path / "none", "status", "--json")
    assert said.code == 5
    assert said.json["error"]["code"] == "workspace.none"
    assert not (tmp_path / "none").exists()


def test_a_wrong_passphrase_leaves_with_3(run, home: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not it", encoding="utf-8")
    assert run("--passphrase-file", wrong, "status").code == 3


def test_an_unknown_operator_leaves_with_3(run, home: Path) -> None:
    assert run("--operator", "没有这个人", "status").code == 3


def test_without_a_passphrase_and_a_terminal_the_verb_leaves_with_3(
    run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLLECTOR_PASSPHRASE")
    said = run("status", "--json")
    assert said.code == 3
    assert said.json["error"]["code"] == "passphrase.missing"


def test_a_passphrase_file_that_is_not_there_leaves_with_4(run, home: Path) -> None:
    said = run("--passphrase-file", home / "none", "status", "--json")
    assert said.code == 4
    assert said.json["error"]["where"]["file"].endswith("none")


def test_an_existing_workspace_is_not_made_again(run, home: Path) -> None:
    said = run("init", "--pack", "hubei-2023", "--operator", "虚构乙", "--json")
    assert said.code == 2
    assert said.json["error"]["code"] == "workspace.exists"


def test_an_unknown_pack_leaves_with_4(run, tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"no workbook")
    assert run("check", book, "--pack", "nowhere-1999").code == 4
    said = run("check", book, "--pack", "hubei-2023", "--json")
    assert said.code == 4
    assert said.json["error"]["code"].startswith("workbook.")


def test_a_fault_of_the_program_leaves_with_70_and_a_report_without_values(
    run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = made_up.resident_number(5)

    def fail(options: object) -> int:
        raise ValueError(f"could not read {secret}")

    monkeypatch.setattr("collector.cli.records.status", fail)
    monkeypatch.setattr("collector.cli.parser.records.status", fail)
    said = run("status", "--json")
    assert said.code == 70
    error = said.json["error"]
    assert error["code"] == "program.fault"
    report = Path(error["where"]["file"])
    assert report.parent == places.log_folder(home)
    assert secret not in report.read_text(encoding="utf-8")
    assert secret not in said.out + said.err


def test_a_cancelled_verb_leaves_with_130(run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("collector.cli.parser.records.status", stop)
    said = run("status", "--json")
    assert said.code == 130
    assert said.json["error"]["code"] == "job.cancelled"


def test_no_verb_loads_the_window_toolkit(program) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from collector.__main__ import main; code = main(['pack', 'list']);"
        "sys.exit(code or any(name.startswith('PySide6') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_the_libraries_of_a_screen_the_window_says_which_are_missing(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "collector.gui.app", None)
    said = run("--home", tmp_path)
    assert said.code == 5
    assert "libegl1" in said.err
    assert app.no_window().code == "window.libraries_missing"


def test_a_console_that_knows_no_chinese_does_not_end_the_program(program, tmp_path: Path) -> None:
    for encoding in ("gbk", "ascii", "cp437"):
        done = program("pack", "list", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == 0
        assert b"hubei-2023" in done.stdout
        failed = program("pack", "show", "nowhere", "--json", PYTHONIOENCODING=encoding)
        assert failed.returncode == 4
        assert json.loads(failed.stdout.decode(encoding))["error"]["code"] == "pack.not_found"


def test_where_there_is_no_workspace_standard_error_holds_the_sentence_only(
    program, tmp_path: Path
) -> None:
    words = ["--home", tmp_path / "none", "check", tmp_path / "none.xlsx", "--pack", "hubei-2023"]
    done = program(*words)
    assert done.returncode == 4
    assert done.stderr.decode().startswith("✗")
    assert program(*words, "--json").stderr == b""
