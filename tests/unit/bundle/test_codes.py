"""Every refusal is documented, worded in both languages, and can happen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from collector.bundle.refusals import CODES, refusal

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| `(bundle\.[a-z0-9_]+)` \| (\d) \|", re.M)


def test_the_format_document_lists_every_code_with_its_exit_and_no_other() -> None:
    text = (ROOT / "docs" / "bundle-format.md").read_text(encoding="utf-8")
    listed = dict(ROW.findall(text))
    assert listed == {code: str(one.kind.exit_code) for code, one in CODES.items()}


def test_every_code_the_bundle_raises_exists_and_every_code_is_raised() -> None:
    sources = (ROOT / "src" / "collector" / "bundle").glob("*.py")
    used = {
        code
        for path in sources
        if path.name != "refusals.py"
        for code in re.findall(r'"(bundle\.[a-z0-9_]+)"', path.read_text(encoding="utf-8"))
    }
    assert used == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_says_what_is_wrong_and_what_to_do(code: str) -> None:
    error = refusal(code, file="a.p7m")
    assert error.code == code
    assert error.where == {"file": "a.p7m"}
    for text in (error.sentence, error.advice):
        assert text.zh.endswith("。")
        assert text.en.endswith(".")
