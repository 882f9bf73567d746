-- Statistics of a guild: sums over its pictures, its requests that have ended, and its moments, by day.

-- When it was first held, when its making first began, when its pictures were stored; NULL before that, and for
-- whatever was there before this migration. Attempts after the first move none of them.
ALTER TABLE request ADD COLUMN held_at_ms INTEGER;
ALTER TABLE request ADD COLUMN started_at_ms INTEGER;
ALTER TABLE request ADD COLUMN stored_at_ms INTEGER;

-- Each sum walks the days it is asked for in one of these, and reads no table. A request comes in when it ends,
-- in one write; being scrubbed moves nothing, so what is forgotten still counts.
CREATE INDEX request_ended_in_guild ON request (
    guild_id, created_at_ms, state, end_reason, confirmed, held_at_ms, started_at_ms, stored_at_ms)
    WHERE state IN ('delivered', 'refused', 'failed', 'cancelled');
CREATE INDEX image_made_in_guild ON image (guild_id, created_at_ms, kind);
CREATE INDEX ledger_moved_in_guild ON ledger (
    guild_id, at_ms, kind, granted, purchased, held_granted, held_purchased)
    WHERE kind IN ('welcome', 'daily', 'monthly', 'grant', 'capture', 'refund');
-- A refund's ref is its picture, which is asked when it was made.
CREATE INDEX ledger_refunded_in_guild ON ledger (guild_id, kind, at_ms, ref) WHERE kind = 'refund';
