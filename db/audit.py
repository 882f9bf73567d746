"""SQL that checks the books. Triggers and constraints should make every answer empty; this is the proof."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.ports.storage import BookCounts, StoredFile, Violation
from db.statements import Statements

_COUNTS = """
SELECT (SELECT count(*) FROM account) AS accounts, (SELECT count(*) FROM ledger) AS entries,
    (SELECT count(*) FROM request) AS requests,
    (SELECT count(*) FROM image WHERE deleted_at_ms IS NULL) AS images
"""
_FILES = """
SELECT image_id, file_key, thumbnail_key FROM image
WHERE image_id > :after_image_id AND deleted_at_ms IS NULL ORDER BY image_id LIMIT :limit
"""
_BALANCE = """
SELECT {key} AS subject, sum(entry) AS expected, sum(balance) AS found
FROM (SELECT {columns}, {bucket} AS entry, 0 AS balance FROM ledger
    UNION ALL SELECT {columns}, 0, {bucket} FROM {table}) AS both_sides
GROUP BY {columns} HAVING sum(entry) <> sum(balance)
"""
_BUCKETS = (
    ("wallet", "granted"),
    ("wallet", "held_granted"),
    ("account", "purchased"),
    ("account", "held_purchased"),
    ("account", "owed"),
)

# Each answers subject, expected, found for whatever is wrong.
_RULES: dict[str, str] = {
    "settled once": """
SELECT hold_ref AS subject, '1 settlement' AS expected, count(*) || ' settlements' AS found
FROM ledger WHERE kind IN ('capture', 'release') GROUP BY hold_ref HAVING count(*) > 1
""",
    "settlement has its hold": """
SELECT settled.ref AS subject, 'a hold of the same amounts' AS expected, 'none' AS found
FROM ledger AS settled
LEFT JOIN ledger AS hold ON hold.kind = 'hold' AND hold.ref = settled.hold_ref
    AND hold.account_id = settled.account_id AND hold.guild_id = settled.guild_id
    AND hold.held_granted = -settled.held_granted AND hold.held_purchased = -settled.held_purchased
WHERE settled.kind IN ('capture', 'release') AND hold.entry_id IS NULL
""",
    "held is the price of an open request": """
SELECT hold.ref AS subject, (hold.held_granted + hold.held_purchased) || ' held for a request' AS expected,
    coalesce(request.state || ', paid ' || (request.paid_granted + request.paid_purchased), 'no request')
        AS found
FROM ledger AS hold
LEFT JOIN ledger AS settled ON settled.kind IN ('capture', 'release') AND settled.hold_ref = hold.ref
LEFT JOIN request ON request.hold_ref = hold.ref
WHERE hold.kind = 'hold' AND settled.entry_id IS NULL AND (
    request.request_id IS NULL OR request.state NOT IN ('held', 'running')
    OR request.account_id <> hold.account_id OR request.guild_id <> hold.guild_id
    OR request.paid_granted <> hold.held_granted OR request.paid_purchased <> hold.held_purchased
    OR request.cost <> hold.held_granted + hold.held_purchased)
""",
    "an open request has its hold": """
SELECT request.request_id AS subject, request.cost || ' held' AS expected,
    CASE WHEN hold.entry_id IS NULL THEN 'no hold' ELSE 'settled by ' || settled.kind END AS found
FROM request
LEFT JOIN ledger AS hold ON hold.kind = 'hold' AND hold.ref = request.hold_ref
LEFT JOIN ledger AS settled ON settled.kind IN ('capture', 'release') AND settled.hold_ref = request.hold_ref
WHERE request.state IN ('held', 'running') AND (hold.entry_id IS NULL OR settled.entry_id IS NOT NULL)
""",
    "a request with pictures is captured, one without is not": """
SELECT request.request_id AS subject,
    CASE WHEN request.state IN ('stored', 'delivered') THEN 'capture' ELSE 'release' END AS expected,
    coalesce(settled.kind, 'unsettled') AS found
FROM request
LEFT JOIN ledger AS settled ON settled.kind IN ('capture', 'release') AND settled.hold_ref = request.hold_ref
WHERE (request.state IN ('stored', 'delivered') AND coalesce(settled.kind, '') <> 'capture')
    OR (request.state IN ('refused', 'failed', 'cancelled') AND request.hold_ref IS NOT NULL
        AND coalesce(settled.kind, '') <> 'release')
""",
    "a request that ended unpaid has no pictures": """
SELECT request.request_id AS subject, 'no pictures' AS expected,
    request.state || ' with ' || count(*) AS found
FROM request JOIN image ON image.request_id = request.request_id
WHERE request.state IN ('refused', 'failed', 'cancelled') AND image.deleted_at_ms IS NULL
GROUP BY request.request_id
""",
    "a picture is listed as it is": """
SELECT image.image_id AS subject, 'the same in request, picture and cast' AS expected,
    image.kind || ' in ' || image.guild_id AS found
FROM image JOIN request ON request.request_id = image.request_id
WHERE (image.account_id, image.guild_id, image.kind)
        <> (request.account_id, request.guild_id, request.kind)
    OR EXISTS (SELECT 1 FROM image_cast AS listed WHERE listed.image_id = image.image_id
        AND (listed.account_id, listed.guild_id, listed.kind, coalesce(listed.deleted_at_ms, 0),
            listed.is_favourite, listed.is_public)
            <> (image.account_id, image.guild_id, image.kind, coalesce(image.deleted_at_ms, 0),
            image.is_favourite, image.is_public))
""",
    "pictures share what was captured": """
SELECT request.request_id AS subject,
    (-capture.held_granted - capture.granted) || '+' || (-capture.held_purchased - capture.purchased)
        AS expected,
    (SELECT coalesce(sum(share_granted), 0) || '+' || coalesce(sum(share_purchased), 0)
        FROM image WHERE image.request_id = request.request_id) AS found
FROM request
JOIN ledger AS capture ON capture.kind IN ('capture', 'release') AND capture.kind = 'capture'
    AND capture.hold_ref = request.hold_ref
WHERE (-capture.held_granted - capture.granted, -capture.held_purchased - capture.purchased) <>
    (SELECT coalesce(sum(share_granted), 0), coalesce(sum(share_purchased), 0)
        FROM image WHERE image.request_id = request.request_id)
""",
    "refunds stay within the capture": """
SELECT refund.hold_ref AS subject,
    'at most ' || coalesce(-capture.held_granted - capture.granted, 0) || '+'
        || coalesce(-capture.held_purchased - capture.purchased, 0) AS expected,
    sum(refund.granted) || '+' || sum(refund.purchased) AS found
FROM ledger AS refund
LEFT JOIN ledger AS capture ON capture.kind IN ('capture', 'release') AND capture.kind = 'capture'
    AND capture.hold_ref = refund.hold_ref
WHERE refund.kind = 'refund'
GROUP BY refund.hold_ref, capture.entry_id
HAVING sum(refund.granted) > coalesce(-capture.held_granted - capture.granted, 0)
    OR sum(refund.purchased) > coalesce(-capture.held_purchased - capture.purchased, 0)
""",
    "a purchase is in the ledger as it is on record": """
SELECT purchase.entitlement_id AS subject,
    purchase.moments || CASE WHEN purchase.taken_back_at_ms IS NULL THEN ' credited'
        ELSE ' credited and taken back' END AS expected,
    coalesce(bought.purchased - bought.owed, 0) || ' credited, '
        || coalesce(reversal.owed - reversal.purchased, 0) || ' taken back' AS found
FROM purchase
LEFT JOIN ledger AS bought ON bought.kind = 'purchase' AND bought.ref = CAST(purchase.entitlement_id AS TEXT)
    AND bought.account_id = purchase.account_id
LEFT JOIN ledger AS reversal ON reversal.kind = 'reversal'
    AND reversal.ref = CAST(purchase.entitlement_id AS TEXT) AND reversal.account_id = purchase.account_id
WHERE coalesce(bought.purchased - bought.owed, 0) <> purchase.moments
    OR coalesce(reversal.owed - reversal.purchased, 0)
        <> CASE WHEN purchase.taken_back_at_ms IS NULL THEN 0 ELSE purchase.moments END
""",
    "a refund is what a case decided": """
SELECT refund.ref AS subject, 'a case that decided it' AS expected,
    refund.granted || '+' || refund.purchased || ' by ' || coalesce(refund.source_ref, 'nobody') AS found
FROM ledger AS refund
LEFT JOIN report_case ON report_case.case_id = refund.source_ref AND report_case.image_id = refund.ref
WHERE refund.kind = 'refund' AND (report_case.case_id IS NULL OR (report_case.requester_account_id,
        report_case.guild_id, report_case.refunded_granted, report_case.refunded_purchased)
    <> (refund.account_id, refund.guild_id, refund.granted, refund.purchased))
""",
    "what a case decided to give back is a refund": """
SELECT report_case.case_id AS subject,
    report_case.refunded_granted || '+' || report_case.refunded_purchased AS expected, 'none' AS found
FROM report_case
LEFT JOIN ledger AS refund ON refund.kind = 'refund' AND refund.ref = report_case.image_id
    AND refund.source_ref = report_case.case_id
WHERE report_case.decision IN ('refund', 'refund-remove') AND refund.entry_id IS NULL
""",
    "a refund is its picture's share": """
SELECT refund.ref AS subject,
    coalesce(image.share_granted || '+' || image.share_purchased, 'a picture') AS expected,
    refund.granted || '+' || refund.purchased AS found
FROM ledger AS refund LEFT JOIN image ON image.image_id = refund.ref
WHERE refund.kind = 'refund' AND (image.image_id IS NULL OR (refund.granted, refund.purchased, refund.account_id)
    <> (image.share_granted, image.share_purchased, image.account_id))
""",
    "nobody decides on their own report or picture": """
SELECT report_case.case_id AS subject, 'somebody else' AS expected, 'a part in it' AS found
FROM report_case
WHERE report_case.decided_by_account_id = report_case.requester_account_id
    OR EXISTS (SELECT 1 FROM report WHERE report.case_id = report_case.case_id
        AND report.account_id = report_case.decided_by_account_id)
""",
    "a removed picture is deleted": """
SELECT report_case.image_id AS subject, 'deleted' AS expected, 'there' AS found
FROM report_case JOIN image ON image.image_id = report_case.image_id
WHERE report_case.decision IN ('remove', 'refund-remove') AND image.deleted_at_ms IS NULL
""",
    "a picture is forgotten with its request": """
SELECT image.image_id AS subject, 'the same in request and picture' AS expected,
    CASE image.scrubbed WHEN 1 THEN 'the picture alone' ELSE 'the request alone' END AS found
FROM image JOIN request ON request.request_id = image.request_id WHERE image.scrubbed <> request.scrubbed
""",
    "of a member who is gone nothing is left but amounts": """
SELECT kept.account_id AS subject, 'amounts alone' AS expected, kept.what AS found
FROM (SELECT account_id, 'a request' AS what FROM request WHERE scrubbed = 0
    UNION SELECT owner_account_id, 'a companion' FROM companion
    UNION SELECT account_id, 'who was invited' FROM presence
    UNION SELECT account_id, 'who spoke' FROM spoken WHERE account_id IS NOT NULL
    UNION SELECT account_id, 'defaults' FROM preference
    UNION SELECT account_id, 'choices' FROM studio
    UNION SELECT account_id, 'a notice' FROM notice
    UNION SELECT account_id, 'a report in words' FROM report WHERE words <> '') AS kept
WHERE NOT EXISTS (SELECT 1 FROM member WHERE member.account_id = kept.account_id)
""",
    "what one gave, another received": """
SELECT ref AS subject, '0' AS expected, sum(granted) || '+' || sum(purchased) AS found
FROM ledger WHERE kind = 'gift' GROUP BY ref HAVING sum(granted) <> 0 OR sum(purchased) <> 0
""",
}


class SqlAudit:
    """Implements :class:`bot.services.ports.storage.AuditRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def counts(self) -> BookCounts:
        """See the protocol."""
        row = (await self._statements.fetch_all(_COUNTS))[0]
        return BookCounts(row["accounts"], row["entries"], row["requests"], row["images"])

    async def violations(self) -> Sequence[Violation]:
        """See the protocol. One snapshot: a running bot makes no false alarm. By rule, then by subject."""
        found: list[Violation] = []
        for table, bucket in _BUCKETS:
            found += await self._ask(
                f"{table}.{bucket} is the sum of its entries", _balance_sql(table, bucket)
            )
        for rule, sql in _RULES.items():
            found += await self._ask(rule, sql)
        return found

    async def files(self, after_image_id: str, limit: int) -> Sequence[StoredFile]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_FILES, {"after_image_id": after_image_id, "limit": limit})
        return [StoredFile(row["image_id"], row["file_key"], row["thumbnail_key"]) for row in rows]

    async def _ask(self, rule: str, sql: str) -> Sequence[Violation]:
        rows = await self._statements.fetch_all(sql)
        found = [
            Violation(rule, str(row["subject"]), str(row["expected"]), str(row["found"])) for row in rows
        ]
        return sorted(found, key=lambda violation: violation.subject)


def _balance_sql(table: str, bucket: str) -> str:
    columns = "account_id, guild_id" if table == "wallet" else "account_id"
    key = "account_id || ' in ' || guild_id" if table == "wallet" else "account_id"
    return _BALANCE.format(key=key, columns=columns, bucket=bucket, table=table)
