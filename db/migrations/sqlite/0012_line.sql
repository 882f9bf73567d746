-- How many pictures a request asks for: single ones have their turn before batches.
ALTER TABLE request ADD COLUMN pictures INTEGER NOT NULL DEFAULT 1
    CONSTRAINT request_pictures_positive CHECK (pictures > 0);
