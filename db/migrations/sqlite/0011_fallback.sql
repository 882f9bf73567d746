-- Several backends for one request, and what a cancelled one costs the operator all the same.

-- promise: what the quote said beyond what was asked for; NULL before it, and for requests older than this.
-- given_up: the backends that it was with before and that failed it.
ALTER TABLE request ADD COLUMN promise TEXT
    CONSTRAINT request_promise_json CHECK (promise IS NULL OR json_valid(promise));
ALTER TABLE request ADD COLUMN given_up TEXT NOT NULL DEFAULT '[]'
    CONSTRAINT request_given_up_json CHECK (json_valid(given_up));
-- Of a request that was cancelled while a backend that bills it anyway was at it: when, and the moments that nobody
-- paid and that count against the day's budgets.
ALTER TABLE request ADD COLUMN billed_at_ms INTEGER;
ALTER TABLE request ADD COLUMN billed INTEGER NOT NULL DEFAULT 0
    CONSTRAINT request_billed_within_cost CHECK (billed BETWEEN 0 AND cost);

CREATE INDEX request_billed_in_guild ON request (guild_id, billed_at_ms, account_id, billed)
    WHERE billed_at_ms IS NOT NULL;
CREATE INDEX request_billed_by_account ON request (account_id, billed_at_ms) WHERE billed_at_ms IS NOT NULL;
