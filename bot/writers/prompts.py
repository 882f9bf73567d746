"""A scene as text: for a backend in natural language or in tags, and for people (alt text)."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.companion import Gender, Look
from bot.domain.scene import Figure, Scene

PROMPT_LIMIT = 1_000
"""Characters of any text made here."""

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


def natural_prompt(scene: Scene, looks: Mapping[str, tuple[str, Look]]) -> str:
    """The scene in English sentences, then how each of the cast looks; at most 1,000 characters.

    ``looks`` maps companion id → (name, look). Whatever the length, every one of the cast is
    named with a look: the scene is shortened first.
    """
    people = [
        _person(figure, *looks[figure.companion_id])
        for figure in scene.figures
        if figure.companion_id in looks
    ]
    names = {companion_id: name for companion_id, (name, _) in looks.items()}
    looks_text = " ".join(people)
    room = max(PROMPT_LIMIT - len(looks_text) - 1, PROMPT_LIMIT // 4)
    words = trim(_describe(scene, names, with_outfits=False), room)
    return trim(f"{words} {looks_text}".strip(), PROMPT_LIMIT)


def tags_prompt(scene: Scene, looks: Mapping[str, tuple[str, Look]]) -> str:
    """The scene as comma-separated tags: count, then each of the cast, then the surroundings."""
    tags: list[str] = []
    genders = [
        looks[figure.companion_id][1].gender for figure in scene.figures if figure.companion_id in looks
    ]
    for gender, word in ((Gender.FEMALE, "girl"), (Gender.MALE, "boy"), (Gender.NONBINARY, "other")):
        count = genders.count(gender)
        if count:
            tags.append(f"{count}{word}" + ("s" if count > 1 else ""))
    if len(genders) == 1:
        tags.append("solo")
    for figure in scene.figures:
        if figure.companion_id in looks:
            _, look = looks[figure.companion_id]
            tags += [*look.words(), figure.outfit or look.outfit]
        tags += [figure.pose, figure.action, figure.expression]
    tags += [
        scene.setting,
        scene.time_of_day,
        _SCENE_WEATHER.get(scene.weather, scene.weather),
        scene.light,
        scene.mood,
    ]
    tags += [*scene.details, scene.framing]
    flat = [tag.strip() for entry in tags for tag in entry.split(",")]
    return trim(", ".join(dict.fromkeys(tag for tag in flat if tag)), PROMPT_LIMIT)


def scene_text(scene: Scene, names: Mapping[str, str]) -> str:
    """The scene in words without looks: who does what where; also the alt text. At most 1,000 characters.

    ``names`` maps companion id → name.
    """
    return trim(_describe(scene, names, with_outfits=True), PROMPT_LIMIT)


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
    parts: Sequence[str] = (figure.pose, figure.action, figure.expression)
    return ", ".join(part for part in parts if part)
