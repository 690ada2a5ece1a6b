"""What a finding says to a person: what is wrong, and what to do.

Sentences name the field by the pack's own header and limits by number; never the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collector.model import Finding, Severity
from collector.rules.words import codes, records, sheets, values
from collector.rules.words.base import Words
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class Message:
    sentence: Text
    advice: Text


_WORDS: Mapping[str, Words] = MappingProxyType(
    {**values.WORDS, **codes.WORDS, **records.WORDS, **sheets.WORDS}
)
CODES: Mapping[str, Severity] = MappingProxyType(
    {code: words.severity for code, words in _WORDS.items()}
)
"""every finding code and how grave it usually is; a pack may soften, never harden it"""


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


def _fitting(finding: Finding) -> Words:
    """The words for a code, or those for what the finding tells beside it."""
    code, told = finding.code, dict(finding.params)
    if code == "header.missing" and not finding.field:
        return sheets.NO_HEADER
    if code == "cell.formula" and finding.severity is Severity.ERROR:
        return sheets.FORMULA_WITHOUT_RESULT
    if code == "number.out_of_range" and told.keys() & {"min", "max"} == {"min"}:
        return values.AT_LEAST
    if code == "number.out_of_range" and told.keys() & {"min", "max"} == {"max"}:
        return values.AT_MOST
    if code == "phone.format" and "mobile_only" in told:
        return values.MOBILE_ONLY
    if code == "uscc.length" and "temporary" in told:
        return codes.CODE_OR_TEMPORARY
    return _WORDS[code]


def _filled(text: Text, blanks: _Blanks) -> Text:
    return Text(text.zh.format_map(blanks), text.en.format_map(blanks))
