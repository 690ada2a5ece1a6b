"""The leaf modules: log without values, settings, places."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from collector import logs, places, settings
from collector.errors import SurroundingsFailed
from collector.services import made_up
from collector.settings import Settings


@pytest.fixture
def log_text(tmp_path: Path) -> object:
    logs.start(tmp_path)
    yield lambda: (tmp_path / "logs" / "collector.log").read_text(encoding="utf-8")
    logs.stop()


@pytest.mark.parametrize(
    "number",
    [
        made_up.resident_number(41),
        made_up.resident_number(41).lower(),
        made_up.unit_code(41),
        "13900000041",
        "027-87654321",
        "E12345678",
        "420106900101123",
    ],
)
def test_a_number_that_slips_into_the_log_is_blanked(log_text, number: str) -> None:  # type: ignore[no-untyped-def]
    logging.getLogger("collector.anything").warning("row %d of %s, %s", 7, number, f"（{number}）")
    text = log_text()
    assert number not in text
    assert "row 7 of" in text


def test_an_exception_is_logged_without_its_message(log_text) -> None:  # type: ignore[no-untyped-def]
    try:
        int("虚构甲乙的单元格")
    except ValueError:
        logging.getLogger("collector.anything").exception("reading failed")
    text = log_text()
    assert "虚构甲乙" not in text
    assert "ValueError" in text
    assert "test_logs_and_settings.py" in text


def test_a_wrongly_called_logger_does_not_end_the_job(log_text) -> None:  # type: ignore[no-untyped-def]
    logging.getLogger("collector.anything").warning("%d rows", "虚构甲乙")
    assert "虚构甲乙" not in log_text()


def test_a_crash_report_names_types_and_places_but_no_message(tmp_path: Path) -> None:
    secret = made_up.resident_number(99)

    def fail() -> None:
        try:
            raise KeyError(secret)
        except KeyError as cause:
            raise RuntimeError(f"虚构甲乙 {secret}") from cause

    with pytest.raises(RuntimeError) as caught:
        fail()
    report = logs.crash_report(tmp_path, caught.value)
    assert report is not None
    text = report.read_text(encoding="utf-8")
    assert secret not in text
    assert "虚构甲乙" not in text
    assert "RuntimeError" in text
    assert "KeyError" in text
    assert text.startswith("collector.crash/1")


def test_where_no_log_can_be_written_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be", encoding="utf-8")
    logs.start(tmp_path)
    logging.getLogger("collector.anything").warning("still here")
    logs.stop()
    assert logs.crash_report(tmp_path, ValueError()) is None


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    kept = Settings(lang="en", theme="dark", zoom=150, auto_lock_minutes=0, last_operator="虚构甲")
    settings.save(tmp_path / "new" / "home", kept)
    assert settings.load(tmp_path / "new" / "home") == kept
    written = places.settings_file(tmp_path / "new" / "home")
    assert json.loads(written.read_text(encoding="utf-8"))["format"] == "collector.settings/1"


def test_senseless_settings_fall_back_one_by_one(tmp_path: Path) -> None:
    places.settings_file(tmp_path).write_text(
        '{"format": "collector.settings/1", "lang": "fr", "zoom": 9000, "theme": 3,'
        ' "auto_lock_minutes": 10, "unknown": true}',
        encoding="utf-8",
    )
    assert settings.load(tmp_path) == Settings(zoom=200, auto_lock_minutes=10)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"format": "collector.settings/2"}', "settings.newer"),
        ('{"format": "other/1"}', "settings.unreadable"),
        ("[]", "settings.unreadable"),
        ("{", "settings.unreadable"),
    ],
)
def test_settings_of_another_making_are_refused_politely(
    tmp_path: Path, text: str, code: str
) -> None:
    places.settings_file(tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(SurroundingsFailed) as refused:
        settings.load(tmp_path)
    assert refused.value.code == code


def test_the_workspace_is_what_was_given_else_the_variable_else_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLECTOR_HOME", str(tmp_path / "named"))
    assert places.home(tmp_path / "given") == tmp_path / "given"
    assert places.home() == tmp_path / "named"
    monkeypatch.delenv("COLLECTOR_HOME")
    assert places.home() == places.user_data_folder()
    assert places.home("") == places.user_data_folder()


def test_a_relative_data_folder_of_the_desktop_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "somewhere")
    assert places.user_data_folder() == tmp_path / ".local/share/ghcollector"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert places.user_data_folder() == tmp_path / "data" / "ghcollector"


def test_on_windows_the_data_stay_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert places.user_data_folder() == tmp_path / "Local" / "ghcollector"
