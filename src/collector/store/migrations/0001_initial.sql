-- The first layout of the store. National field ids are real columns (docs/store-format.md);
-- a field only one pack knows lies in extra, so that a new template needs no migration.

-- Who wrote, when, checked with which pack, and from which sheet: once for all records that share
-- it. A record's origin is how it came, changed is its last change (0 where there was none).
CREATE TABLE stamp (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    pack TEXT NOT NULL,
    batch INTEGER NOT NULL DEFAULT 0,
    file_no INTEGER NOT NULL DEFAULT 0,
    sheet TEXT NOT NULL DEFAULT ''
);
CREATE INDEX stamp_batch ON stamp (batch) WHERE batch <> 0;

-- No column of a record is ever NULL, and none is declared so: SQLite keeps a message for each such
-- column with every statement, the small-object memory runs out, and then memory security makes
-- every row of an import a matter of several system calls (it then takes twice as long).
CREATE TABLE unit (
    id INTEGER PRIMARY KEY,
    status TEXT DEFAULT 'valid',
    revision INTEGER DEFAULT 1,
    origin INTEGER,
    row INTEGER DEFAULT 0,
    changed INTEGER DEFAULT 0,
    name TEXT DEFAULT '',
    uscc TEXT DEFAULT '',
    address TEXT DEFAULT '',
    district TEXT DEFAULT '',
    nature TEXT DEFAULT '',
    economic_type TEXT DEFAULT '',
    industry TEXT DEFAULT '',
    employee_count TEXT DEFAULT '',
    parent_union TEXT DEFAULT '',
    remark TEXT DEFAULT '',
    extra TEXT DEFAULT ''
);

CREATE TABLE trade_union (
    id INTEGER PRIMARY KEY,
    status TEXT DEFAULT 'valid',
    revision INTEGER DEFAULT 1,
    origin INTEGER,
    row INTEGER DEFAULT 0,
    changed INTEGER DEFAULT 0,
    name TEXT DEFAULT '',
    uscc TEXT DEFAULT '',
    temporary_code TEXT DEFAULT '',
    level TEXT DEFAULT '',
    parent_code TEXT DEFAULT '',
    parent_name TEXT DEFAULT '',
    union_type TEXT DEFAULT '',
    founded_date TEXT DEFAULT '',
    term_years TEXT DEFAULT '',
    term_number TEXT DEFAULT '',
    term_start TEXT DEFAULT '',
    term_end TEXT DEFAULT '',
    election_form TEXT DEFAULT '',
    leader TEXT DEFAULT '',
    phone TEXT DEFAULT '',
    address TEXT DEFAULT '',
    district TEXT DEFAULT '',
    industry TEXT DEFAULT '',
    employee_count TEXT DEFAULT '',
    member_count TEXT DEFAULT '',
    legal_person TEXT DEFAULT '',
    self_approval TEXT DEFAULT '',
    document_number_form TEXT DEFAULT '',
    remark TEXT DEFAULT '',
    extra TEXT DEFAULT ''
);

CREATE TABLE officer (
    id INTEGER PRIMARY KEY,
    status TEXT DEFAULT 'valid',
    revision INTEGER DEFAULT 1,
    origin INTEGER,
    row INTEGER DEFAULT 0,
    changed INTEGER DEFAULT 0,
    union_code TEXT DEFAULT '',
    committee TEXT DEFAULT '',
    name TEXT DEFAULT '',
    gender TEXT DEFAULT '',
    post TEXT DEFAULT '',
    term_number TEXT DEFAULT '',
    id_number TEXT DEFAULT '',
    phone TEXT DEFAULT '',
    extra TEXT DEFAULT ''
);

CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    status TEXT DEFAULT 'valid',
    revision INTEGER DEFAULT 1,
    origin INTEGER,
    row INTEGER DEFAULT 0,
    changed INTEGER DEFAULT 0,
    name TEXT DEFAULT '',
    id_type TEXT DEFAULT '',
    id_number TEXT DEFAULT '',
    gender TEXT DEFAULT '',
    birth_date TEXT DEFAULT '',
    ethnicity TEXT DEFAULT '',
    education TEXT DEFAULT '',
    political_status TEXT DEFAULT '',
    phone TEXT DEFAULT '',
    employment_status TEXT DEFAULT '',
    skill_level TEXT DEFAULT '',
    household_type TEXT DEFAULT '',
    household_place TEXT DEFAULT '',
    native_place TEXT DEFAULT '',
    address TEXT DEFAULT '',
    id_valid_from TEXT DEFAULT '',
    id_valid_until TEXT DEFAULT '',
    join_date TEXT DEFAULT '',
    hire_date TEXT DEFAULT '',
    migrant_worker TEXT DEFAULT '',
    new_employment TEXT DEFAULT '',
    union_post TEXT DEFAULT '',
    post_capacity TEXT DEFAULT '',
    apply_card TEXT DEFAULT '',
    change_type TEXT DEFAULT '',
    change_date TEXT DEFAULT '',
    change_reason TEXT DEFAULT '',
    unit_code TEXT DEFAULT '',
    unit_name TEXT DEFAULT '',
    union_code TEXT DEFAULT '',
    union_name TEXT DEFAULT '',
    remark TEXT DEFAULT '',
    extra TEXT DEFAULT ''
);
CREATE UNIQUE INDEX unit_key ON unit (uscc) WHERE uscc <> '';
CREATE UNIQUE INDEX union_key ON trade_union (uscc) WHERE uscc <> '';
CREATE UNIQUE INDEX union_temporary ON trade_union (temporary_code) WHERE temporary_code <> '';
CREATE INDEX officer_key ON officer (id_number) WHERE id_number <> '';
CREATE UNIQUE INDEX member_key ON member (id_number) WHERE id_number <> '';
CREATE INDEX unit_name ON unit (name);
CREATE INDEX union_name ON trade_union (name);
CREATE INDEX member_name ON member (name);
-- What is not as usual, so that it is counted, listed and left out without touching the rows: an
-- import, of valid records with a number, adds nothing to these.
CREATE INDEX unit_status ON unit (status) WHERE status <> 'valid';
CREATE INDEX union_status ON trade_union (status) WHERE status <> 'valid';
CREATE INDEX officer_status ON officer (status) WHERE status <> 'valid';
CREATE INDEX member_status ON member (status) WHERE status <> 'valid';
CREATE INDEX unit_without_key ON unit (id) WHERE uscc = '';
CREATE INDEX union_without_key ON trade_union (id) WHERE uscc = '';
CREATE INDEX officer_without_key ON officer (id) WHERE id_number = '';
CREATE INDEX member_without_key ON member (id) WHERE id_number = '';

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    pack TEXT NOT NULL,
    counts TEXT NOT NULL,
    digest TEXT NOT NULL
);

CREATE TABLE batch_file (
    batch INTEGER NOT NULL REFERENCES batch (id),
    file_no INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (batch, file_no)
) WITHOUT ROWID;

-- What the person typed, only where canonical text differs from it: a value of its own, or those of
-- a field for the many new records of an import, as JSON (id -> text), first and last id beside it.
CREATE TABLE original_column (
    kind TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    field TEXT NOT NULL,
    batch INTEGER NOT NULL,
    typed TEXT NOT NULL,
    PRIMARY KEY (kind, first, field)
) WITHOUT ROWID;
CREATE TABLE original (
    kind TEXT NOT NULL,
    record INTEGER NOT NULL,
    field TEXT NOT NULL,
    batch INTEGER NOT NULL,
    typed TEXT NOT NULL,
    PRIMARY KEY (kind, record, field, batch)
) WITHOUT ROWID;

-- What stood in a record before a revision.
CREATE TABLE revision (
    kind TEXT NOT NULL,
    record INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    journal INTEGER NOT NULL,
    before TEXT NOT NULL,
    PRIMARY KEY (kind, record, revision)
) WITHOUT ROWID;

CREATE TABLE parked (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    batch INTEGER NOT NULL REFERENCES batch (id),
    file_no INTEGER NOT NULL,
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    texts TEXT NOT NULL,
    originals TEXT NOT NULL,
    faults TEXT NOT NULL,
    letters TEXT NOT NULL,
    findings TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX parked_waiting ON parked (kind, batch) WHERE state = 'waiting';

CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    record INTEGER NOT NULL,
    details TEXT NOT NULL,
    changes TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX journal_record ON journal (kind, record) WHERE record <> 0;

CREATE TABLE submission (
    id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL UNIQUE,
    at TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL,
    short_code TEXT NOT NULL,
    path TEXT NOT NULL,
    pack TEXT NOT NULL,
    counts TEXT NOT NULL,
    operator TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blob (name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('commits', '0');

-- What a person decided once: columns of a layout, labels of a list (store/layouts, aliases).
CREATE TABLE layout (
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    name TEXT NOT NULL,
    decision TEXT NOT NULL,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    UNIQUE (pack, fingerprint)
);
CREATE TABLE alias (
    pack TEXT NOT NULL,
    list TEXT NOT NULL,
    key TEXT NOT NULL,
    typed TEXT NOT NULL,
    label TEXT NOT NULL,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    PRIMARY KEY (pack, list, key)
) WITHOUT ROWID;

-- Imports taken back (store/undoing): the records they had added move here and stay for ever.
CREATE TABLE undone_batch (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL REFERENCES batch (id),
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    counts TEXT NOT NULL
);
CREATE TABLE undone_record (
    kind TEXT NOT NULL,
    record INTEGER NOT NULL,
    undone INTEGER REFERENCES undone_batch (id), -- NULL: at the desk, not with an import
    content TEXT NOT NULL,
    PRIMARY KEY (kind, record)
) WITHOUT ROWID;
-- Fields in which an import's change was taken back: once, whatever stands there later.
CREATE TABLE undone_field (
    batch INTEGER NOT NULL REFERENCES batch (id),
    kind TEXT NOT NULL,
    record INTEGER NOT NULL,
    field TEXT NOT NULL,
    PRIMARY KEY (batch, kind, record, field)
) WITHOUT ROWID;
-- Records an import found as they were: they stay when the import that brought them is taken back.
CREATE TABLE repeated (
    batch INTEGER NOT NULL REFERENCES batch (id),
    kind TEXT NOT NULL,
    file_no INTEGER NOT NULL,
    sheet TEXT NOT NULL,
    places TEXT NOT NULL,
    PRIMARY KEY (batch, kind, file_no, sheet)
) WITHOUT ROWID;

-- Who may be there twice (store/duplicates): first is the record that was there, the other side
-- a later record or a parked row. pair and content are hashes by which a decision is remembered.
CREATE TABLE duplicate (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    pair TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    decision INTEGER NOT NULL DEFAULT 0,
    survivor INTEGER NOT NULL DEFAULT 0,
    found_at TEXT NOT NULL,
    UNIQUE (kind, first, second, parked)
);
CREATE INDEX duplicate_waiting ON duplicate (kind, reason) WHERE state IN ('waiting', 'later');
CREATE TABLE duplicate_decision (
    id INTEGER PRIMARY KEY,
    what TEXT NOT NULL,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    undone_at TEXT NOT NULL DEFAULT ''
);
-- What stood before each item of a decision, and the revisions it led to.
CREATE TABLE duplicate_change (
    decision INTEGER NOT NULL REFERENCES duplicate_decision (id),
    item INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (decision, item)
);
-- The last search: up to which journal entry and member, and what it went through.
CREATE TABLE duplicate_scan (
    journal INTEGER NOT NULL,
    member INTEGER NOT NULL,
    compared INTEGER NOT NULL,
    offices INTEGER NOT NULL,
    at TEXT NOT NULL
);

-- By what parked rows find one another: "=" and a key, "@" and a unit or union named. Kept for
-- every state, since taking an import back wakes rows.
CREATE TABLE parked_link (
    value TEXT NOT NULL,
    parked INTEGER NOT NULL REFERENCES parked (id),
    PRIMARY KEY (value, parked)
) WITHOUT ROWID;
CREATE INDEX parked_place ON parked (batch, file_no, sheet, row);

-- Marked copies that went out to be mended (store/handed). A sheet's code stands in its row ids.
CREATE TABLE marked_copy (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    batch INTEGER NOT NULL REFERENCES batch (id),
    file_no INTEGER NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE TABLE marked_sheet (
    code TEXT PRIMARY KEY,
    copy INTEGER NOT NULL REFERENCES marked_copy (id),
    sheet TEXT NOT NULL,
    fields TEXT NOT NULL,
    rows BLOB NOT NULL
) WITHOUT ROWID;
-- What a parked row said in the copy, so that it can be told what was changed there.
CREATE TABLE marked_row (
    sheet TEXT NOT NULL REFERENCES marked_sheet (code),
    row INTEGER NOT NULL,
    kind TEXT NOT NULL,
    parked INTEGER NOT NULL REFERENCES parked (id),
    texts TEXT NOT NULL,
    PRIMARY KEY (sheet, row, kind)
) WITHOUT ROWID;
-- A parked row that came back with an import: as another parked row, or as a record.
CREATE TABLE parked_answer (
    parked INTEGER PRIMARY KEY REFERENCES parked (id),
    batch INTEGER NOT NULL REFERENCES batch (id),
    successor INTEGER NOT NULL,
    record INTEGER NOT NULL
);

-- Warnings a person looked into and found right (store/waivers), for the value that stood there.
-- One given to a parked row is the record's once the row is released.
CREATE TABLE waiver (
    kind TEXT NOT NULL,
    record INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    PRIMARY KEY (kind, record, parked, field, code)
) WITHOUT ROWID;
