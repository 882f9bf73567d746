"""Companions who answer, wired."""

from __future__ import annotations

from bot.container.language import open_name_reader
from bot.container.requests import Shared
from bot.services.asked_pictures import AskedPictures
from bot.services.conversation.answering import Answerer
from bot.services.conversation.conversations import Conversations
from bot.services.conversation.showing import Stage
from bot.services.conversation.talk_settings import TalkSettings
from bot.services.conversation.turns import MinuteCaps
from bot.services.conversation.wishing import TalkPictures
from bot.services.ports.language import LanguageModel
from cogs.base.host import Host
from cogs.companions import voice_of
from cogs.images import DiscordConversationReader, DiscordWishRefusals


def wire_conversations(
    shared: Shared, bot: Host, asked: AskedPictures, model: LanguageModel | None
) -> Conversations:
    """Make the service; without a model companions only take wishes for pictures."""
    companions, storage = shared.companions, shared.storage
    talk = TalkSettings(storage=storage, clock=shared.clock)
    pictures = TalkPictures(asked=asked, refusals=DiscordWishRefusals(bot))
    stage = Stage(
        companions=companions,
        voice=voice_of(bot, companions),
        safety=shared.safety,
        guilds=shared.guilds,
        ratings=shared.ratings,
        talk=talk,
    )
    answerer = None
    if model is not None:
        answerer = Answerer(
            model=model,
            companions=companions,
            reader=DiscordConversationReader(bot),
            pictures=pictures,
            stage=stage,
            context_messages=shared.settings.context_messages,
        )
    return Conversations(
        storage=storage,
        companions=companions,
        attendance=companions.attendance,
        names=open_name_reader(),
        talk=talk,
        pictures=pictures,
        caps=MinuteCaps(shared.clock),
        stage=stage,
        answerer=answerer,
    )
