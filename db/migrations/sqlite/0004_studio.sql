-- The studio: more kinds of pictures, galleries, candidates for a companion's reference, sharing, choices.

-- The kind of a request is never rewritten, but for this once: repeating is no kind of its own any more.
DROP TRIGGER request_identity_fixed;

UPDATE request SET kind = 'instant' WHERE kind = 'again';

CREATE TRIGGER request_identity_fixed BEFORE UPDATE OF
    request_id, kind, source_kind, source_id, account_id, guild_id, created_at_ms ON request
WHEN NEW.request_id <> OLD.request_id OR NEW.kind <> OLD.kind
    OR NEW.source_kind <> OLD.source_kind OR NEW.source_id <> OLD.source_id
    OR NEW.account_id <> OLD.account_id OR NEW.guild_id <> OLD.guild_id
    OR NEW.created_at_ms <> OLD.created_at_ms
BEGIN
    SELECT RAISE(ABORT, 'request_identity_fixed');
END;

-- The table is made anew, since a column added to it could not be NOT NULL without a default that is wrong
-- for every picture. Notices point at pictures: they may point at nothing until the pictures are back.
PRAGMA defer_foreign_keys = ON;

CREATE TABLE image_before AS SELECT * FROM image;

DROP TABLE image;

-- share_granted and share_purchased are this picture's part of what was captured. parent_image_id is the
-- picture that it is an edit or a repetition of. guild_id and kind are its request's: a page of a gallery
-- is read without a look at requests.
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
    is_public       INTEGER NOT NULL DEFAULT 0,
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
) STRICT;

INSERT INTO image (image_id, request_id, account_id, guild_id, kind, parent_image_id, position, file_key,
    thumbnail_key, width_px, height_px, share_granted, share_purchased, rating, alt_text, labels, not_drawn,
    seed, created_at_ms, channel_id, message_id, deleted_at_ms)
SELECT old.image_id, old.request_id, old.account_id, request.guild_id, request.kind, parent.image_id,
    old.position, old.file_key, old.thumbnail_key, old.width_px, old.height_px, old.share_granted,
    old.share_purchased, old.rating, old.alt_text, old.labels, old.not_drawn, old.seed, old.created_at_ms,
    old.channel_id, old.message_id, old.deleted_at_ms
FROM image_before AS old
JOIN request ON request.request_id = old.request_id
LEFT JOIN image_before AS parent ON parent.image_id = json_extract(request.options, '$.parent_image_id')
ORDER BY old.image_id;

DROP TABLE image_before;

CREATE INDEX image_file_in_use ON image (file_key) WHERE deleted_at_ms IS NULL;
CREATE INDEX image_thumbnail_in_use ON image (thumbnail_key) WHERE deleted_at_ms IS NULL;
CREATE INDEX image_of_message ON image (message_id) WHERE message_id IS NOT NULL AND deleted_at_ms IS NULL;

-- Pages of a gallery, newest first: ids are in time order. Each filter has its own walk, so that no page
-- steps over what it doesn't show. The flags are part of the keys only for the planner to see which fits.
CREATE INDEX image_gallery ON image (account_id, guild_id, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference';
CREATE INDEX image_gallery_of_kind ON image (account_id, guild_id, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference';
CREATE INDEX image_favourites ON image (account_id, guild_id, is_favourite, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1;
CREATE INDEX image_favourites_of_kind ON image (account_id, guild_id, is_favourite, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1;
CREATE INDEX image_public ON image (account_id, guild_id, is_public, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1;
CREATE INDEX image_public_of_kind ON image (account_id, guild_id, is_public, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1;

CREATE TRIGGER image_is_of_its_request BEFORE INSERT ON image
BEGIN
    SELECT RAISE(ABORT, 'image_of_another_request') WHERE EXISTS (
        SELECT 1 FROM request WHERE request.request_id = NEW.request_id
            AND (request.account_id, request.guild_id, request.kind)
                <> (NEW.account_id, NEW.guild_id, NEW.kind));
END;

CREATE TRIGGER image_identity_fixed BEFORE UPDATE OF
    image_id, request_id, account_id, guild_id, kind, parent_image_id, position, file_key,
    share_granted, share_purchased ON image
WHEN NEW.image_id <> OLD.image_id OR NEW.request_id <> OLD.request_id
    OR NEW.account_id <> OLD.account_id OR NEW.guild_id <> OLD.guild_id OR NEW.kind <> OLD.kind
    OR NEW.parent_image_id IS NOT OLD.parent_image_id OR NEW.position <> OLD.position
    OR NEW.file_key <> OLD.file_key
    OR NEW.share_granted <> OLD.share_granted OR NEW.share_purchased <> OLD.share_purchased
BEGIN
    SELECT RAISE(ABORT, 'image_identity_fixed');
END;

-- Who is in a picture, at position 0 the most important. companion_id may also name a main companion, which
-- is an asset and not a row. The other columns are the picture's, for the walks: triggers keep them so.
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
) STRICT, WITHOUT ROWID;

INSERT INTO image_cast (image_id, companion_id, position, account_id, guild_id, kind, deleted_at_ms,
    is_favourite, is_public)
SELECT image.image_id, json_extract(figure.value, '$.companion_id') AS companion_id, min(figure.key),
    image.account_id, image.guild_id, image.kind, image.deleted_at_ms, image.is_favourite, image.is_public
FROM image
JOIN request ON request.request_id = image.request_id
JOIN json_each(request.scene, '$.figures') AS figure
GROUP BY image.image_id, json_extract(figure.value, '$.companion_id');

CREATE INDEX image_cast_gallery ON image_cast (account_id, guild_id, companion_id, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference';
CREATE INDEX image_cast_gallery_of_kind ON image_cast (account_id, guild_id, companion_id, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference';
CREATE INDEX image_cast_favourites
    ON image_cast (account_id, guild_id, companion_id, is_favourite, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1;
CREATE INDEX image_cast_favourites_of_kind
    ON image_cast (account_id, guild_id, companion_id, is_favourite, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_favourite = 1;
CREATE INDEX image_cast_public ON image_cast (account_id, guild_id, companion_id, is_public, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1;
CREATE INDEX image_cast_public_of_kind
    ON image_cast (account_id, guild_id, companion_id, is_public, kind, image_id)
    WHERE deleted_at_ms IS NULL AND kind <> 'reference' AND is_public = 1;
-- Also the deleted ones: the first candidates are free, and only once.
CREATE INDEX image_cast_candidates ON image_cast (companion_id, image_id) WHERE kind = 'reference';

CREATE TRIGGER image_cast_is_of_its_image BEFORE INSERT ON image_cast
BEGIN
    SELECT RAISE(ABORT, 'image_cast_of_another_image') WHERE EXISTS (
        SELECT 1 FROM image WHERE image.image_id = NEW.image_id
            AND (image.account_id, image.guild_id, image.kind, image.deleted_at_ms, image.is_favourite,
                image.is_public)
                IS NOT (NEW.account_id, NEW.guild_id, NEW.kind, NEW.deleted_at_ms, NEW.is_favourite,
                NEW.is_public));
END;

CREATE TRIGGER image_cast_identity_fixed BEFORE UPDATE OF
    image_id, companion_id, position, account_id, guild_id, kind ON image_cast
WHEN NEW.image_id <> OLD.image_id OR NEW.companion_id <> OLD.companion_id
    OR NEW.position <> OLD.position OR NEW.account_id <> OLD.account_id
    OR NEW.guild_id <> OLD.guild_id OR NEW.kind <> OLD.kind
BEGIN
    SELECT RAISE(ABORT, 'image_cast_identity_fixed');
END;

CREATE TRIGGER image_shown_in_its_cast AFTER UPDATE OF deleted_at_ms, is_favourite, is_public ON image
BEGIN
    UPDATE image_cast
        SET deleted_at_ms = NEW.deleted_at_ms, is_favourite = NEW.is_favourite, is_public = NEW.is_public
        WHERE image_id = NEW.image_id;
END;

-- A shared companion may be pictured by everybody in its guild, once it has a reference.
ALTER TABLE companion ADD COLUMN is_shared INTEGER NOT NULL DEFAULT 0
    CONSTRAINT companion_is_shared_flag CHECK (is_shared IN (0, 1));

CREATE INDEX companion_reference_in_use ON companion (reference_key)
    WHERE reference_key IS NOT NULL AND deleted_at_ms IS NULL;

-- What a member last chose in the studio of a guild.
CREATE TABLE studio (
    account_id TEXT    NOT NULL,
    guild_id   INTEGER NOT NULL,
    choices    TEXT    NOT NULL,
    CONSTRAINT studio_pk PRIMARY KEY (account_id, guild_id),
    CONSTRAINT studio_account_fk FOREIGN KEY (account_id) REFERENCES account (account_id),
    CONSTRAINT studio_choices_json CHECK (json_valid(choices))
) STRICT, WITHOUT ROWID;
