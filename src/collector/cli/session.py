"""The workspace a verb works in."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from collector import places
from collector.cli import terminal
from collector.services.session import Session, must_exist, unlock


@contextmanager
def unlocked(options: argparse.Namespace) -> Iterator[Session]:
    """The workspace, open for one verb and locked again however the verb ends."""
    home = places.home(options.home)
    must_exist(home)
    secret = terminal.passphrase(options.passphrase_file, lang=options.lang)
    session = unlock(home, secret, options.operator, options.lang)
    try:
        yield session
    finally:
        session.close()
