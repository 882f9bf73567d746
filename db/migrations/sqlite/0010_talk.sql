-- When companions answer in a channel, where an owner chose something else than "when addressed".

CREATE TABLE channel_talk (
    channel_id INTEGER NOT NULL,
    guild_id   INTEGER NOT NULL,
    talk_when  TEXT    NOT NULL,
    CONSTRAINT channel_talk_pk PRIMARY KEY (channel_id),
    CONSTRAINT channel_talk_known CHECK (talk_when IN ('every', 'never'))
) STRICT;

CREATE INDEX channel_talk_of_guild ON channel_talk (guild_id, channel_id);
