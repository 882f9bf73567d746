-- Forgetting: members who have their data deleted, and what is kept for a while only.

-- A request or picture is scrubbed once, to values that say nothing, and never written again. Money and times
-- stay: the ledger hangs on them. What Discord called it becomes a negative number, for it stays unique.
ALTER TABLE request ADD COLUMN scrubbed INTEGER NOT NULL DEFAULT 0
    CONSTRAINT request_scrubbed_says_nothing CHECK (scrubbed = 0 OR (scrubbed = 1
        AND state IN ('delivered', 'refused', 'failed', 'cancelled')
        AND source_id < 0 AND user_id = 0 AND requester = '' AND trigger_key = '' AND channel_id = 0
        AND message_id IS NULL AND token IS NULL AND options = '{}' AND scene = '{"figures":[]}' AND prompt = ''
        AND seed = 0 AND provider_ref IS NULL AND end_detail = ''));

ALTER TABLE image ADD COLUMN scrubbed INTEGER NOT NULL DEFAULT 0
    CONSTRAINT image_scrubbed_says_nothing CHECK (scrubbed = 0 OR (scrubbed = 1
        AND deleted_at_ms IS NOT NULL AND file_key = '' AND thumbnail_key = '' AND alt_text = ''
        AND labels = '[]' AND not_drawn = '[]' AND seed = 0 AND channel_id IS NULL AND message_id IS NULL
        AND is_favourite = 0 AND is_public = 0));

DROP TRIGGER request_identity_fixed;

CREATE TRIGGER request_identity_fixed BEFORE UPDATE OF
    request_id, kind, source_kind, source_id, account_id, guild_id, created_at_ms ON request
WHEN NEW.request_id <> OLD.request_id OR NEW.kind <> OLD.kind
    OR NEW.source_kind <> OLD.source_kind OR NEW.account_id <> OLD.account_id
    OR NEW.guild_id <> OLD.guild_id OR NEW.created_at_ms <> OLD.created_at_ms
    OR (NEW.source_id <> OLD.source_id AND NOT (OLD.scrubbed = 0 AND NEW.scrubbed = 1))
BEGIN
    SELECT RAISE(ABORT, 'request_identity_fixed');
END;

CREATE TRIGGER request_scrubbed_for_good BEFORE UPDATE ON request
WHEN OLD.scrubbed = 1
BEGIN
    SELECT RAISE(ABORT, 'request_scrubbed_for_good');
END;

DROP TRIGGER image_identity_fixed;

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
END;

CREATE TRIGGER image_scrubbed_for_good BEFORE UPDATE ON image
WHEN OLD.scrubbed = 1
BEGIN
    SELECT RAISE(ABORT, 'image_scrubbed_for_good');
END;

-- What is kept of a member, and what is kept in a guild: the first to be forgotten first. Scrubbed rows leave
-- both, so that a walk that was interrupted goes on where it was.
CREATE INDEX request_kept_of_account ON request (account_id, request_id) WHERE scrubbed = 0;
CREATE INDEX request_kept_in_guild ON request (guild_id, created_at_ms, request_id)
    WHERE scrubbed = 0 AND state IN ('delivered', 'refused', 'failed', 'cancelled');
CREATE INDEX companion_of_owner ON companion (owner_account_id, companion_id);
CREATE INDEX presence_of_account ON presence (account_id, presence_id);
CREATE INDEX spoken_of_account ON spoken (account_id, message_id) WHERE account_id IS NOT NULL;
CREATE INDEX purchase_of_account ON purchase (account_id, entitlement_id) WHERE account_id IS NOT NULL;
CREATE INDEX report_case_decided_by ON report_case (decided_by_account_id, case_id)
    WHERE decided_by_account_id IS NOT NULL;

-- A deletion under way: one row an account, gone when it is done and its member was told. While it stands the
-- account takes nothing new. The token answers the member in Discord for as long as it lives.
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
) STRICT, WITHOUT ROWID;

CREATE TRIGGER erasure_goes_forward BEFORE UPDATE OF account_id, user_id, stage ON erasure
WHEN NEW.account_id <> OLD.account_id OR NEW.user_id <> OLD.user_id
    OR (NEW.stage <> OLD.stage AND NOT (
        (OLD.stage = 'stopping' AND NEW.stage = 'pictures')
        OR (OLD.stage = 'pictures' AND NEW.stage = 'rest')
        OR (OLD.stage = 'rest' AND NEW.stage = 'telling')))
BEGIN
    SELECT RAISE(ABORT, 'erasure_goes_forward');
END;

-- Nothing new of an account that is being forgotten, whatever the program believed. Its member is asked for by
-- services before they write; this is the proof.
CREATE TRIGGER request_of_nobody_forgotten BEFORE INSERT ON request
BEGIN
    SELECT RAISE(ABORT, 'account_is_being_erased')
    WHERE EXISTS (SELECT 1 FROM erasure WHERE erasure.account_id = NEW.account_id);
END;

CREATE TRIGGER companion_of_nobody_forgotten BEFORE INSERT ON companion
BEGIN
    SELECT RAISE(ABORT, 'account_is_being_erased')
    WHERE EXISTS (SELECT 1 FROM erasure WHERE erasure.account_id = NEW.owner_account_id);
END;

-- The last link between a person and an account is dropped when nothing else is left to be found by it.
CREATE TRIGGER erasure_ends_without_its_member BEFORE UPDATE OF stage ON erasure
WHEN NEW.stage = 'telling' AND OLD.stage <> 'telling'
BEGIN
    SELECT RAISE(ABORT, 'erasure_unfinished') WHERE
        EXISTS (SELECT 1 FROM member WHERE member.account_id = NEW.account_id)
        OR EXISTS (SELECT 1 FROM request WHERE request.account_id = NEW.account_id AND request.scrubbed = 0)
        OR EXISTS (SELECT 1 FROM companion WHERE companion.owner_account_id = NEW.account_id)
        OR EXISTS (SELECT 1 FROM spoken WHERE spoken.account_id = NEW.account_id)
        OR EXISTS (SELECT 1 FROM presence WHERE presence.account_id = NEW.account_id);
END;
