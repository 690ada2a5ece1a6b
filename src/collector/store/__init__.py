"""The encrypted store: the only user of sqlcipher3."""

from collector.store.keys import KdfCost
from collector.store.lookup import StoreLookup
from collector.store.store import Store
from collector.store.types import (
    BatchEntry,
    BatchFile,
    BatchInfo,
    BatchInput,
    BatchResult,
    HeaderInfo,
    JournalEntry,
    JournalReport,
    ParkedTable,
    Submission,
    SubmissionInfo,
)
from collector.store.workspace import (
    Created,
    add_operator,
    change_passphrase,
    create,
    exists,
    new_recovery_code,
    open_store,
    open_with_recovery,
    peek,
    remove_operator,
    reset_passphrase,
)

__all__ = [
    "BatchEntry",
    "BatchFile",
    "BatchInfo",
    "BatchInput",
    "BatchResult",
    "Created",
    "HeaderInfo",
    "JournalEntry",
    "JournalReport",
    "KdfCost",
    "ParkedTable",
    "Store",
    "StoreLookup",
    "Submission",
    "SubmissionInfo",
    "add_operator",
    "change_passphrase",
    "create",
    "exists",
    "new_recovery_code",
    "open_store",
    "open_with_recovery",
    "peek",
    "remove_operator",
    "reset_passphrase",
]
