-- Reports of pictures, and what moderators decided about them.

-- One case a picture while it is open; decided once, and never deleted. work_at_ms is when something outside
-- the books is to be done for it next (its card, the picture's message, telling people); NULL: nothing is.
-- revision counts what its card shows, shown_revision is what the card showed last. A card with a channel
-- and no message is being posted there, or was when the process died.
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
) STRICT;

CREATE UNIQUE INDEX report_case_open_once ON report_case (image_id) WHERE decision IS NULL;
CREATE INDEX report_case_of_image ON report_case (image_id, case_id);
-- Ids are in time order: this is the queue, oldest first.
CREATE INDEX report_case_queue ON report_case (guild_id, case_id) WHERE decision IS NULL;
CREATE INDEX report_case_work ON report_case (work_at_ms, case_id) WHERE work_at_ms IS NOT NULL;

-- What one member said about one picture. told: they know what was decided.
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
) STRICT;

CREATE INDEX report_of_case ON report (case_id, report_id);
CREATE INDEX report_of_account ON report (account_id, at_ms);

-- A picture is refunded once, whatever cases there are about it.
CREATE UNIQUE INDEX ledger_refund_once ON ledger (ref) WHERE kind = 'refund';

CREATE TRIGGER report_case_begins_open BEFORE INSERT ON report_case
WHEN NEW.decision IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'report_case_begins_open');
END;

CREATE TRIGGER report_case_never_deleted BEFORE DELETE ON report_case
BEGIN
    SELECT RAISE(ABORT, 'report_case_never_deleted');
END;

CREATE TRIGGER report_case_identity_fixed BEFORE UPDATE OF
    case_id, image_id, guild_id, requester_account_id, opened_at_ms ON report_case
WHEN NEW.case_id <> OLD.case_id OR NEW.image_id <> OLD.image_id OR NEW.guild_id <> OLD.guild_id
    OR NEW.requester_account_id <> OLD.requester_account_id OR NEW.opened_at_ms <> OLD.opened_at_ms
BEGIN
    SELECT RAISE(ABORT, 'report_case_identity_fixed');
END;

CREATE TRIGGER report_case_decided_once BEFORE UPDATE OF
    decision, decided_by_account_id, decided_at_ms, refunded_granted, refunded_purchased ON report_case
WHEN OLD.decision IS NOT NULL AND (NEW.decision IS NOT OLD.decision
    OR NEW.decided_by_account_id IS NOT OLD.decided_by_account_id
    OR NEW.decided_at_ms IS NOT OLD.decided_at_ms OR NEW.refunded_granted <> OLD.refunded_granted
    OR NEW.refunded_purchased <> OLD.refunded_purchased)
BEGIN
    SELECT RAISE(ABORT, 'report_case_decided_once');
END;

-- The entry comes first: a case says that it gave back what the ledger says.
CREATE TRIGGER report_case_refund_is_in_ledger BEFORE UPDATE OF decision ON report_case
WHEN OLD.decision IS NULL AND NEW.decision IN ('refund', 'refund-remove')
BEGIN
    SELECT RAISE(ABORT, 'report_case_refund_is_in_ledger') WHERE NOT EXISTS (
        SELECT 1 FROM ledger AS refund
        WHERE refund.kind = 'refund' AND refund.ref = NEW.image_id
            AND refund.account_id = NEW.requester_account_id AND refund.source_ref = NEW.case_id
            AND refund.granted = NEW.refunded_granted AND refund.purchased = NEW.refunded_purchased);
END;

CREATE TRIGGER report_case_not_decided_by_its_reporter BEFORE UPDATE OF decision ON report_case
WHEN OLD.decision IS NULL AND NEW.decision IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'report_case_not_decided_by_its_reporter') WHERE EXISTS (
        SELECT 1 FROM report
        WHERE report.case_id = NEW.case_id AND report.account_id = NEW.decided_by_account_id);
END;

CREATE TRIGGER report_joins_an_open_case BEFORE INSERT ON report
BEGIN
    SELECT RAISE(ABORT, 'report_joins_an_open_case') WHERE NOT EXISTS (
        SELECT 1 FROM report_case
        WHERE report_case.case_id = NEW.case_id AND report_case.decision IS NULL
            AND report_case.image_id = NEW.image_id);
END;

CREATE TRIGGER report_never_deleted BEFORE DELETE ON report
BEGIN
    SELECT RAISE(ABORT, 'report_never_deleted');
END;
