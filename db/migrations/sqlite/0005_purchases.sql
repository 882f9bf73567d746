-- Purchases from Discord's shop, and what members get each month for their roles.

-- One row an entitlement, which makes its credit happen once. account_id is NULL where it was taken back
-- before anything was credited: then nothing ever is. The moments are what was credited; the operator's
-- price list may change later. consumed_at_ms: Discord was told, so that it can be bought again.
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
) STRICT;

CREATE INDEX purchase_unconsumed ON purchase (entitlement_id)
    WHERE consumed_at_ms IS NULL AND taken_back_at_ms IS NULL;

CREATE TRIGGER purchase_never_deleted BEFORE DELETE ON purchase
BEGIN
    SELECT RAISE(ABORT, 'purchase_never_deleted');
END;

CREATE TRIGGER purchase_identity_fixed BEFORE UPDATE OF
    entitlement_id, sku_id, account_id, moments, seen_at_ms ON purchase
WHEN NEW.entitlement_id <> OLD.entitlement_id OR NEW.sku_id <> OLD.sku_id
    OR NEW.account_id IS NOT OLD.account_id OR NEW.moments <> OLD.moments OR NEW.seen_at_ms <> OLD.seen_at_ms
BEGIN
    SELECT RAISE(ABORT, 'purchase_identity_fixed');
END;

CREATE TRIGGER purchase_steps_once BEFORE UPDATE OF consumed_at_ms, taken_back_at_ms ON purchase
WHEN (OLD.consumed_at_ms IS NOT NULL AND NEW.consumed_at_ms IS NOT OLD.consumed_at_ms)
    OR (OLD.taken_back_at_ms IS NOT NULL AND NEW.taken_back_at_ms IS NOT OLD.taken_back_at_ms)
BEGIN
    SELECT RAISE(ABORT, 'purchase_steps_once');
END;

-- The owner's table: moments a month for each role.
CREATE TABLE monthly_role (
    guild_id INTEGER NOT NULL,
    role_id  INTEGER NOT NULL,
    moments  INTEGER NOT NULL,
    CONSTRAINT monthly_role_pk PRIMARY KEY (guild_id, role_id),
    CONSTRAINT monthly_role_moments_positive CHECK (moments > 0)
) STRICT, WITHOUT ROWID;

-- What a notice is about, as JSON, where its kind and picture do not say it all.
ALTER TABLE notice ADD COLUMN detail TEXT NOT NULL DEFAULT '{}'
    CONSTRAINT notice_detail_json CHECK (json_valid(detail));
