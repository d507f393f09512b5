CREATE TABLE act (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX act_by_matter ON act (about, kind);

CREATE TABLE archive (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    digest TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    counts INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE branch (
    stream TEXT NOT NULL,
    digest TEXT NOT NULL,
    device TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    head BLOB NOT NULL,
    fork_at INTEGER NOT NULL,
    batch BLOB NOT NULL,
    received TEXT NOT NULL,
    PRIMARY KEY (stream, digest),
    UNIQUE (stream, last, head, first)
);

CREATE TABLE card_attempt (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    device TEXT NOT NULL,
    attempt TEXT NOT NULL,
    kind TEXT NOT NULL,
    terminal TEXT NOT NULL,
    piastres INTEGER NOT NULL,
    reverses INTEGER,
    state TEXT NOT NULL,
    last INTEGER NOT NULL,
    approval TEXT,
    receipt_no INTEGER,
    payment INTEGER,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE card_close (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    device TEXT NOT NULL,
    terminal TEXT NOT NULL,
    taken INTEGER NOT NULL,
    reversed INTEGER NOT NULL,
    our_taken INTEGER NOT NULL,
    our_reversed INTEGER NOT NULL,
    difference INTEGER NOT NULL,
    in_doubt INTEGER NOT NULL,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE change_log (
    n INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    epoch INTEGER NOT NULL,
    xid INTEGER NOT NULL,
    topic TEXT NOT NULL,
    "key" TEXT NOT NULL
);

CREATE INDEX change_log_by_topic ON change_log (topic, epoch, xid, n);

CREATE TABLE credit (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    debtor TEXT NOT NULL,
    debt TEXT NOT NULL,
    charge TEXT NOT NULL,
    piastres INTEGER NOT NULL,
    "left" INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (stream, seq, n)
);

CREATE INDEX credit_by_debt ON credit (debt, charge);

CREATE TABLE dataset (
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    version INTEGER NOT NULL,
    form TEXT NOT NULL,
    hash TEXT NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    plain_size INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    as_of TEXT NOT NULL,
    valid_until TEXT,
    applied TEXT NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (name, scope, version)
);

CREATE INDEX ix_dataset_file ON dataset (file);

CREATE TABLE debt_case (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    debt TEXT NOT NULL,
    charge TEXT NOT NULL,
    piastres INTEGER NOT NULL,
    with_stream TEXT,
    with_seq INTEGER,
    state TEXT NOT NULL,
    outcome TEXT,
    counted INTEGER,
    settled_by TEXT,
    settled_at TEXT,
    note TEXT,
    PRIMARY KEY (id),
    UNIQUE (kind, stream, seq, debt, charge)
);

CREATE INDEX case_by_entry ON debt_case (stream, seq);

CREATE TABLE debt_delta (
    scope TEXT NOT NULL,
    version INTEGER NOT NULL,
    base TEXT NOT NULL,
    hash TEXT NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    plain_size INTEGER NOT NULL,
    debtors INTEGER NOT NULL,
    PRIMARY KEY (scope, version)
);

CREATE TABLE debt_file (
    scope TEXT NOT NULL,
    file TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (scope, file)
);

CREATE TABLE debt_state (
    scope TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    cursor TEXT NOT NULL,
    whole TEXT NOT NULL,
    snapshot INTEGER NOT NULL,
    snapshot_size INTEGER NOT NULL,
    pieces BLOB NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (scope)
);

CREATE TABLE debtor (
    code TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    father TEXT NOT NULL,
    address TEXT NOT NULL,
    national TEXT,
    phone TEXT,
    PRIMARY KEY (code),
    UNIQUE (number)
);

CREATE TABLE fee_change (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    made TEXT NOT NULL,
    made_version INTEGER NOT NULL,
    newer TEXT NOT NULL,
    newer_version INTEGER NOT NULL,
    charged INTEGER NOT NULL,
    price INTEGER,
    why TEXT,
    ar TEXT,
    en TEXT,
    opened INTEGER NOT NULL,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE forgotten (
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    device TEXT NOT NULL,
    at TEXT NOT NULL,
    above INTEGER NOT NULL,
    PRIMARY KEY (name, scope)
);

CREATE TABLE handover (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    transfer TEXT NOT NULL,
    side TEXT NOT NULL,
    device TEXT NOT NULL,
    staff TEXT NOT NULL,
    counterpart TEXT NOT NULL,
    signs TEXT NOT NULL,
    other TEXT,
    total INTEGER NOT NULL,
    stated INTEGER NOT NULL,
    at TEXT NOT NULL,
    hash TEXT,
    PRIMARY KEY (stream, seq)
);

CREATE INDEX handover_by_transfer ON handover (transfer);

CREATE TABLE incident (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    device TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (kind, stream, seq, detail)
);

CREATE TABLE lifting (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    device TEXT NOT NULL,
    stream TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    n INTEGER,
    how TEXT NOT NULL,
    what TEXT NOT NULL,
    signed TEXT,
    PRIMARY KEY (id),
    UNIQUE (device, epoch, n)
);

CREATE TABLE meta (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE payment (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    device TEXT NOT NULL,
    staff TEXT NOT NULL,
    shift INTEGER,
    business_date TEXT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    total INTEGER NOT NULL,
    cash INTEGER NOT NULL,
    slip INTEGER NOT NULL,
    card INTEGER NOT NULL,
    paper INTEGER NOT NULL,
    voided INTEGER,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE payment_part (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    debt TEXT,
    charge TEXT,
    component TEXT NOT NULL,
    piastres INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    PRIMARY KEY (stream, seq, n)
);

CREATE INDEX payment_part_by_debt ON payment_part (debt, charge);

CREATE TABLE person (
    person TEXT NOT NULL,
    device TEXT NOT NULL,
    sealed BLOB NOT NULL,
    received TEXT NOT NULL,
    PRIMARY KEY (person)
);

CREATE TABLE quarantine (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    code TEXT NOT NULL,
    ar TEXT NOT NULL,
    en TEXT NOT NULL,
    debts INTEGER NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    settled_by TEXT,
    settled_at TEXT,
    note TEXT,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE receipt (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    number TEXT NOT NULL,
    series TEXT NOT NULL,
    serial INTEGER NOT NULL,
    payment INTEGER NOT NULL,
    piastres INTEGER NOT NULL,
    voided INTEGER,
    PRIMARY KEY (stream, seq)
);

CREATE INDEX receipt_by_number ON receipt (number);

CREATE TABLE request (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    device TEXT NOT NULL,
    unit TEXT NOT NULL,
    tracking TEXT NOT NULL,
    service TEXT NOT NULL,
    day TEXT NOT NULL,
    staff TEXT,
    papers_until TEXT,
    received TEXT NOT NULL,
    state TEXT NOT NULL,
    state_at TEXT NOT NULL,
    said INTEGER NOT NULL,
    person TEXT NOT NULL,
    identity TEXT,
    PRIMARY KEY (stream, seq)
);

CREATE INDEX request_by_identity ON request (identity, service, day);

CREATE INDEX request_by_person ON request (person);

CREATE INDEX request_by_tracking ON request (tracking);

CREATE INDEX request_by_unit ON request (unit, state_at);

CREATE TABLE request_status (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT,
    until TEXT,
    office TEXT,
    PRIMARY KEY (stream, seq, n)
);

CREATE TABLE safe_source (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    off_machine INTEGER NOT NULL,
    life TEXT NOT NULL,
    base TEXT,
    mark TEXT,
    problem TEXT NOT NULL,
    proved TEXT,
    PRIMARY KEY (kind, name)
);

CREATE TABLE scan (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    device TEXT NOT NULL,
    attachment TEXT NOT NULL,
    tracking TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    media TEXT NOT NULL,
    size INTEGER NOT NULL,
    content TEXT NOT NULL,
    sealed TEXT NOT NULL,
    sealed_size INTEGER NOT NULL,
    erased TEXT,
    PRIMARY KEY (stream, seq)
);

CREATE INDEX scan_by_attachment ON scan (attachment);

CREATE INDEX scan_by_person ON scan (person);

CREATE INDEX scan_by_request ON scan (tracking);

CREATE TABLE shift (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    device TEXT NOT NULL,
    staff TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opening INTEGER NOT NULL,
    closed INTEGER,
    closed_at TEXT,
    z INTEGER,
    expected INTEGER,
    our_expected INTEGER,
    counted INTEGER,
    kept INTEGER,
    handed INTEGER,
    taken INTEGER,
    differences INTEGER NOT NULL,
    verified_by TEXT,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE superseded (
    file TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (file)
);

CREATE TABLE unit (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    body_ar TEXT NOT NULL,
    body_en TEXT NOT NULL,
    governorate TEXT,
    PRIMARY KEY (code)
);

CREATE TABLE upload (
    upload TEXT NOT NULL,
    device TEXT NOT NULL,
    attachment TEXT NOT NULL,
    sealed TEXT NOT NULL,
    size INTEGER NOT NULL,
    received INTEGER NOT NULL,
    "key" BLOB NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    safe INTEGER NOT NULL,
    PRIMARY KEY (upload)
);

CREATE INDEX upload_by_attachment ON upload (device, attachment);

CREATE INDEX upload_by_state ON upload (state);

CREATE TABLE upload_piece (
    upload TEXT NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (upload, start)
);

CREATE TABLE archived (
    archive INTEGER NOT NULL,
    stream TEXT NOT NULL,
    stored INTEGER NOT NULL,
    PRIMARY KEY (archive, stream),
    FOREIGN KEY(archive) REFERENCES archive (id)
);

CREATE TABLE credit_move (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    credit INTEGER NOT NULL,
    kind TEXT NOT NULL,
    piastres INTEGER NOT NULL,
    debt TEXT NOT NULL,
    charge TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(credit) REFERENCES credit (id)
);

CREATE INDEX ix_credit_move_credit ON credit_move (credit);

CREATE TABLE debt (
    account TEXT NOT NULL,
    debtor TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    fund TEXT NOT NULL,
    deposit INTEGER NOT NULL,
    leased_to TEXT NOT NULL,
    holder TEXT NOT NULL,
    until TEXT,
    burden_bp INTEGER,
    contract TEXT,
    PRIMARY KEY (account),
    FOREIGN KEY(debtor) REFERENCES debtor (code)
);

CREATE INDEX debt_by_lease ON debt (leased_to, holder);

CREATE INDEX ix_debt_debtor ON debt (debtor);

CREATE TABLE device (
    code TEXT NOT NULL,
    unit TEXT NOT NULL,
    vehicle TEXT,
    collector TEXT,
    stream TEXT NOT NULL,
    public_key TEXT NOT NULL,
    certificate TEXT NOT NULL,
    app TEXT NOT NULL,
    state TEXT NOT NULL,
    enrolled_at TEXT NOT NULL,
    PRIMARY KEY (code),
    FOREIGN KEY(unit) REFERENCES unit (code),
    UNIQUE (stream)
);

CREATE TABLE slot (
    id INTEGER NOT NULL,
    locator TEXT NOT NULL,
    public TEXT NOT NULL,
    unit TEXT NOT NULL,
    vehicle TEXT,
    collector TEXT,
    serials INTEGER NOT NULL,
    address TEXT NOT NULL,
    made TEXT NOT NULL,
    expires TEXT NOT NULL,
    tries INTEGER NOT NULL,
    state TEXT NOT NULL,
    request TEXT,
    device TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(unit) REFERENCES unit (code)
);

CREATE INDEX slot_by_locator ON slot (locator);

CREATE TABLE staff (
    code TEXT NOT NULL,
    unit TEXT NOT NULL,
    roles TEXT NOT NULL,
    activation_salt TEXT,
    activation_hash TEXT,
    revoked TEXT,
    valid_until TEXT,
    PRIMARY KEY (code),
    FOREIGN KEY(unit) REFERENCES unit (code)
);

CREATE TABLE vehicle (
    code TEXT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (code),
    FOREIGN KEY(unit) REFERENCES unit (code)
);

CREATE TABLE book (
    series TEXT NOT NULL,
    device TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    grant TEXT NOT NULL,
    retired TEXT,
    PRIMARY KEY (series),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE certificate (
    serial TEXT NOT NULL,
    device TEXT NOT NULL,
    public TEXT NOT NULL,
    der TEXT NOT NULL,
    at TEXT NOT NULL,
    until TEXT NOT NULL,
    how TEXT NOT NULL,
    PRIMARY KEY (serial),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE charge (
    debt TEXT NOT NULL,
    id TEXT NOT NULL,
    n INTEGER NOT NULL,
    component TEXT NOT NULL,
    due TEXT NOT NULL,
    stated INTEGER NOT NULL,
    owed INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (debt, id),
    FOREIGN KEY(debt) REFERENCES debt (account)
);

CREATE TABLE device_log (
    device TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    n INTEGER NOT NULL,
    received TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (device, epoch, n),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE heartbeat (
    device TEXT NOT NULL,
    received TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (device),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE readmission (
    device TEXT NOT NULL,
    at TEXT NOT NULL,
    request BLOB NOT NULL,
    bundle BLOB NOT NULL,
    decided TEXT,
    PRIMARY KEY (device),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE reconciled (
    device TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (device),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE stream (
    stream TEXT NOT NULL,
    device TEXT NOT NULL,
    stored INTEGER NOT NULL,
    head BLOB NOT NULL,
    safe INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    verified TEXT NOT NULL,
    persons INTEGER NOT NULL,
    persons_safe INTEGER NOT NULL,
    PRIMARY KEY (stream),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE sync_pause (
    device TEXT NOT NULL,
    what TEXT NOT NULL,
    since TEXT NOT NULL,
    staff TEXT,
    until TEXT,
    only_on TEXT,
    PRIMARY KEY (device, what),
    FOREIGN KEY(device) REFERENCES device (code)
);

CREATE TABLE tombstone (
    number INTEGER NOT NULL,
    unit TEXT NOT NULL,
    staff TEXT NOT NULL,
    signed TEXT NOT NULL,
    made TEXT NOT NULL,
    PRIMARY KEY (number),
    FOREIGN KEY(unit) REFERENCES unit (code),
    FOREIGN KEY(staff) REFERENCES staff (code)
);

CREATE TABLE contact (
    stream TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    n INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    token TEXT NOT NULL,
    echo TEXT NOT NULL,
    settled INTEGER NOT NULL,
    PRIMARY KEY (stream),
    FOREIGN KEY(stream) REFERENCES stream (stream)
);

CREATE TABLE journal (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    hash BLOB NOT NULL,
    sigs BLOB NOT NULL,
    received TEXT NOT NULL,
    PRIMARY KEY (stream, seq),
    FOREIGN KEY(stream) REFERENCES stream (stream)
);

CREATE TABLE recount (
    stream TEXT NOT NULL,
    through INTEGER NOT NULL,
    standing TEXT NOT NULL,
    PRIMARY KEY (stream),
    FOREIGN KEY(stream) REFERENCES stream (stream)
);

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;

CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;

CREATE TRIGGER branch_no_update BEFORE UPDATE ON branch BEGIN SELECT RAISE(ABORT, 'branch is append-only'); END;

CREATE TRIGGER branch_no_delete BEFORE DELETE ON branch BEGIN SELECT RAISE(ABORT, 'branch is append-only'); END;

CREATE TRIGGER act_no_update BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'act is append-only'); END;

CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'act is append-only'); END;

CREATE TRIGGER credit_move_no_update BEFORE UPDATE ON credit_move BEGIN SELECT RAISE(ABORT, 'credit_move is append-only'); END;

CREATE TRIGGER credit_move_no_delete BEFORE DELETE ON credit_move BEGIN SELECT RAISE(ABORT, 'credit_move is append-only'); END;

CREATE TRIGGER request_status_no_update BEFORE UPDATE ON request_status BEGIN SELECT RAISE(ABORT, 'request_status is append-only'); END;

CREATE TRIGGER request_status_no_delete BEFORE DELETE ON request_status BEGIN SELECT RAISE(ABORT, 'request_status is append-only'); END;

INSERT INTO meta (name, value) VALUES ('epoch', '1'), ('change', '0');
