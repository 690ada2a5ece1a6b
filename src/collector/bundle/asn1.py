"""DER that is too long to load at once: headers walked in place, lengths made beforehand.

Only definite, shortest lengths are accepted (X.690 10.1), so a bundle has one reading.
"""

from __future__ import annotations

from typing import NamedTuple

from collector.bundle.refusals import refusal
from collector.bundle.spool import Source

INTEGER, OCTETS, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
CONTEXT_0, CONTEXT_1, CONTEXT_2 = 0xA0, 0xA1, 0xA2
CONTEXT_0_PRIMITIVE = 0x80
MAX_SMALL = 1024 * 1024
"""the most of a bundle, other than its content, that is ever held in memory at once"""


class Tlv(NamedTuple):
    """One element: where it starts, where its content starts, where it ends."""

    tag: int
    start: int
    content: int
    end: int


def header(tag: int, length: int) -> bytes:
    if length < 0x80:
        return bytes((tag, length))
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big")


def wrap(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return header(tag, len(content)) + content


class Walker:
    """Steps through the elements between two places of a source.

    Raises ``bundle.structure`` for an element that is not the one expected, ``bundle.cut`` for
    an outermost one that leaves the source, ``bundle.not_der`` for a length that is not DER.
    """

    def __init__(self, source: Source, start: int = 0, end: int | None = None) -> None:
        self.source = source
        self.place = start
        self.end = source.size if end is None else end

    @property
    def at_end(self) -> bool:
        return self.place >= self.end

    def peek(self) -> int:
        """The tag of the next element, -1 at the end."""
        return -1 if self.at_end else self.source.read_at(self.place, 1)[0]

    def take(self, tag: int) -> Tlv:
        head = self.source.read_at(self.place, min(10, self.end - self.place))
        if len(head) < 2:
            raise refusal("bundle.structure")
        if head[0] != tag:
            raise refusal("bundle.structure")
        length, size = head[1], 2
        if length == 0x80 or length > 0x88:
            raise refusal("bundle.not_der")
        if length > 0x80:
            size = 2 + (length & 0x7F)
            if len(head) < size:
                raise refusal("bundle.structure")
            length = int.from_bytes(head[2:size], "big")
            if length < 0x80 or head[2] == 0:
                raise refusal("bundle.not_der")
        found = Tlv(tag, self.place, self.place + size, self.place + size + length)
        if found.end > self.end:
            raise refusal("bundle.structure" if self.place else "bundle.cut")
        self.place = found.end
        return found

    def inside(self, element: Tlv) -> Walker:
        return Walker(self.source, element.content, element.end)

    def enter(self, tag: int) -> Walker:
        return self.inside(self.take(tag))

    def bytes_of(self, element: Tlv) -> bytes:
        """The whole element, header and all; only for small ones."""
        if element.end - element.start > MAX_SMALL:
            raise refusal("bundle.structure")
        return self.source.read_at(element.start, element.end - element.start)

    def take_bytes(self, tag: int) -> bytes:
        return self.bytes_of(self.take(tag))

    def finish(self) -> None:
        """Nothing may follow."""
        if not self.at_end:
            raise refusal("bundle.structure")
