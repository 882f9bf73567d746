-- How many pictures a request asks for: single ones have their turn before batches. As SQLite's migration 0012.
ALTER TABLE request ADD COLUMN pictures BIGINT NOT NULL DEFAULT 1
    CONSTRAINT request_pictures_positive CHECK (pictures > 0);
