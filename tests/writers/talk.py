"""Short conversations for tests: one string a message, "Name: text"."""

from bot.domain.companion import Gender
from bot.domain.scene import Candidate, Conversation, Figure, Message, Scene
from bot.writers.rules.writer import RulesWriter

WRITER = RulesWriter()
MIRA = Candidate("mira", "Mira", ("Mi",), Gender.FEMALE)
KAEL = Candidate("kael", "Kael", (), Gender.MALE)
JUNO = Candidate("juno", "Juno", (), Gender.FEMALE)
ASH = Candidate("ash", "Ash", (), Gender.NONBINARY)


def talk(
    *lines: str, who: tuple[Candidate, ...] = (MIRA, KAEL, JUNO), hint: str = "", by: str = "sam"
) -> Conversation:
    """A conversation of these lines; a speaker who is one of ``who`` is that companion."""
    ids = {candidate.name: candidate.companion_id for candidate in who}
    messages: list[Message] = []
    for line in lines:
        speaker, text = line.split(": ", 1)
        messages.append(Message(speaker, text, ids.get(speaker)))
    return Conversation(tuple(messages), who, by, hint)


def scene(
    *lines: str, who: tuple[Candidate, ...] = (MIRA, KAEL, JUNO), hint: str = "", by: str = "sam"
) -> Scene:
    """What the rules writer makes of these lines."""
    return WRITER.scene(talk(*lines, who=who, hint=hint, by=by))


def alone(*lines: str, hint: str = "") -> Scene:
    """The same with Mira as the only companion."""
    return scene(*lines, who=(MIRA,), hint=hint)


def figure(made: Scene, companion_id: str = "mira") -> Figure:
    """One companion's part of a scene."""
    return next(each for each in made.figures if each.companion_id == companion_id)
