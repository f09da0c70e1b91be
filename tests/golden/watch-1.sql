CREATE TABLE alert (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, story TEXT NOT NULL, state TEXT NOT NULL, updated_at TEXT NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_story ON alert (story);
CREATE INDEX alert_updated ON alert (updated_at);
CREATE TABLE entry (
    article_id TEXT PRIMARY KEY, feed TEXT NOT NULL, revision INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE feed_state (feed TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE hold (
    rule TEXT NOT NULL, story TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (rule, story)
) WITHOUT ROWID;
CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL, revision INTEGER NOT NULL, feed TEXT NOT NULL,
    body BLOB NOT NULL, waiting INTEGER NOT NULL DEFAULT 1, UNIQUE (article_id, revision)
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE waiting = 1;
CREATE TABLE ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, story TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX ledger_story ON ledger (story);
CREATE TABLE log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE member (article_id TEXT PRIMARY KEY, story TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX member_story ON member (story);
CREATE TABLE notification (
    id TEXT PRIMARY KEY, receiver TEXT NOT NULL, due_at TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at TEXT NOT NULL, repeat INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', sent_at TEXT, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX notification_state ON notification (state, next_at);
CREATE TABLE outgoing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX outgoing_entry ON outgoing (entry);
CREATE TABLE parked (
    id INTEGER PRIMARY KEY AUTOINCREMENT, step TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL,
    error TEXT NOT NULL, body BLOB NOT NULL, replayed_at TEXT
);
CREATE INDEX parked_waiting ON parked (id) WHERE replayed_at IS NULL;
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE story (
    id TEXT PRIMARY KEY, open INTEGER NOT NULL, updated_at TEXT NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX story_open ON story (open, updated_at);
CREATE TABLE watch (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
