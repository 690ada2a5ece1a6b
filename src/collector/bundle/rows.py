"""Counting the records of a CSV as it streams by."""

from __future__ import annotations


class RowCounter:
    """Counts line feeds outside quotes (RFC 4180), without the header row."""

    def __init__(self) -> None:
        self._quoted = False
        self._lines = 0
        self._open = False

    def feed(self, chunk: bytes) -> None:
        if not chunk:
            return
        if b'"' not in chunk:
            if not self._quoted:
                self._lines += chunk.count(b"\n")
        else:
            for number, piece in enumerate(chunk.split(b'"')):
                if number:
                    self._quoted = not self._quoted
                if not self._quoted:
                    self._lines += piece.count(b"\n")
        self._open = not chunk.endswith(b"\n")

    @property
    def records(self) -> int:
        """Rows after the header; a last line without a line feed counts."""
        return max(self._lines + self._open - 1, 0)


def is_csv(media_type: str) -> bool:
    """Whether a media type, whatever its parameters, is that of CSV."""
    return media_type.split(";")[0].strip().lower() == "text/csv"
