-- Money: who has an account, what is in it, and the append-only ledger that moves it.
--
-- The program only ever inserts ledger entries. The triggers below move the balances, so a balance
-- can't disagree with its entries, and an overdraft dies on a CHECK whatever the program believed.
-- Every constraint has a name: the program recognises them, and a table copy can't lose one unseen.

CREATE TABLE account (
    account_id     TEXT    NOT NULL,
    purchased      INTEGER NOT NULL DEFAULT 0,
    held_purchased INTEGER NOT NULL DEFAULT 0,
    owed           INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT account_pk PRIMARY KEY (account_id),
    CONSTRAINT account_purchased_not_negative CHECK (purchased >= 0),
    CONSTRAINT account_held_purchased_not_negative CHECK (held_purchased >= 0),
    CONSTRAINT account_owed_not_negative CHECK (owed >= 0)
) STRICT;

-- The only link between a Discord user and an account; deleting the row forgets the person.
CREATE TABLE member (
    user_id    INTEGER NOT NULL,
    account_id TEXT    NOT NULL,
    CONSTRAINT member_pk PRIMARY KEY (user_id),
    CONSTRAINT member_account_once UNIQUE (account_id),
    CONSTRAINT member_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id)
) STRICT;

CREATE TABLE wallet (
    account_id   TEXT    NOT NULL,
    guild_id     INTEGER NOT NULL,
    granted      INTEGER NOT NULL DEFAULT 0,
    held_granted INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT wallet_pk PRIMARY KEY (account_id, guild_id),
    CONSTRAINT wallet_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT wallet_granted_not_negative CHECK (granted >= 0),
    CONSTRAINT wallet_held_granted_not_negative CHECK (held_granted >= 0)
) STRICT, WITHOUT ROWID;

-- granted, purchased, held_granted, held_purchased and owed are signed changes of the balances.
-- hold_ref names the hold that an entry belongs to; a hold's own ref is its hold_ref.
-- by_account_id gave a grant or gift; source_ref is what asked for it (an interaction).
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
) STRICT;

CREATE UNIQUE INDEX ledger_hold_once ON ledger (ref) WHERE kind = 'hold';
CREATE UNIQUE INDEX ledger_settled_once ON ledger (hold_ref) WHERE kind IN ('capture', 'release');
CREATE UNIQUE INDEX ledger_given_once ON ledger (ref)
    WHERE kind IN ('welcome', 'daily', 'monthly', 'purchase');
CREATE UNIQUE INDEX ledger_gift_one_receiver ON ledger (ref)
    WHERE kind = 'gift' AND account_id <> by_account_id;
CREATE INDEX ledger_history ON ledger (account_id, guild_id, entry_id);
CREATE INDEX ledger_history_purchases ON ledger (account_id, entry_id)
    WHERE kind IN ('purchase', 'reversal');
CREATE INDEX ledger_refunds ON ledger (hold_ref, granted, purchased) WHERE kind = 'refund';
CREATE INDEX ledger_given_today ON ledger (guild_id, kind, at_ms, by_account_id, granted, purchased)
    WHERE kind IN ('grant', 'gift');

CREATE TRIGGER ledger_never_updated BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER ledger_never_deleted BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'ledger_append_only');
END;

-- One trigger, so that the checks come before the balances move.
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
END;
