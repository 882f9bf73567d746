-- Companions, where they are and who spoke as them; members' defaults, notices and the installation's notes.

CREATE TABLE companion (
    companion_id     TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    look             TEXT    NOT NULL,
    aliases          TEXT    NOT NULL,
    persona          TEXT    NOT NULL,
    owner_account_id TEXT    NOT NULL,
    guild_id         INTEGER NOT NULL,
    reference_key    TEXT,
    avatar           TEXT,
    created_at_ms    INTEGER NOT NULL,
    deleted_at_ms    INTEGER,
    CONSTRAINT companion_pk PRIMARY KEY (companion_id),
    CONSTRAINT companion_owner_fk FOREIGN KEY (owner_account_id) REFERENCES account (account_id),
    CONSTRAINT companion_named CHECK (name <> ''),
    CONSTRAINT companion_look_json CHECK (json_valid(look)),
    CONSTRAINT companion_aliases_json CHECK (json_valid(aliases)),
    CONSTRAINT companion_adult CHECK (json_extract(look, '$.age') >= 18)
) STRICT;

CREATE INDEX companion_of_guild ON companion (guild_id, owner_account_id) WHERE deleted_at_ms IS NULL;

-- companion_id may also name a main companion, which is an asset and not a row.
CREATE TABLE presence (
    presence_id  INTEGER NOT NULL,
    channel_id   INTEGER NOT NULL,
    companion_id TEXT    NOT NULL,
    account_id   TEXT    NOT NULL,
    at_ms        INTEGER NOT NULL,
    CONSTRAINT presence_pk PRIMARY KEY (presence_id),
    CONSTRAINT presence_once UNIQUE (channel_id, companion_id),
    CONSTRAINT presence_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id)
) STRICT;

CREATE INDEX presence_of_companion ON presence (companion_id);

CREATE TABLE spoken (
    message_id   INTEGER NOT NULL,
    channel_id   INTEGER NOT NULL,
    companion_id TEXT    NOT NULL,
    account_id   TEXT,
    at_ms        INTEGER NOT NULL,
    CONSTRAINT spoken_pk PRIMARY KEY (message_id),
    CONSTRAINT spoken_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id)
) STRICT;

CREATE TABLE webhook (
    channel_id INTEGER NOT NULL,
    webhook_id INTEGER NOT NULL,
    token      TEXT    NOT NULL,
    CONSTRAINT webhook_pk PRIMARY KEY (channel_id)
) STRICT;

CREATE TABLE preference (
    account_id    TEXT    NOT NULL,
    aspect_solo   TEXT,
    aspect_group  TEXT,
    ask_above     INTEGER NOT NULL,
    show_alt_text INTEGER NOT NULL,
    CONSTRAINT preference_pk PRIMARY KEY (account_id),
    CONSTRAINT preference_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT preference_ask_above_not_negative CHECK (ask_above >= 0),
    CONSTRAINT preference_show_alt_text_flag CHECK (show_alt_text IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
    notice_id  TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    image_id   TEXT,
    at_ms      INTEGER NOT NULL,
    CONSTRAINT notice_pk PRIMARY KEY (notice_id),
    CONSTRAINT notice_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT notice_image_fk FOREIGN KEY (image_id) REFERENCES image (image_id)
) STRICT;

CREATE INDEX notice_of_account ON notice (account_id, at_ms);

CREATE TABLE note (
    note_key TEXT NOT NULL,
    value    TEXT NOT NULL,
    CONSTRAINT note_pk PRIMARY KEY (note_key)
) STRICT, WITHOUT ROWID;

-- Losing or changing the secret would let every once-only grant be taken again.
CREATE TRIGGER note_secret_never_updated BEFORE UPDATE ON note
WHEN OLD.note_key = 'once_secret'
BEGIN
    SELECT RAISE(ABORT, 'note_secret_fixed');
END;

CREATE TRIGGER note_secret_never_deleted BEFORE DELETE ON note
WHEN OLD.note_key = 'once_secret'
BEGIN
    SELECT RAISE(ABORT, 'note_secret_fixed');
END;
