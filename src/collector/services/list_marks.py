"""Marks of the rows of lists that go out and come back: what each is about, and of which
workspace. They hold no person's data, and a mark of another workspace is not taken for one's own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from collector.services.session import Session, instance

_PROOF = 10
"""hexadecimal digits: against a slip of the hand, not against a forger"""


@dataclass(frozen=True, slots=True)
class Marks:
    salt: str

    def of(self, what: str, number: int) -> str:
        """``member-17-3f0c…``; ``what`` holds no hyphen."""
        proof = hashlib.sha256(f"{self.salt}\0{what}\0{number}".encode()).hexdigest()
        return f"{what}-{number}-{proof[:_PROOF]}"

    def read(self, mark: str) -> tuple[str, int] | None:
        """What and which number; None for whatever is no mark made here."""
        what, _, rest = mark.partition("-")
        digits = rest.partition("-")[0]
        if not (digits.isascii() and digits.isdigit()):
            return None
        return (what, int(digits)) if self.of(what, int(digits)) == mark else None


def marks(session: Session, *of: str) -> Marks:
    """Of this workspace, and of one list among several where ``of`` names it."""
    return Marks("\0".join((instance(session), *of)))
