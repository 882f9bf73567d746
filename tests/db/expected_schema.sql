CREATE INDEX audit_log_of_account ON audit_log (account_id, line_id)

CREATE INDEX audit_log_of_guild ON audit_log (guild_id, line_id)

CREATE INDEX channel_talk_of_guild ON channel_talk (guild_id, channel_id)

CREATE INDEX companion_of_guild ON companion (guild_id, owner_account_id) WHERE deleted_at_ms IS NULL

CREATE INDEX companion_of_owner ON companion (owner_account_id, companion_id)

CREATE INDEX companion_reference_in_use ON companion (reference_key)
    WHERE reference_key IS NOT NULL AND deleted_at_ms IS NULL

CREATE INDEX image_cast_candidates ON image_cast (companion_id, image_id) WHERE kind = 'reference'

CREATE INDEX image_cast_favourites
    ON image_cast (account_id, guild_id, companion_id, is_favourite, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1

CREATE INDEX image_cast_favourites_of_kind
    ON image_cast (account_id, guild_id, companion_id, is_favourite, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1

CREATE INDEX image_cast_gallery ON image_cast (account_id, guild_id, companion_id, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference'

CREATE INDEX image_cast_gallery_of_kind ON image_cast (account_id, guild_id, companion_id, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference'

CREATE INDEX image_cast_public ON image_cast (account_id, guild_id, companion_id, is_public, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1

CREATE INDEX image_cast_public_of_kind
    ON image_cast (account_id, guild_id, companion_id, is_public, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1

CREATE INDEX image_favourites ON image (account_id, guild_id, is_favourite, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1

CREATE INDEX image_favourites_of_kind ON image (account_id, guild_id, is_favourite, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1

CREATE INDEX image_file_in_use ON image (file_key) WHERE deleted_at_ms IS NULL

CREATE INDEX image_gallery ON image (account_id, guild_id, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference'

CREATE INDEX image_gallery_of_kind ON image (account_id, guild_id, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference'

CREATE INDEX image_made_in_guild ON image (guild_id, created_at_ms, kind)

CREATE INDEX image_of_message ON image (message_id) WHERE message_id IS NOT NULL AND deleted_at_ms IS NULL

CREATE INDEX image_public ON image (account_id, guild_id, is_public, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1

CREATE INDEX image_public_of_kind ON image (account_id, guild_id, is_public, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1

CREATE INDEX image_thumbnail_in_use ON image (thumbnail_key) WHERE deleted_at_ms IS NULL

CREATE UNIQUE INDEX ledger_gift_one_receiver ON ledger (ref)
    WHERE kind = 'gift' AND account_id <> by_account_id

CREATE UNIQUE INDEX ledger_given_once ON ledger (ref)
    WHERE kind IN ('welcome', 'daily', 'monthly', 'purchase')

CREATE INDEX ledger_given_today ON ledger (guild_id, kind, at_ms, by_account_id, granted, purchased)
    WHERE kind IN ('grant', 'gift')

CREATE INDEX ledger_held_by_member ON ledger (account_id, guild_id, kind, at_ms, ref, granted, purchased)
    WHERE kind = 'hold'

CREATE INDEX ledger_held_in_guild ON ledger (guild_id, kind, at_ms, ref, granted, purchased)
    WHERE kind = 'hold'

CREATE INDEX ledger_history ON ledger (account_id, guild_id, entry_id)

CREATE INDEX ledger_history_purchases ON ledger (account_id, entry_id)
    WHERE kind IN ('purchase', 'reversal')

CREATE UNIQUE INDEX ledger_hold_once ON ledger (ref) WHERE kind = 'hold'

CREATE INDEX ledger_moved_in_guild ON ledger (
    guild_id, at_ms, kind, granted, purchased, held_granted, held_purchased)
    WHERE kind IN ('welcome', 'daily', 'monthly', 'grant', 'capture', 'refund')

CREATE UNIQUE INDEX ledger_refund_once ON ledger (ref) WHERE kind = 'refund'

CREATE INDEX ledger_refunded_in_guild ON ledger (guild_id, kind, at_ms, ref) WHERE kind = 'refund'

CREATE INDEX ledger_refunds ON ledger (hold_ref, granted, purchased) WHERE kind = 'refund'

CREATE UNIQUE INDEX ledger_settled_once ON ledger (hold_ref) WHERE kind IN ('capture', 'release')

CREATE INDEX notice_of_account ON notice (account_id, at_ms)

CREATE INDEX presence_of_account ON presence (account_id, presence_id)

CREATE INDEX presence_of_companion ON presence (companion_id)

CREATE INDEX purchase_of_account ON purchase (account_id, entitlement_id) WHERE account_id IS NOT NULL

CREATE INDEX purchase_unconsumed ON purchase (entitlement_id)
    WHERE consumed_at_ms IS NULL AND taken_back_at_ms IS NULL

CREATE INDEX report_case_decided_by ON report_case (decided_by_account_id, case_id)
    WHERE decided_by_account_id IS NOT NULL

CREATE INDEX report_case_of_image ON report_case (image_id, case_id)

CREATE UNIQUE INDEX report_case_open_once ON report_case (image_id) WHERE decision IS NULL

CREATE INDEX report_case_queue ON report_case (guild_id, case_id) WHERE decision IS NULL

CREATE INDEX report_case_work ON report_case (work_at_ms, case_id) WHERE work_at_ms IS NOT NULL

CREATE INDEX report_of_account ON report (account_id, at_ms)

CREATE INDEX report_of_case ON report (case_id, report_id)

CREATE INDEX request_billed_by_account ON request (account_id, billed_at_ms) WHERE billed_at_ms IS NOT NULL

CREATE INDEX request_billed_in_guild ON request (guild_id, billed_at_ms, account_id, billed)
    WHERE billed_at_ms IS NOT NULL

CREATE INDEX request_ended_in_guild ON request (
    guild_id, created_at_ms, state, end_reason, confirmed, held_at_ms, started_at_ms, stored_at_ms)
    WHERE state IN ('delivered', 'refused', 'failed', 'cancelled')

CREATE INDEX request_kept_in_guild ON request (guild_id, created_at_ms, request_id)
    WHERE scrubbed = 0 AND state IN ('delivered', 'refused', 'failed', 'cancelled')

CREATE INDEX request_kept_of_account ON request (account_id, request_id) WHERE scrubbed = 0

CREATE INDEX request_open_by_account ON request (account_id)
    WHERE state IN ('received', 'held', 'running', 'stored')

CREATE UNIQUE INDEX request_trigger_open_once ON request (account_id, trigger_key)
    WHERE state IN ('received', 'held', 'running', 'stored') AND trigger_key <> ''

CREATE INDEX request_unfinished ON request (created_at_ms, request_id)
    WHERE (state IN ('received', 'held', 'running', 'stored')
        OR (state IN ('refused', 'failed', 'cancelled') AND told = 0))

CREATE INDEX spoken_of_account ON spoken (account_id, message_id) WHERE account_id IS NOT NULL

CREATE TABLE account (
    account_id     TEXT    NOT NULL,
    purchased      INTEGER NOT NULL DEFAULT 0,
    held_purchased INTEGER NOT NULL DEFAULT 0,
    owed           INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT account_pk PRIMARY KEY (account_id),
    CONSTRAINT account_purchased_not_negative CHECK (purchased >= 0),
    CONSTRAINT account_held_purchased_not_negative CHECK (held_purchased >= 0),
    CONSTRAINT account_owed_not_negative CHECK (owed >= 0)
) STRICT

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
) STRICT

CREATE TABLE channel_talk (
    channel_id INTEGER NOT NULL,
    guild_id   INTEGER NOT NULL,
    talk_when  TEXT    NOT NULL,
    CONSTRAINT channel_talk_pk PRIMARY KEY (channel_id),
    CONSTRAINT channel_talk_known CHECK (talk_when IN ('every', 'never'))
) STRICT

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
    deleted_at_ms    INTEGER, is_shared INTEGER NOT NULL DEFAULT 0
    CONSTRAINT companion_is_shared_flag CHECK (is_shared IN (0, 1)),
    CONSTRAINT companion_pk PRIMARY KEY (companion_id),
    CONSTRAINT companion_owner_fk FOREIGN KEY (owner_account_id) REFERENCES account (account_id),
    CONSTRAINT companion_named CHECK (name <> ''),
    CONSTRAINT companion_look_json CHECK (json_valid(look)),
    CONSTRAINT companion_aliases_json CHECK (json_valid(aliases)),
    CONSTRAINT companion_adult CHECK (json_extract(look, '$.age') >= 18)
) STRICT

CREATE TABLE erasure (
    account_id     TEXT    NOT NULL,
    user_id        INTEGER NOT NULL,
    stage          TEXT    NOT NULL,
    token          TEXT,
    token_until_ms INTEGER NOT NULL,
    messages_gone  INTEGER NOT NULL DEFAULT 0,
    messages_left  INTEGER NOT NULL DEFAULT 0,
    began_at_ms    INTEGER NOT NULL,
    CONSTRAINT erasure_pk PRIMARY KEY (account_id),
    CONSTRAINT erasure_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT erasure_stage_known CHECK (stage IN ('stopping', 'pictures', 'rest', 'telling')),
    CONSTRAINT erasure_messages_not_negative CHECK (messages_gone >= 0 AND messages_left >= 0)
) STRICT, WITHOUT ROWID

CREATE TABLE guild (
    guild_id INTEGER NOT NULL,
    settings TEXT    NOT NULL,
    CONSTRAINT guild_pk PRIMARY KEY (guild_id),
    CONSTRAINT guild_settings_json CHECK (json_valid(settings))
) STRICT

CREATE TABLE image (
    image_id        TEXT    NOT NULL,
    request_id      TEXT    NOT NULL,
    account_id      TEXT    NOT NULL,
    guild_id        INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    parent_image_id TEXT,
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
    is_favourite    INTEGER NOT NULL DEFAULT 0,
    is_public       INTEGER NOT NULL DEFAULT 0, scrubbed INTEGER NOT NULL DEFAULT 0
    CONSTRAINT image_scrubbed_says_nothing CHECK (scrubbed = 0 OR (scrubbed = 1
        AND deleted_at_ms IS NOT NULL AND file_key = '' AND thumbnail_key = '' AND alt_text = ''
        AND labels = '[]' AND not_drawn = '[]' AND seed = 0 AND channel_id IS NULL AND message_id IS NULL
        AND is_favourite = 0 AND is_public = 0)),
    CONSTRAINT image_pk PRIMARY KEY (image_id),
    CONSTRAINT image_position_once UNIQUE (request_id, position),
    CONSTRAINT image_request_fk FOREIGN KEY (request_id) REFERENCES request (request_id),
    CONSTRAINT image_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT image_parent_fk FOREIGN KEY (parent_image_id) REFERENCES image (image_id),
    CONSTRAINT image_position_not_negative CHECK (position >= 0),
    CONSTRAINT image_share_not_negative CHECK (share_granted >= 0 AND share_purchased >= 0),
    CONSTRAINT image_size CHECK (width_px > 0 AND height_px > 0),
    CONSTRAINT image_rating_known CHECK (rating IN ('general', 'mature')),
    CONSTRAINT image_labels_json CHECK (json_valid(labels)),
    CONSTRAINT image_not_drawn_json CHECK (json_valid(not_drawn)),
    CONSTRAINT image_is_favourite_flag CHECK (is_favourite IN (0, 1)),
    CONSTRAINT image_is_public_flag CHECK (is_public IN (0, 1))
) STRICT

CREATE TABLE image_cast (
    image_id      TEXT    NOT NULL,
    companion_id  TEXT    NOT NULL,
    position      INTEGER NOT NULL,
    account_id    TEXT    NOT NULL,
    guild_id      INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    deleted_at_ms INTEGER,
    is_favourite  INTEGER NOT NULL,
    is_public     INTEGER NOT NULL,
    CONSTRAINT image_cast_pk PRIMARY KEY (image_id, companion_id),
    CONSTRAINT image_cast_image_fk FOREIGN KEY (image_id) REFERENCES image (image_id),
    CONSTRAINT image_cast_position_not_negative CHECK (position >= 0)
) STRICT, WITHOUT ROWID

CREATE TABLE ledger (
    entry_id       INTEGER NOT NULL,
    account_id     TEXT    NOT NULL,
    guild_id       INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    ref            TEXT    NOT NULL,
    granted        INTEGER NOT NULL,
    purchased      INTEGER NOT NULL,
    held_granted   INTEGER NOT NULL,
    held_purchased INTEGER NOT NULL,
    owed           INTEGER NOT NULL,
    hold_ref       TEXT,
    by_account_id  TEXT,
    source_ref     TEXT,
    at_ms          INTEGER NOT NULL,
    CONSTRAINT ledger_pk PRIMARY KEY (entry_id),
    CONSTRAINT ledger_ref_once UNIQUE (ref, kind, account_id),
    CONSTRAINT ledger_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT ledger_by_account_fk FOREIGN KEY (by_account_id) REFERENCES account (account_id),
    CONSTRAINT ledger_kind_known CHECK (kind IN (
        'welcome', 'daily', 'monthly', 'grant', 'gift',
        'hold', 'capture', 'release', 'refund', 'purchase', 'reversal')),
    CONSTRAINT ledger_ref_named CHECK (ref <> ''),
    CONSTRAINT ledger_hold_ref_where CHECK (
        (hold_ref IS NOT NULL) = (kind IN ('hold', 'capture', 'release', 'refund'))),
    CONSTRAINT ledger_by_where CHECK (
        (by_account_id IS NOT NULL) = (kind IN ('grant', 'gift'))),
    CONSTRAINT ledger_held_where CHECK (
        kind IN ('hold', 'capture', 'release') OR (held_granted = 0 AND held_purchased = 0)),
    CONSTRAINT ledger_owed_where CHECK (kind IN ('purchase', 'reversal') OR owed = 0),
    CONSTRAINT ledger_shape_free CHECK (
        kind NOT IN ('welcome', 'daily', 'monthly', 'grant') OR (granted > 0 AND purchased = 0)),
    CONSTRAINT ledger_shape_grant CHECK (kind <> 'grant' OR by_account_id <> account_id),
    CONSTRAINT ledger_shape_gift CHECK (
        kind <> 'gift' OR (granted + purchased <> 0 AND (
            (by_account_id = account_id AND granted <= 0 AND purchased <= 0)
            OR (by_account_id <> account_id AND granted >= 0 AND purchased >= 0)))),
    CONSTRAINT ledger_shape_hold CHECK (
        kind <> 'hold' OR (hold_ref = ref AND granted <= 0 AND purchased <= 0
            AND held_granted = -granted AND held_purchased = -purchased)),
    CONSTRAINT ledger_shape_capture CHECK (
        kind <> 'capture' OR (held_granted <= 0 AND held_purchased <= 0
            AND granted BETWEEN 0 AND -held_granted AND purchased BETWEEN 0 AND -held_purchased)),
    CONSTRAINT ledger_shape_release CHECK (
        kind <> 'release' OR (held_granted <= 0 AND held_purchased <= 0
            AND granted = -held_granted AND purchased = -held_purchased)),
    CONSTRAINT ledger_shape_refund CHECK (
        kind <> 'refund' OR (granted >= 0 AND purchased >= 0 AND granted + purchased > 0)),
    CONSTRAINT ledger_shape_purchase CHECK (
        kind <> 'purchase' OR (granted = 0 AND purchased >= 0 AND owed <= 0 AND purchased - owed > 0)),
    CONSTRAINT ledger_shape_reversal CHECK (
        kind <> 'reversal' OR (granted <= 0 AND purchased <= 0 AND owed >= 0
            AND granted + purchased - owed < 0))
) STRICT

CREATE TABLE member (
    user_id    INTEGER NOT NULL,
    account_id TEXT    NOT NULL,
    CONSTRAINT member_pk PRIMARY KEY (user_id),
    CONSTRAINT member_account_once UNIQUE (account_id),
    CONSTRAINT member_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id)
) STRICT

CREATE TABLE migration (
    number     INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    applied_at INTEGER NOT NULL,
    CONSTRAINT migration_pk PRIMARY KEY (number)
) STRICT


CREATE TABLE monthly_role (
    guild_id INTEGER NOT NULL,
    role_id  INTEGER NOT NULL,
    moments  INTEGER NOT NULL,
    CONSTRAINT monthly_role_pk PRIMARY KEY (guild_id, role_id),
    CONSTRAINT monthly_role_moments_positive CHECK (moments > 0)
) STRICT, WITHOUT ROWID

CREATE TABLE note (
    note_key TEXT NOT NULL,
    value    TEXT NOT NULL,
    CONSTRAINT note_pk PRIMARY KEY (note_key)
) STRICT, WITHOUT ROWID

CREATE TABLE notice (
    notice_id  TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    image_id   TEXT,
    at_ms      INTEGER NOT NULL, detail TEXT NOT NULL DEFAULT '{}'
    CONSTRAINT notice_detail_json CHECK (json_valid(detail)),
    CONSTRAINT notice_pk PRIMARY KEY (notice_id),
    CONSTRAINT notice_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT notice_image_fk FOREIGN KEY (image_id) REFERENCES image (image_id)
) STRICT

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
) STRICT, WITHOUT ROWID

CREATE TABLE presence (
    presence_id  INTEGER NOT NULL,
    channel_id   INTEGER NOT NULL,
    companion_id TEXT    NOT NULL,
    account_id   TEXT    NOT NULL,
    at_ms        INTEGER NOT NULL,
    CONSTRAINT presence_pk PRIMARY KEY (presence_id),
    CONSTRAINT presence_once UNIQUE (channel_id, companion_id),
    CONSTRAINT presence_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id)
) STRICT

CREATE TABLE purchase (
    entitlement_id   INTEGER NOT NULL,
    sku_id           INTEGER NOT NULL,
    account_id       TEXT,
    moments          INTEGER NOT NULL,
    seen_at_ms       INTEGER NOT NULL,
    consumed_at_ms   INTEGER,
    taken_back_at_ms INTEGER,
    CONSTRAINT purchase_pk PRIMARY KEY (entitlement_id),
    CONSTRAINT purchase_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT purchase_credited CHECK (
        (account_id IS NOT NULL AND moments > 0) OR (account_id IS NULL AND moments = 0)),
    CONSTRAINT purchase_credited_or_taken_back CHECK (
        account_id IS NOT NULL OR taken_back_at_ms IS NOT NULL)
) STRICT

CREATE TABLE report (
    report_id  TEXT    NOT NULL,
    case_id    TEXT    NOT NULL,
    image_id   TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    words      TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    told       INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT report_pk PRIMARY KEY (report_id),
    CONSTRAINT report_once UNIQUE (image_id, account_id),
    CONSTRAINT report_case_fk FOREIGN KEY (case_id) REFERENCES report_case (case_id),
    CONSTRAINT report_image_fk FOREIGN KEY (image_id) REFERENCES image (image_id),
    CONSTRAINT report_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT report_reason_known CHECK (reason IN ('broken', 'wrong_person', 'against_rules', 'other')),
    CONSTRAINT report_told_flag CHECK (told IN (0, 1))
) STRICT

CREATE TABLE report_case (
    case_id               TEXT    NOT NULL,
    image_id              TEXT    NOT NULL,
    guild_id              INTEGER NOT NULL,
    requester_account_id  TEXT    NOT NULL,
    opened_at_ms          INTEGER NOT NULL,
    revision              INTEGER NOT NULL,
    shown_revision        INTEGER NOT NULL,
    card_channel_id       INTEGER,
    card_message_id       INTEGER,
    decision              TEXT,
    decided_by_account_id TEXT,
    note                  TEXT    NOT NULL DEFAULT '',
    decided_at_ms         INTEGER,
    refunded_granted      INTEGER NOT NULL DEFAULT 0,
    refunded_purchased    INTEGER NOT NULL DEFAULT 0,
    removal               TEXT    NOT NULL DEFAULT 'none',
    requester_told        INTEGER NOT NULL DEFAULT 0,
    work_at_ms            INTEGER,
    CONSTRAINT report_case_pk PRIMARY KEY (case_id),
    CONSTRAINT report_case_image_fk FOREIGN KEY (image_id) REFERENCES image (image_id),
    CONSTRAINT report_case_requester_fk FOREIGN KEY (requester_account_id) REFERENCES account (account_id),
    CONSTRAINT report_case_decided_by_fk FOREIGN KEY (decided_by_account_id) REFERENCES account (account_id),
    CONSTRAINT report_case_revision CHECK (revision >= 1 AND shown_revision BETWEEN 0 AND revision),
    CONSTRAINT report_case_card_somewhere CHECK (card_message_id IS NULL OR card_channel_id IS NOT NULL),
    CONSTRAINT report_case_decision_known CHECK (
        decision IN ('refund', 'reject', 'remove', 'refund-remove')),
    CONSTRAINT report_case_decided_by_somebody CHECK (
        (decision IS NULL) = (decided_by_account_id IS NULL) AND (decision IS NULL) = (decided_at_ms IS NULL)),
    -- Nobody decides on their own picture.
    CONSTRAINT report_case_impartial CHECK (decided_by_account_id <> requester_account_id),
    CONSTRAINT report_case_refunded CHECK (
        refunded_granted >= 0 AND refunded_purchased >= 0
        AND (refunded_granted + refunded_purchased > 0)
            = (coalesce(decision, '') IN ('refund', 'refund-remove'))),
    CONSTRAINT report_case_removal_known CHECK (removal IN ('none', 'due', 'done', 'stuck')),
    CONSTRAINT report_case_removed CHECK (
        (removal <> 'none') = (coalesce(decision, '') IN ('remove', 'refund-remove'))),
    CONSTRAINT report_case_requester_told_flag CHECK (requester_told IN (0, 1))
) STRICT

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
    deadline_at_ms     INTEGER NOT NULL, scrubbed INTEGER NOT NULL DEFAULT 0
    CONSTRAINT request_scrubbed_says_nothing CHECK (scrubbed = 0 OR (scrubbed = 1
        AND state IN ('delivered', 'refused', 'failed', 'cancelled')
        AND source_id < 0 AND user_id = 0 AND requester = '' AND trigger_key = '' AND channel_id = 0
        AND message_id IS NULL AND token IS NULL AND options = '{}' AND scene = '{"figures":[]}' AND prompt = ''
        AND seed = 0 AND provider_ref IS NULL AND end_detail = '')), held_at_ms INTEGER, started_at_ms INTEGER, stored_at_ms INTEGER, promise TEXT
    CONSTRAINT request_promise_json CHECK (promise IS NULL OR json_valid(promise)), given_up TEXT NOT NULL DEFAULT '[]'
    CONSTRAINT request_given_up_json CHECK (json_valid(given_up)), billed_at_ms INTEGER, billed INTEGER NOT NULL DEFAULT 0
    CONSTRAINT request_billed_within_cost CHECK (billed BETWEEN 0 AND cost), pictures INTEGER NOT NULL DEFAULT 1
    CONSTRAINT request_pictures_positive CHECK (pictures > 0),
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
) STRICT

CREATE TABLE spoken (
    message_id   INTEGER NOT NULL,
    channel_id   INTEGER NOT NULL,
    companion_id TEXT    NOT NULL,
    account_id   TEXT,
    at_ms        INTEGER NOT NULL,
    CONSTRAINT spoken_pk PRIMARY KEY (message_id),
    CONSTRAINT spoken_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id)
) STRICT

CREATE TABLE studio (
    account_id TEXT    NOT NULL,
    guild_id   INTEGER NOT NULL,
    choices    TEXT    NOT NULL,
    CONSTRAINT studio_pk PRIMARY KEY (account_id, guild_id),
    CONSTRAINT studio_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT studio_choices_json CHECK (json_valid(choices))
) STRICT, WITHOUT ROWID

CREATE TABLE wallet (
    account_id   TEXT    NOT NULL,
    guild_id     INTEGER NOT NULL,
    granted      INTEGER NOT NULL DEFAULT 0,
    held_granted INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT wallet_pk PRIMARY KEY (account_id, guild_id),
    CONSTRAINT wallet_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT wallet_granted_not_negative CHECK (granted >= 0),
    CONSTRAINT wallet_held_granted_not_negative CHECK (held_granted >= 0)
) STRICT, WITHOUT ROWID

CREATE TABLE webhook (
    channel_id INTEGER NOT NULL,
    webhook_id INTEGER NOT NULL,
    token      TEXT    NOT NULL,
    CONSTRAINT webhook_pk PRIMARY KEY (channel_id)
) STRICT

CREATE TRIGGER audit_log_never_deleted BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log_append_only');
END

CREATE TRIGGER audit_log_never_updated BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit_log_append_only');
END

CREATE TRIGGER companion_of_nobody_forgotten BEFORE INSERT ON companion
BEGIN
    SELECT RAISE(ABORT, 'account_is_being_erased')
    WHERE EXISTS (SELECT 1 FROM erasure WHERE erasure.account_id = NEW.owner_account_id);
END

CREATE TRIGGER erasure_ends_without_its_member BEFORE UPDATE OF stage ON erasure
WHEN NEW.stage = 'telling' AND OLD.stage <> 'telling'
BEGIN
    SELECT RAISE(ABORT, 'erasure_unfinished') WHERE
        EXISTS (SELECT 1 FROM member WHERE member.account_id = NEW.account_id)
        OR EXISTS (SELECT 1 FROM request WHERE request.account_id = NEW.account_id AND request.scrubbed = 0)
        OR EXISTS (SELECT 1 FROM companion WHERE companion.owner_account_id = NEW.account_id)
        OR EXISTS (SELECT 1 FROM spoken WHERE spoken.account_id = NEW.account_id)
        OR EXISTS (SELECT 1 FROM presence WHERE presence.account_id = NEW.account_id);
END

CREATE TRIGGER erasure_goes_forward BEFORE UPDATE OF account_id, user_id, stage ON erasure
WHEN NEW.account_id <> OLD.account_id OR NEW.user_id <> OLD.user_id
    OR (NEW.stage <> OLD.stage AND NOT (
        (OLD.stage = 'stopping' AND NEW.stage = 'pictures')
        OR (OLD.stage = 'pictures' AND NEW.stage = 'rest')
        OR (OLD.stage = 'rest' AND NEW.stage = 'telling')))
BEGIN
    SELECT RAISE(ABORT, 'erasure_goes_forward');
END

CREATE TRIGGER image_cast_identity_fixed BEFORE UPDATE OF
    image_id, companion_id, position, account_id, guild_id, kind ON image_cast
WHEN NEW.image_id <> OLD.image_id OR NEW.companion_id <> OLD.companion_id
    OR NEW.position <> OLD.position OR NEW.account_id <> OLD.account_id
    OR NEW.guild_id <> OLD.guild_id OR NEW.kind <> OLD.kind
BEGIN
    SELECT RAISE(ABORT, 'image_cast_identity_fixed');
END

CREATE TRIGGER image_cast_is_of_its_image BEFORE INSERT ON image_cast
BEGIN
    SELECT RAISE(ABORT, 'image_cast_of_another_image') WHERE EXISTS (
        SELECT 1 FROM image WHERE image.image_id = NEW.image_id
            AND (image.account_id, image.guild_id, image.kind, image.deleted_at_ms, image.is_favourite,
                image.is_public)
                IS NOT (NEW.account_id, NEW.guild_id, NEW.kind, NEW.deleted_at_ms, NEW.is_favourite,
                NEW.is_public));
END

CREATE TRIGGER image_identity_fixed BEFORE UPDATE OF
    image_id, request_id, account_id, guild_id, kind, parent_image_id, position, file_key,
    share_granted, share_purchased ON image
WHEN NEW.image_id <> OLD.image_id OR NEW.request_id <> OLD.request_id
    OR NEW.account_id <> OLD.account_id OR NEW.guild_id <> OLD.guild_id OR NEW.kind <> OLD.kind
    OR NEW.parent_image_id IS NOT OLD.parent_image_id OR NEW.position <> OLD.position
    OR NEW.share_granted <> OLD.share_granted OR NEW.share_purchased <> OLD.share_purchased
    OR (NEW.file_key <> OLD.file_key AND NOT (OLD.scrubbed = 0 AND NEW.scrubbed = 1))
BEGIN
    SELECT RAISE(ABORT, 'image_identity_fixed');
END

CREATE TRIGGER image_is_of_its_request BEFORE INSERT ON image
BEGIN
    SELECT RAISE(ABORT, 'image_of_another_request') WHERE EXISTS (
        SELECT 1 FROM request WHERE request.request_id = NEW.request_id
            AND (request.account_id, request.guild_id, request.kind)
                <> (NEW.account_id, NEW.guild_id, NEW.kind));
END

CREATE TRIGGER image_scrubbed_for_good BEFORE UPDATE ON image
WHEN OLD.scrubbed = 1
BEGIN
    SELECT RAISE(ABORT, 'image_scrubbed_for_good');
END

CREATE TRIGGER image_shown_in_its_cast AFTER UPDATE OF deleted_at_ms, is_favourite, is_public ON image
BEGIN
    UPDATE image_cast
        SET deleted_at_ms = NEW.deleted_at_ms, is_favourite = NEW.is_favourite, is_public = NEW.is_public
        WHERE image_id = NEW.image_id;
END

CREATE TRIGGER ledger_never_deleted BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'ledger_append_only');
END

CREATE TRIGGER ledger_never_updated BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'ledger_append_only');
END

CREATE TRIGGER ledger_posts_entry AFTER INSERT ON ledger
BEGIN
    SELECT RAISE(ABORT, 'ledger_settlement_without_hold')
    WHERE NEW.kind IN ('capture', 'release') AND NOT EXISTS (
        SELECT 1 FROM ledger AS hold
        WHERE hold.kind = 'hold' AND hold.ref = NEW.hold_ref
            AND hold.account_id = NEW.account_id AND hold.guild_id = NEW.guild_id
            AND hold.held_granted = -NEW.held_granted AND hold.held_purchased = -NEW.held_purchased);

    -- What a capture kept is what was held less what it gave back; refunds together never exceed it.
    SELECT RAISE(ABORT, 'ledger_refund_over_capture')
    WHERE NEW.kind = 'refund' AND NOT EXISTS (
        SELECT 1 FROM ledger AS capture
        WHERE capture.kind IN ('capture', 'release') -- named so for the index ledger_settled_once
            AND capture.kind = 'capture' AND capture.hold_ref = NEW.hold_ref
            AND capture.account_id = NEW.account_id AND capture.guild_id = NEW.guild_id
            AND -capture.held_granted - capture.granted >= (
                SELECT sum(refund.granted) FROM ledger AS refund
                WHERE refund.kind = 'refund' AND refund.hold_ref = NEW.hold_ref)
            AND -capture.held_purchased - capture.purchased >= (
                SELECT sum(refund.purchased) FROM ledger AS refund
                WHERE refund.kind = 'refund' AND refund.hold_ref = NEW.hold_ref));

    -- A gift's giving half is written first, so that nobody receives what nobody gave.
    SELECT RAISE(ABORT, 'ledger_gift_without_giver')
    WHERE NEW.kind = 'gift' AND NEW.account_id <> NEW.by_account_id AND NOT EXISTS (
        SELECT 1 FROM ledger AS given
        WHERE given.ref = NEW.ref AND given.kind = 'gift' AND given.account_id = NEW.by_account_id
            AND given.guild_id = NEW.guild_id
            AND given.granted = -NEW.granted AND given.purchased = -NEW.purchased);

    INSERT INTO wallet (account_id, guild_id) VALUES (NEW.account_id, NEW.guild_id)
        ON CONFLICT DO NOTHING;
    UPDATE wallet
        SET granted = granted + NEW.granted, held_granted = held_granted + NEW.held_granted
        WHERE account_id = NEW.account_id AND guild_id = NEW.guild_id
            AND (NEW.granted <> 0 OR NEW.held_granted <> 0);
    UPDATE account
        SET purchased = purchased + NEW.purchased,
            held_purchased = held_purchased + NEW.held_purchased,
            owed = owed + NEW.owed
        WHERE account_id = NEW.account_id
            AND (NEW.purchased <> 0 OR NEW.held_purchased <> 0 OR NEW.owed <> 0);
END

CREATE TRIGGER note_secret_never_deleted BEFORE DELETE ON note
WHEN OLD.note_key = 'once_secret'
BEGIN
    SELECT RAISE(ABORT, 'note_secret_fixed');
END

CREATE TRIGGER note_secret_never_updated BEFORE UPDATE ON note
WHEN OLD.note_key = 'once_secret'
BEGIN
    SELECT RAISE(ABORT, 'note_secret_fixed');
END

CREATE TRIGGER purchase_identity_fixed BEFORE UPDATE OF
    entitlement_id, sku_id, account_id, moments, seen_at_ms ON purchase
WHEN NEW.entitlement_id <> OLD.entitlement_id OR NEW.sku_id <> OLD.sku_id
    OR NEW.account_id IS NOT OLD.account_id OR NEW.moments <> OLD.moments OR NEW.seen_at_ms <> OLD.seen_at_ms
BEGIN
    SELECT RAISE(ABORT, 'purchase_identity_fixed');
END

CREATE TRIGGER purchase_never_deleted BEFORE DELETE ON purchase
BEGIN
    SELECT RAISE(ABORT, 'purchase_never_deleted');
END

CREATE TRIGGER purchase_steps_once BEFORE UPDATE OF consumed_at_ms, taken_back_at_ms ON purchase
WHEN (OLD.consumed_at_ms IS NOT NULL AND NEW.consumed_at_ms IS NOT OLD.consumed_at_ms)
    OR (OLD.taken_back_at_ms IS NOT NULL AND NEW.taken_back_at_ms IS NOT OLD.taken_back_at_ms)
BEGIN
    SELECT RAISE(ABORT, 'purchase_steps_once');
END

CREATE TRIGGER report_case_begins_open BEFORE INSERT ON report_case
WHEN NEW.decision IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'report_case_begins_open');
END

CREATE TRIGGER report_case_decided_once BEFORE UPDATE OF
    decision, decided_by_account_id, decided_at_ms, refunded_granted, refunded_purchased ON report_case
WHEN OLD.decision IS NOT NULL AND (NEW.decision IS NOT OLD.decision
    OR NEW.decided_by_account_id IS NOT OLD.decided_by_account_id
    OR NEW.decided_at_ms IS NOT OLD.decided_at_ms OR NEW.refunded_granted <> OLD.refunded_granted
    OR NEW.refunded_purchased <> OLD.refunded_purchased)
BEGIN
    SELECT RAISE(ABORT, 'report_case_decided_once');
END

CREATE TRIGGER report_case_identity_fixed BEFORE UPDATE OF
    case_id, image_id, guild_id, requester_account_id, opened_at_ms ON report_case
WHEN NEW.case_id <> OLD.case_id OR NEW.image_id <> OLD.image_id OR NEW.guild_id <> OLD.guild_id
    OR NEW.requester_account_id <> OLD.requester_account_id OR NEW.opened_at_ms <> OLD.opened_at_ms
BEGIN
    SELECT RAISE(ABORT, 'report_case_identity_fixed');
END

CREATE TRIGGER report_case_never_deleted BEFORE DELETE ON report_case
BEGIN
    SELECT RAISE(ABORT, 'report_case_never_deleted');
END

CREATE TRIGGER report_case_not_decided_by_its_reporter BEFORE UPDATE OF decision ON report_case
WHEN OLD.decision IS NULL AND NEW.decision IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'report_case_not_decided_by_its_reporter') WHERE EXISTS (
        SELECT 1 FROM report
        WHERE report.case_id = NEW.case_id AND report.account_id = NEW.decided_by_account_id);
END

CREATE TRIGGER report_case_refund_is_in_ledger BEFORE UPDATE OF decision ON report_case
WHEN OLD.decision IS NULL AND NEW.decision IN ('refund', 'refund-remove')
BEGIN
    SELECT RAISE(ABORT, 'report_case_refund_is_in_ledger') WHERE NOT EXISTS (
        SELECT 1 FROM ledger AS refund
        WHERE refund.kind = 'refund' AND refund.ref = NEW.image_id
            AND refund.account_id = NEW.requester_account_id AND refund.source_ref = NEW.case_id
            AND refund.granted = NEW.refunded_granted AND refund.purchased = NEW.refunded_purchased);
END

CREATE TRIGGER report_joins_an_open_case BEFORE INSERT ON report
BEGIN
    SELECT RAISE(ABORT, 'report_joins_an_open_case') WHERE NOT EXISTS (
        SELECT 1 FROM report_case
        WHERE report_case.case_id = NEW.case_id AND report_case.decision IS NULL
            AND report_case.image_id = NEW.image_id);
END

CREATE TRIGGER report_never_deleted BEFORE DELETE ON report
BEGIN
    SELECT RAISE(ABORT, 'report_never_deleted');
END

CREATE TRIGGER request_begins_received BEFORE INSERT ON request
WHEN NEW.state <> 'received'
BEGIN
    SELECT RAISE(ABORT, 'request_begins_received');
END

CREATE TRIGGER request_identity_fixed BEFORE UPDATE OF
    request_id, kind, source_kind, source_id, account_id, guild_id, created_at_ms ON request
WHEN NEW.request_id <> OLD.request_id OR NEW.kind <> OLD.kind
    OR NEW.source_kind <> OLD.source_kind OR NEW.account_id <> OLD.account_id
    OR NEW.guild_id <> OLD.guild_id OR NEW.created_at_ms <> OLD.created_at_ms
    OR (NEW.source_id <> OLD.source_id AND NOT (OLD.scrubbed = 0 AND NEW.scrubbed = 1))
BEGIN
    SELECT RAISE(ABORT, 'request_identity_fixed');
END

CREATE TRIGGER request_never_deleted BEFORE DELETE ON request
BEGIN
    SELECT RAISE(ABORT, 'request_never_deleted');
END

CREATE TRIGGER request_of_nobody_forgotten BEFORE INSERT ON request
BEGIN
    SELECT RAISE(ABORT, 'account_is_being_erased')
    WHERE EXISTS (SELECT 1 FROM erasure WHERE erasure.account_id = NEW.account_id);
END

CREATE TRIGGER request_price_fixed BEFORE UPDATE OF
    cost, paid_granted, paid_purchased, hold_ref ON request
WHEN OLD.state NOT IN ('received', 'held') AND (
    NEW.cost <> OLD.cost OR NEW.paid_granted <> OLD.paid_granted
    OR NEW.paid_purchased <> OLD.paid_purchased OR NEW.hold_ref IS NOT OLD.hold_ref)
BEGIN
    SELECT RAISE(ABORT, 'request_price_fixed');
END

CREATE TRIGGER request_scrubbed_for_good BEFORE UPDATE ON request
WHEN OLD.scrubbed = 1
BEGIN
    SELECT RAISE(ABORT, 'request_scrubbed_for_good');
END

CREATE TRIGGER request_step BEFORE UPDATE OF state ON request
WHEN NEW.state <> OLD.state AND NOT (
    (OLD.state = 'received' AND NEW.state IN ('held', 'refused', 'failed', 'cancelled'))
    OR (OLD.state = 'held' AND NEW.state IN ('running', 'refused', 'failed', 'cancelled'))
    OR (OLD.state = 'running' AND NEW.state IN ('held', 'stored', 'refused', 'failed', 'cancelled'))
    OR (OLD.state = 'stored' AND NEW.state = 'delivered'))
BEGIN
    SELECT RAISE(ABORT, 'request_step');
END

CREATE TRIGGER request_stored_has_pictures BEFORE UPDATE OF state ON request
WHEN NEW.state = 'stored' AND OLD.state <> 'stored'
BEGIN
    SELECT RAISE(ABORT, 'request_stored_without_pictures')
    WHERE NOT EXISTS (SELECT 1 FROM image WHERE image.request_id = NEW.request_id);
END
