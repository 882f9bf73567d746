"""A scene as text: for a backend in natural language or in tags, and for people (alt text).

Pure rules. Looks come from the companions' records for every one of the cast, never from the talk,
so that nobody in a group loses their own looks.
"""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.companion import Gender, Look
from bot.domain.presets import Preset
from bot.domain.scene import Figure, Scene

MAX_PROMPT = 1_000
"""Characters of any text made here."""

Looks = Mapping[str, tuple[str, Look]]
"""Name and look by companion id."""

_PERSON_SHARE = 3 * MAX_PROMPT // 4
_COUNTED = (
    (Gender.FEMALE, "woman", "women"),
    (Gender.MALE, "man", "men"),
    (Gender.NONBINARY, "person", "people"),
)

_OUTDOOR_PREPOSITIONS = {
    "on": frozenset(
        "rooftop roof battlement wall parapet rampart ramparts staircase stairs steps swing balcony terrace"
        " deck pier dock docks beach bridge porch patio veranda train bus ship boat ferry yacht island"
        " boardwalk street road hill hillside cliff clifftop mountain summit shore platform stage lawn jetty"
        " quay promenade ledge raft plane airplane farm ranch trail path battlements dunes moon coast"
        " riverbank lakeside lakeshore tram subway seashore seafront waterfront wharf campus plateau ridge"
        " slope slopes savanna prairie steppe tundra glacier".split()
    ),
    "at": frozenset(
        "home school market festival wedding airport bar party concert fair carnival work crossroads seaside"
        " funeral circus".split()
    ),
}
_LITERAL = ("under ", "outside", "beneath ", "inside", "on ", "at ", "in ", "underneath ", "edge", "by ")
_SCENE_WEATHER = {
    "clear": "clear sky",
    "sunny": "sunny weather",
    "cloudy": "cloudy sky",
    "rain": "rain",
    "storm": "a thunderstorm",
    "snow": "snow",
    "fog": "fog",
    "wind": "wind",
    "hot": "hot weather",
    "cold": "cold weather",
}


def natural_prompt(scene: Scene, looks: Looks) -> str:
    """The scene in English sentences, then how each of the cast looks; at most 1,000 characters.

    Whatever the length, every one of the cast is named with a look: each person's share is
    bounded, and the scene is shortened first.
    """
    shown = [figure for figure in scene.figures if figure.companion_id in looks]
    share = _PERSON_SHARE // max(len(shown), 1)
    people = " ".join(trim(_person(figure, *looks[figure.companion_id]), share) for figure in shown)
    names = {companion_id: name for companion_id, (name, _) in looks.items()}
    opening = [f"{scene.framing}."] if scene.framing else []
    opening += [f"{len(scene.figures)} people together."] if len(scene.figures) > 1 else []
    words = " ".join([*opening, _describe(scene, names, with_outfits=False)])
    return trim(f"{trim(words, MAX_PROMPT - len(people) - 1)} {people}".strip(), MAX_PROMPT)


def tags_prompt(scene: Scene, looks: Looks) -> str:
    """The scene as comma-separated tags: count, then each of the cast, then the surroundings.

    Everyone is an adult and is counted as one: "2women, 1man".
    """
    shown = [figure for figure in scene.figures if figure.companion_id in looks]
    tags = _counted(scene, looks)
    for figure in shown:
        _, look = looks[figure.companion_id]
        tags += [*look.words(), figure.outfit or look.outfit]
        tags += [figure.pose, figure.action, figure.expression]
    weather = _SCENE_WEATHER.get(scene.weather, scene.weather)
    tags += [scene.setting, scene.time_of_day, weather, scene.light, scene.mood]
    tags += [*scene.details, scene.framing]
    flat = [tag.strip() for entry in tags for tag in entry.split(",")]
    return trim(", ".join(dict.fromkeys(tag for tag in flat if tag)), MAX_PROMPT)


def scene_text(scene: Scene, names: Mapping[str, str]) -> str:
    """The scene in words without looks: who does what where; also the alt text. At most 1,000 characters.

    ``names`` maps companion id → name.
    """
    return trim(_describe(scene, names, with_outfits=True), MAX_PROMPT)


def trim(text: str, limit: int) -> str:
    """``text`` cut to ``limit`` characters at the end of a phrase (a full stop or comma), else of a word."""
    if len(text) <= limit:
        return text
    cut = text[: limit + 1]
    for end in (". ", ", ", "; ", " "):
        at = cut.rfind(end)
        if at >= limit // 2:
            return cut[:at].rstrip(" ,;") + ("." if end == ". " else "")
    return text[:limit].rstrip()


def _describe(scene: Scene, names: Mapping[str, str], *, with_outfits: bool) -> str:
    parts: list[str] = []
    for figure in scene.figures:
        doing = [text for text in (figure.pose, figure.action, figure.expression) if text]
        name = names.get(figure.companion_id, "")
        subject = name or "someone"
        sentence = subject
        if with_outfits and figure.outfit:
            sentence += f" in {_with_article(figure.outfit)}"
        if doing:
            sentence += (", " if with_outfits and figure.outfit else " ") + ", ".join(doing)
        parts.append(sentence)
    text = "; ".join(parts)
    where = placed(scene.setting)
    if where:
        text += f", {where}"
    if scene.time_of_day:
        text += f", {_time_words(scene.time_of_day)}"
    if scene.weather:
        text += f", {_SCENE_WEATHER.get(scene.weather, scene.weather)}"
    more = [
        entry for entry in (scene.light, f"{scene.mood} mood" if scene.mood else "", *scene.details) if entry
    ]
    for entry in more:
        text += f", {entry}"
    return f"{text}." if text else ""


def placed(setting: str) -> str:
    """A setting with its preposition and article: ``rooftop garden`` → ``in a rooftop garden``."""
    if not setting.strip():
        return ""
    lowered = setting.lower()
    if lowered.startswith(_LITERAL):
        return f"at the {setting}" if lowered.startswith("edge") else setting
    head = lowered.split()[-1]
    preposition = next((word for word, heads in _OUTDOOR_PREPOSITIONS.items() if head in heads), "in")
    if " of " in lowered:
        preposition = "at" if lowered.split()[0] not in _OUTDOOR_PREPOSITIONS["on"] else "on"
    if (
        head in {"home", "work", "school", "space", "heaven", "hell", "downtown"}
        and len(setting.split()) == 1
    ):
        return f"{preposition} {setting}"
    if setting[:1].isupper():
        return f"{preposition} {setting}"
    article = (
        "the" if (head.endswith("s") and not head.endswith("ss")) or " of " in lowered else _article(setting)
    )
    return f"{preposition} {article} {setting}"


def _person(figure: Figure, name: str, look: Look) -> str:
    outfit = figure.outfit or look.outfit
    text = f"{name}: {', '.join(look.words())}"
    return f"{text}, wearing {outfit}." if outfit else f"{text}."


def _article(phrase: str) -> str:
    return "an" if phrase[:1].lower() in "aeiou" else "a"


_BARE = frozenset(
    "jeans pants trousers shorts leggings tights pajamas pyjamas shoes boots sneakers heels sandals"
    " slippers clothes glasses gloves robes scrubs armor armour overalls sunglasses goggles socks"
    " stockings mittens earrings pearls headphones fatigues leathers".split()
)


def _with_article(outfit: str) -> str:
    first = outfit.split(",", maxsplit=1)[0]
    last = first.split()[-1] if first.split() else ""
    return (
        outfit
        if last in _BARE or (last.endswith("s") and not last.endswith("ss"))
        else f"{_article(outfit)} {outfit}"
    )


def _time_words(time: str) -> str:
    return {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening"}.get(
        time, f"at {time}"
    )


def activity(figure: Figure) -> str:
    """Pose, action and expression of one figure in one phrase."""
    parts = (figure.pose, figure.action, figure.expression)
    return ", ".join(part for part in parts if part)


def premium_prompt(typed: str, presets: Sequence[Preset], scene: Scene, looks: Looks) -> str:
    """A studio prompt in tags: who, the presets' tags, then the member's own, each once.

    The usual outfit is named only where neither a preset nor the member says what is worn. What a
    member typed is never cut.
    """
    tags = [*_counted(scene, looks)]
    for figure in scene.figures:
        if figure.companion_id in looks:
            _, look = looks[figure.companion_id]
            tags += [*look.words(), "" if figure.outfit else look.outfit]
    tags += [preset.tags for preset in presets]
    flat = [tag.strip() for entry in (*tags, typed) for tag in entry.split(",")]
    return ", ".join(dict.fromkeys(tag for tag in flat if tag))


def advanced_prompt(typed: str, scene: Scene, looks: Looks) -> str:
    """A studio prompt in sentences: the member's own, then who is who, left to right in a group.

    What a member typed is never cut.
    """
    shown = [figure for figure in scene.figures if figure.companion_id in looks]
    names = [looks[figure.companion_id][0] for figure in shown]
    placing = [f"From left to right: {', '.join(names)}."] if len(names) > 1 else []
    people = [_person(figure, *looks[figure.companion_id]) for figure in shown]
    return " ".join([typed.strip(), *placing, *people])


def reference_prompt(name: str, look: Look) -> str:
    """What a reference picture shows: one companion alone, whole, straight on, in their usual clothes."""
    words = ", ".join(look.words())
    return (
        f"Full-body portrait of {name}, standing straight, facing the camera, arms at the sides, plain light"
        f" background, fully clothed. {name}: {words}, wearing {look.outfit}."
    )


def _counted(scene: Scene, looks: Looks) -> list[str]:
    genders = [
        looks[figure.companion_id][1].gender for figure in scene.figures if figure.companion_id in looks
    ]
    tags: list[str] = []
    for gender, one, many in _COUNTED:
        count = genders.count(gender)
        tags += [f"{count}{one if count == 1 else many}"] if count else []
    return [*tags, *(["solo"] if len(genders) == 1 else [])]
