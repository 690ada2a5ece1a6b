"""统一社会信用代码 (GB 32100-2015), and 组织机构代码 (GB 11714) inside it.

18 characters: department, category, 6 digits region, 9 characters GB 11714, check character
(weights 3^(i-1) mod 31). Codes are canonical: half width, upper case, no spaces.
"""

from __future__ import annotations

from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""no I, O, S, V, Z"""
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_VALUE = {c: v for v, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_MISREAD = str.maketrans("IOSZV", "1052U")
"""letters the alphabet leaves out, and what stands there most likely"""


@lru_cache(maxsize=1 << 15)
def fault(code: str) -> str | None:
    """``length``, ``alphabet`` or ``check_digit``, the first that applies; None where sound.

    The department and category (first two characters) are not judged: new ones are added.
    """
    if len(code) != 18:
        return "length"
    if not all(character in _VALUE for character in code) or not code[2:8].isdigit():
        return "alphabet"
    return None if check_character(code[:17]) == code[17] else "check_digit"


def check_character(first17: str) -> str:
    """The 18th character for 17 characters of the alphabet."""
    total = sum(w * _VALUE[c] for w, c in zip(_WEIGHTS, first17, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first8: str) -> str:
    """The ninth character of a GB 11714 code for its first eight."""
    total = sum(w * _ORG_VALUE[c] for w, c in zip(_ORG_WEIGHTS, first8, strict=True))
    return "0123456789X0"[11 - total % 11]


def is_organisation_code(code: str) -> bool:
    """Whether it is a sound nine-character 组织机构代码 (GB 11714)."""
    return (
        len(code) == 9
        and all(character in _ORG_VALUE for character in code)
        and organisation_check(code[:8]) == code[8]
    )


def inner_mismatch(code: str) -> bool:
    """Whether characters 9 to 17 are no sound GB 11714 code.

    Only a doubt: codes exist that are sound in GB 32100 and not in GB 11714.
    """
    return not is_organisation_code(code[8:17])


def is_union_code(code: str) -> bool:
    """Whether it was given by the union department: 81 基层工会, 89 其他."""
    return code.startswith(("81", "89"))


def candidates(code: str) -> list[str]:
    """Sound codes one slip of the fingers away: two neighbours swapped, or one character wrong.

    Those whose inner GB 11714 code is sound too are the better guesses and come first. For a
    person to compare with the certificate.
    """
    if len(code) != 18:
        return []
    tried: dict[str, None] = {}
    tried.setdefault(code.translate(_MISREAD))
    for place in range(17):
        tried.setdefault(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
    for place in range(18):
        for character in ALPHABET:
            tried.setdefault(code[:place] + character + code[place + 1 :])
    tried.pop(code, None)
    sound = [each for each in tried if fault(each) is None]
    return sorted(sound, key=inner_mismatch)
