"""Where and when a prompt plays, in which weather and light, and how it is framed."""

# ruff: noqa: C901, PLR0911, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from dataclasses import replace

from bot.writers.rules.conditions import clock_time
from bot.writers.rules.draft import Draft
from bot.writers.rules.places import PlaceMention, read_place
from bot.writers.rules.prompt_clause import Part
from bot.writers.rules.prompt_words import (
    BODIES,
    FEELINGS,
    FRAMING,
    FRAMING_OF,
    INSIDE,
    LIGHT,
    LINKS,
    LOOKS,
    MOOD,
    NEAR,
    NO_LIGHT,
)
from bot.writers.rules.sentences import Mark, Marked
from bot.writers.rules.verbs import Form
from bot.writers.rules.vocabulary import Vocabulary

_CUT_OFF = INSIDE | frozenset({"into", "onto", "to"})
"""A place after one of these is cut from what somebody does there; "walking along the beach" keeps it."""
_NO_PLACES = (
    BODIES
    | LOOKS
    | frozenset(
        "background foreground distance style camera viewer sky air shade dark sun frame picture mirror window box"
        " bag cup glass wind rain snow moonlight".split()
    )
)
_TIMES = frozenset({"golden hour"}) | frozenset(
    "dawn daybreak sunrise morning noon midday afternoon sunset sundown dusk twilight nightfall evening night nighttime"
    " night-time tonight midnight midmorning mid-morning mid-afternoon".split()
)
"""These only tell the time; "fireworks" and "stars" are things to be seen as well, and stay as details."""
_WEATHERS = frozenset(
    "rain rainy raining sunny sunshine cloudy overcast storm stormy thunderstorm snow snowy snowing foggy fog"
    " mist misty wind windy".split()
) | {"clear sky", "clear skies"}
_NIGHTS = ("night", "star", "moon", "milky", "constellation", "aurora", "northern", "firework", "dark")
"""In what says that it is night; a lamp is lit in the evening as well."""
_ONLY_SUGGESTED = frozenset("sunlight sunlit sunbeam sunbeams sun-dappled starry".split()) | {
    "starry sky",
    "stars are out",
}
_LIT = ("light", "lit", "neon", "golden")
_LIGHT_ALONE = frozenset({"backlit", "candlelit", "spotlight", "sunbeams", "sunrays"})
_MOST_ADJECTIVES = 3
_BEFORE_A_CONDITION = frozenset("a an the late early heavy light falling".split())
_AT_A_CONDITION = frozenset("at in on during under it is it's 's of".split())
_AFTER_A_CONDITION = frozenset("in at on with and time by under light lighting scene while behind".split())
_WITHIN_PLACES = frozenset("campfire bonfire firepit party picnic festival wedding car stage bench".split())
"""Heads of what is somewhere itself: they yield to a place that is named besides."""
_AFTER_A_PLACE = frozenset("where full late early alone together today tonight during again".split())
_FURNITURE = frozenset({"sofa", "couch", "bed"})


class PlaceReader:
    """Reads surroundings into the draft."""

    def __init__(self, draft: Draft, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._vocabulary = vocabulary

    def framing(self, part: Part) -> None:
        """As in "full body", "close-up portrait", "from above"."""
        for pattern in (FRAMING_OF, FRAMING):
            for start, end, match in part.found(pattern):
                text = match.group().replace("-", " ").replace("close up", "close-up")
                self._draft.framings.append(text.removeprefix("seen "))
                part.use(start, end)

    # -- places ---------------------------------------------------------------------------------

    def place(self, part: Part, *, shown: bool, verb_at: int | None) -> PlaceMention | None:
        """The place that the clause puts the scene in, its words used up where they only say where.

        ``shown``: the clause is about somebody of the cast.
        """
        draft = self._draft
        chosen: PlaceMention | None = None
        settled = False
        for at in range(part.start, part.end):
            mention = self._mention(part, at)
            if mention is None:
                continue
            lead = mention.preposition
            if chosen is not None and settled:
                goes_on = (lead == "in" and not mention.known) or lead == "of"
                if goes_on and at == chosen.end:  # "a café in Paris", "the porch of a log cabin"
                    draft.setting += f" {part.text(at, mention.end, front=True)}"
                    part.use(at, mention.end)
                continue
            settled = lead != "of" and lead not in NEAR and shown and mention.head not in _WITHIN_PLACES
            if not draft.settle(_without_weather(mention.text), plain=settled):
                continue
            chosen = replace(mention, at=at)
            if not lead or lead in _CUT_OFF or verb_at is None or verb_at > at:
                self._use_place(part, at, mention.end)
        return chosen

    def _mention(self, part: Part, at: int) -> PlaceMention | None:
        """The place that the word here leads to, or that begins here where nothing needs to lead to it."""
        words = part.sentence.words
        if at in part.used:
            return None
        word = words[at]
        lead = word in INSIDE | NEAR
        if not lead and not (at == part.start or at - 1 in part.used):
            return None
        first = at + 1 if lead else at
        if first >= part.end or (not lead and self._is_deed(part, at)):
            return None
        mention = read_place(part.sentence, first, part.end, word if lead else "at", self._vocabulary)
        if lead and (mention is None or not mention.known):
            mention = self._marked(part, first, word) or mention
        if not lead and (mention is None or not mention.known):
            mention = self._backdrop(part, first)
        if mention is None or not part.free(first, mention.end):
            return None
        if not lead and mention.end < part.end:
            after = words[mention.end]
            if after not in INSIDE | NEAR | {"with", "and", "background"}:
                return None
        if not mention.known and (word not in {"in", "at", "inside"} or mention.head in _NO_PLACES):
            return None
        if word == "on" and mention.head in _FURNITURE:
            return None
        return replace(mention, preposition=word if lead else "")

    def _is_deed(self, part: Part, at: int) -> bool:
        """Whether a tag opens with a verb: "chopping wood" is no wood, "swimming pool" is a pool."""
        verb = self._vocabulary.forms.get(part.sentence.words[at])
        return (
            verb is not None
            and verb.form is Form.ING
            and not any(mark.mark is Mark.PLACE and mark.start == at for mark in part.sentence.marks)
        )

    def _marked(self, part: Part, first: int, preposition: str) -> PlaceMention | None:
        """A known place with its adjectives, whatever follows it: "a country road lined with poplars"."""
        words = part.sentence.words
        while first < part.end and words[first] in {"a", "an", "the", "her", "his", "their", "some"}:
            first += 1
        for mark in part.sentence.marks:
            if (
                mark.mark is not Mark.PLACE
                or not 0 <= mark.start - first <= _MOST_ADJECTIVES
                or mark.end > part.end
                or any(
                    word in LINKS | INSIDE | NEAR or not word[0].isalpha()
                    for word in words[first : mark.start]
                )
            ):
                continue
            after = words[mark.end] if mark.end < part.end else ""
            verb = self._vocabulary.forms.get(after) is not None or after.endswith("ed")
            if after and not verb and after not in INSIDE | NEAR | LINKS | _AFTER_A_PLACE:
                continue
            text = " ".join(words[first : mark.end])
            return PlaceMention(text, words[mark.end - 1], preposition, known=True, at=first, end=mark.end)
        return None

    def _backdrop(self, part: Part, first: int) -> PlaceMention | None:
        """As in "studio background"."""
        words = part.sentence.words
        if part.end - first < 2 or words[part.end - 1] not in {"background", "interior"}:  # noqa: PLR2004
            return None
        mention = read_place(part.sentence, first, part.end - 1, "at", self._vocabulary)
        if mention is None or not mention.known or mention.end != part.end - 1:
            return None
        return replace(mention, end=part.end)

    @staticmethod
    def _use_place(part: Part, at: int, end: int) -> None:
        words = part.sentence.words
        while at > part.start and words[at - 1] in {"the", "out", "back", "up"} and at - 1 not in part.used:
            at -= 1
        part.use(at, end)
        if words[end : end + 1] == ["background"]:
            part.use(end, min(end + 1, part.end))

    # -- time and weather -----------------------------------------------------------------------

    def conditions(self, part: Part, place: PlaceMention | None) -> None:
        """Time of day, weather and mood: only what is said, nothing that it suggests."""
        sentence, draft = part.sentence, self._draft
        hidden = {
            at
            for mark in sentence.marks
            if mark.mark is Mark.CONDITION_NOT
            for at in range(mark.start, mark.end)
        }
        for mark in sentence.marks:
            if mark.start < part.start or mark.end > part.end or mark.start in hidden:
                continue
            in_place = mark.mark is Mark.WEATHER and place is not None and place.at <= mark.start < place.end
            if mark.mark not in {Mark.TIME, Mark.WEATHER, Mark.MOOD}:
                continue
            if not (in_place or part.free(mark.start, mark.end)):
                continue
            plain = self._condition(mark, " ".join(sentence.words[mark.start : mark.end]))
            if plain and not in_place:
                self._use_condition(part, mark.start, mark.end)
        if sentence.timed:
            time = clock_time(" ".join(part.words))
            if time:
                draft.tell_time(time, plain=True)

    def _condition(self, mark: Marked, phrase: str) -> bool:
        """Note one; whether its words say nothing besides."""
        draft = self._draft
        if mark.mark is Mark.TIME:
            if mark.value == "night" and not any(sign in phrase for sign in _NIGHTS):
                return False
            if phrase == "golden hour":
                draft.lights.append("golden light")
            draft.tell_time(mark.value, plain=phrase in _TIMES)
            return phrase in _TIMES
        if mark.mark is Mark.WEATHER:
            if phrase in _ONLY_SUGGESTED:
                return False
            if not draft.weather or phrase in _WEATHERS:
                draft.weather = mark.value
            return phrase in _WEATHERS
        if phrase not in FEELINGS:  # "calm" is a face before it is a mood
            draft.mood = draft.mood or mark.value
        return False

    @staticmethod
    def _use_condition(part: Part, start: int, end: int) -> None:
        """As in "at dusk", "in the rain", "on a rainy night" are used up whole; "a rainy window" stays a detail."""
        words = part.sentence.words
        first = start
        while first > part.start and words[first - 1] in _BEFORE_A_CONDITION and first - 1 not in part.used:
            first -= 1
        others = {mark.start for mark in part.sentence.marks if mark.mark in {Mark.TIME, Mark.WEATHER}}
        alone = end >= part.end or end in part.used | others or words[end] in _AFTER_A_CONDITION
        if not alone:
            return
        while first > part.start and words[first - 1] in _AT_A_CONDITION and first - 1 not in part.used:
            first -= 1
        if end < part.end and words[end] in {"time", "lighting", "light", "scene"}:
            end += 1
        part.use(first, end)

    def light(self, part: Part) -> None:
        """Light and mood in the prompt's own words, or by what gives the light."""
        draft = self._draft
        for start, end, match in part.found(LIGHT):
            words = match.group().split()
            while len(words) > 1 and words[0] in NO_LIGHT:
                words = words[1:]
                start += 1  # noqa: PLW2901 the words left out are still to be read
            if len(words) > 1 or "-" in words[0] or words[0] in _LIGHT_ALONE:
                draft.lights.append(" ".join(words))
                part.use(start, end)
        for mark in part.sentence.marks:
            if mark.mark is not Mark.LIGHT or mark.start < part.start or mark.end > part.end:
                continue
            phrase = " ".join(part.sentence.words[mark.start : mark.end])
            if not any(sign in phrase for sign in _LIT) or not part.free(mark.start, mark.end):
                continue
            if not any(mark.value in light for light in draft.lights):
                draft.lights.append(mark.value)
            if phrase in {mark.value, f"{mark.value}s"}:
                part.use(mark.start, mark.end)
        for start, end, match in part.found(MOOD):
            draft.mood = match.group(1)
            while start > part.start and part.sentence.words[start - 1] in {"a", "an", "in", "with", "the"}:
                start -= 1  # noqa: PLW2901 its article goes with it
            part.use(start, end)


def _without_weather(place: str) -> str:
    """As in "snowy mountain" is a mountain where it snows."""
    words = place.split()
    weathered = len(words) > 1 and words[0] in _WEATHERS and words[0].endswith("y")
    return " ".join(words[1:]) if weathered else place
