CREATE TABLE article (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
    feed TEXT NOT NULL, language TEXT NOT NULL, observed_at TEXT NOT NULL, published TEXT, event TEXT,
    link TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, codes TEXT NOT NULL
);
CREATE INDEX article_observed ON article (observed_at);
CREATE TABLE code (kind TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (kind, value, seq))
    WITHOUT ROWID;
CREATE INDEX code_article ON code (seq);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sqlite_sequence(name,seq);
CREATE VIRTUAL TABLE words USING fts5(
    title, text, concepts, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co'"
);
CREATE TABLE 'words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE 'words_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE 'words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
