-- What a guild's owner has set, and who changed what. Nothing here is needed for a guild to work.

CREATE TABLE guild (
    guild_id INTEGER NOT NULL,
    settings TEXT    NOT NULL,
    CONSTRAINT guild_pk PRIMARY KEY (guild_id),
    CONSTRAINT guild_settings_json CHECK (json_valid(settings))
) STRICT;

CREATE TABLE audit_log (
    line_id    INTEGER NOT NULL,
    guild_id   INTEGER NOT NULL,
    account_id TEXT    NOT NULL,
    what       TEXT    NOT NULL,
    before     TEXT    NOT NULL,
    after      TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    CONSTRAINT audit_log_pk PRIMARY KEY (line_id),
    CONSTRAINT audit_log_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT audit_log_what_named CHECK (what <> ''),
    CONSTRAINT audit_log_json CHECK (json_valid(before) AND json_valid(after))
) STRICT;

CREATE INDEX audit_log_of_guild ON audit_log (guild_id, line_id);
CREATE INDEX audit_log_of_account ON audit_log (account_id, line_id);

CREATE TRIGGER audit_log_never_updated BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log_append_only');
END;

CREATE TRIGGER audit_log_never_deleted BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log_append_only');
END;

-- A budget counts the holds of its day, found here, less what was given back of them, found by the index
-- ledger_settled_once. How many holds there are is bounded by the budget itself: what is full takes no more.
CREATE INDEX ledger_held_in_guild ON ledger (guild_id, kind, at_ms, ref, granted, purchased)
    WHERE kind = 'hold';
CREATE INDEX ledger_held_by_member ON ledger (account_id, guild_id, kind, at_ms, ref, granted, purchased)
    WHERE kind = 'hold';
