"""SQL of a gallery's pages.

Each combination of filters is a statement of its own, and has an index that is walked in the order of
the ids and holds nothing but what is shown: a page costs the same at the end of 100,000 pictures.
"""

from __future__ import annotations

from bot.services.ports.storage import GalleryQuery

_LISTED = "listed.deleted_at_ms IS NULL AND listed.kind <> 'reference'"
"""As the indexes have it: candidates for a reference are no pictures of a gallery."""
_OF_ANYBODY = """
SELECT listed.* FROM image AS listed
WHERE listed.account_id = :account_id AND listed.guild_id = :guild_id AND
"""
_OF_COMPANION = """
SELECT image.* FROM image_cast AS listed CROSS JOIN image
WHERE image.image_id = listed.image_id AND listed.account_id = :account_id
    AND listed.guild_id = :guild_id AND listed.companion_id = :companion_id AND
"""


def page_sql(query: GalleryQuery) -> str:
    """The statement for a page. With ``after`` its rows come oldest first."""
    conditions = [_LISTED]
    if query.kind is not None:
        conditions.append("listed.kind = :kind")
    if query.favourites_only:
        conditions.append("listed.is_favourite = 1")
    if query.public_only:
        conditions.append("listed.is_public = 1")
    if query.before is not None:
        conditions.append("listed.image_id < :before")
    if query.after is not None:
        conditions.append("listed.image_id > :after")
    source = _OF_ANYBODY if query.companion_id is None else _OF_COMPANION
    direction = "DESC" if query.after is None else "ASC"
    return f"{source} {' AND '.join(conditions)} ORDER BY listed.image_id {direction} LIMIT :limit"
