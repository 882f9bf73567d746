-- Image requests (the durable jobs) and the pictures that they made.

CREATE TABLE request (
    request_id         TEXT    NOT NULL,
    kind               TEXT    NOT NULL,
    source_kind        TEXT    NOT NULL,
    source_id          INTEGER NOT NULL,
    account_id         TEXT    NOT NULL,
    user_id            INTEGER NOT NULL,
    requester          TEXT    NOT NULL,
    trigger_key        TEXT    NOT NULL,
    guild_id           INTEGER NOT NULL,
    channel_id         INTEGER NOT NULL,
    message_id         INTEGER,
    token              TEXT,
    token_until_ms     INTEGER NOT NULL,
    upload_limit_bytes INTEGER NOT NULL,
    state              TEXT    NOT NULL,
    options            TEXT    NOT NULL,
    scene              TEXT,
    prompt             TEXT    NOT NULL,
    cost               INTEGER NOT NULL,
    paid_granted       INTEGER NOT NULL,
    paid_purchased     INTEGER NOT NULL,
    hold_ref           TEXT,
    rating             TEXT    NOT NULL,
    seed               INTEGER NOT NULL,
    backend            TEXT    NOT NULL,
    provider_ref       TEXT,
    attempts           INTEGER NOT NULL,
    confirmed          INTEGER NOT NULL,
    end_reason         TEXT,
    end_detail         TEXT    NOT NULL,
    told               INTEGER NOT NULL DEFAULT 0,
    delivered_how      TEXT,
    lease_owner        TEXT,
    lease_until_ms     INTEGER NOT NULL,
    created_at_ms      INTEGER NOT NULL,
    deadline_at_ms     INTEGER NOT NULL,
    CONSTRAINT request_pk PRIMARY KEY (request_id),
    CONSTRAINT request_source_once UNIQUE (source_kind, source_id),
    CONSTRAINT request_hold_once UNIQUE (hold_ref),
    CONSTRAINT request_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT request_source_known CHECK (source_kind IN ('interaction', 'message')),
    CONSTRAINT request_state_known CHECK (state IN (
        'received', 'held', 'running', 'stored', 'delivered', 'refused', 'failed', 'cancelled')),
    CONSTRAINT request_rating_known CHECK (rating IN ('general', 'mature')),
    CONSTRAINT request_options_json CHECK (json_valid(options)),
    CONSTRAINT request_scene_json CHECK (scene IS NULL OR json_valid(scene)),
    CONSTRAINT request_cost_not_negative CHECK (cost >= 0),
    CONSTRAINT request_paid_not_negative CHECK (paid_granted >= 0 AND paid_purchased >= 0),
    CONSTRAINT request_attempts_not_negative CHECK (attempts >= 0),
    CONSTRAINT request_confirmed_flag CHECK (confirmed IN (0, 1)),
    CONSTRAINT request_paid_in_full CHECK (
        state NOT IN ('held', 'running', 'stored', 'delivered')
        OR (hold_ref IS NOT NULL AND paid_granted + paid_purchased = cost)),
    CONSTRAINT request_mature_pays_granted CHECK (rating <> 'mature' OR paid_purchased = 0),
    CONSTRAINT request_told_flag CHECK (told IN (0, 1)),
    CONSTRAINT request_end_has_reason CHECK (
        (state IN ('refused', 'failed', 'cancelled')) = (end_reason IS NOT NULL)),
    CONSTRAINT request_delivered_somehow CHECK ((state = 'delivered') = (delivered_how IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX request_trigger_open_once ON request (account_id, trigger_key)
    WHERE state IN ('received', 'held', 'running', 'stored') AND trigger_key <> '';
-- Open, or ended without a picture and not told yet: what recovery and the sweep look through.
CREATE INDEX request_unfinished ON request (created_at_ms, request_id)
    WHERE (state IN ('received', 'held', 'running', 'stored')
        OR (state IN ('refused', 'failed', 'cancelled') AND told = 0));
CREATE INDEX request_open_by_account ON request (account_id)
    WHERE state IN ('received', 'held', 'running', 'stored');

CREATE TRIGGER request_begins_received BEFORE INSERT ON request
WHEN NEW.state <> 'received'
BEGIN
    SELECT RAISE(ABORT, 'request_begins_received');
END;

-- The same table as NEXT_STATES in bot/domain/request.py; a test tries every pair.
CREATE TRIGGER request_step BEFORE UPDATE OF state ON request
WHEN NEW.state <> OLD.state AND NOT (
    (OLD.state = 'received' AND NEW.state IN ('held', 'refused', 'failed', 'cancelled'))
    OR (OLD.state = 'held' AND NEW.state IN ('running', 'refused', 'failed', 'cancelled'))
    OR (OLD.state = 'running' AND NEW.state IN ('held', 'stored', 'refused', 'failed', 'cancelled'))
    OR (OLD.state = 'stored' AND NEW.state = 'delivered'))
BEGIN
    SELECT RAISE(ABORT, 'request_step');
END;

CREATE TRIGGER request_identity_fixed BEFORE UPDATE OF
    request_id, kind, source_kind, source_id, account_id, guild_id, created_at_ms ON request
WHEN NEW.request_id <> OLD.request_id OR NEW.kind <> OLD.kind
    OR NEW.source_kind <> OLD.source_kind OR NEW.source_id <> OLD.source_id
    OR NEW.account_id <> OLD.account_id OR NEW.guild_id <> OLD.guild_id
    OR NEW.created_at_ms <> OLD.created_at_ms
BEGIN
    SELECT RAISE(ABORT, 'request_identity_fixed');
END;

-- Once a backend has the work, neither the price nor who pays it can change.
CREATE TRIGGER request_price_fixed BEFORE UPDATE OF
    cost, paid_granted, paid_purchased, hold_ref ON request
WHEN OLD.state NOT IN ('received', 'held') AND (
    NEW.cost <> OLD.cost OR NEW.paid_granted <> OLD.paid_granted
    OR NEW.paid_purchased <> OLD.paid_purchased OR NEW.hold_ref IS NOT OLD.hold_ref)
BEGIN
    SELECT RAISE(ABORT, 'request_price_fixed');
END;

CREATE TRIGGER request_never_deleted BEFORE DELETE ON request
BEGIN
    SELECT RAISE(ABORT, 'request_never_deleted');
END;

-- share_granted and share_purchased are this picture's part of what was captured.
CREATE TABLE image (
    image_id        TEXT    NOT NULL,
    request_id      TEXT    NOT NULL,
    account_id      TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    file_key        TEXT    NOT NULL,
    thumbnail_key   TEXT    NOT NULL,
    width_px        INTEGER NOT NULL,
    height_px       INTEGER NOT NULL,
    share_granted   INTEGER NOT NULL,
    share_purchased INTEGER NOT NULL,
    rating          TEXT    NOT NULL,
    alt_text        TEXT    NOT NULL,
    labels          TEXT    NOT NULL,
    not_drawn       TEXT    NOT NULL,
    seed            INTEGER NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    channel_id      INTEGER,
    message_id      INTEGER,
    deleted_at_ms   INTEGER,
    CONSTRAINT image_pk PRIMARY KEY (image_id),
    CONSTRAINT image_position_once UNIQUE (request_id, position),
    CONSTRAINT image_request_fk FOREIGN KEY (request_id) REFERENCES request (request_id),
    CONSTRAINT image_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT image_position_not_negative CHECK (position >= 0),
    CONSTRAINT image_share_not_negative CHECK (share_granted >= 0 AND share_purchased >= 0),
    CONSTRAINT image_size CHECK (width_px > 0 AND height_px > 0),
    CONSTRAINT image_rating_known CHECK (rating IN ('general', 'mature')),
    CONSTRAINT image_labels_json CHECK (json_valid(labels)),
    CONSTRAINT image_not_drawn_json CHECK (json_valid(not_drawn))
) STRICT;

CREATE INDEX image_file_in_use ON image (file_key) WHERE deleted_at_ms IS NULL;
CREATE INDEX image_thumbnail_in_use ON image (thumbnail_key) WHERE deleted_at_ms IS NULL;

CREATE TRIGGER image_identity_fixed BEFORE UPDATE OF
    image_id, request_id, account_id, position, file_key, share_granted, share_purchased ON image
WHEN NEW.image_id <> OLD.image_id OR NEW.request_id <> OLD.request_id
    OR NEW.account_id <> OLD.account_id OR NEW.position <> OLD.position
    OR NEW.file_key <> OLD.file_key
    OR NEW.share_granted <> OLD.share_granted OR NEW.share_purchased <> OLD.share_purchased
BEGIN
    SELECT RAISE(ABORT, 'image_identity_fixed');
END;

CREATE TRIGGER request_stored_has_pictures BEFORE UPDATE OF state ON request
WHEN NEW.state = 'stored' AND OLD.state <> 'stored'
BEGIN
    SELECT RAISE(ABORT, 'request_stored_without_pictures')
    WHERE NOT EXISTS (SELECT 1 FROM image WHERE image.request_id = NEW.request_id);
END;
