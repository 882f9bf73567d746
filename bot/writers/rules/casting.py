"""From the world at the end of the talk to the scene: who is shown, and what is said of each."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from bot.domain.scene import MAX_CAST, Figure, Scene
from bot.writers.rules.hints import HintRead
from bot.writers.rules.phrases import render
from bot.writers.rules.world import Act, PersonState, Status, Strength, World

_MOST_GARMENTS = 5
_RECENT = 3
"""Messages from the end within which a deed makes someone "most in action"."""


def choose(world: World, hint: HintRead) -> list[int]:
    """The cast, most important first, 1 to 3; the first companion when nobody is known to be there.

    Order: whom the hint names; else who is present, those most in action at the end first, then the
    latest speakers.
    """
    companions = list(world.roster.companions)
    here = [person for person in world.present() if person not in hint.without]
    if hint.cast:
        others = [person for person in here if person not in hint.cast] if hint.adds else []
        return [*hint.cast, *others][:MAX_CAST]
    present = here
    if not present:
        present = [i for i in companions if world.people[i].status in {Status.BEHIND, Status.AWAY}]
        present = sorted(present, key=lambda i: -_latest(world.people[i]))[:1]
    if not present:
        companions = [i for i in companions if i not in hint.without] or companions
        spoken = [i for i in companions if world.people[i].spoke >= 0 or world.people[i].mentioned >= 0]
        present = [max(spoken, key=lambda i: _latest(world.people[i]))] if spoken else companions[:1]
    end = world.message
    present.sort(key=lambda i: _rank(world.people[i], end), reverse=True)
    return present[:MAX_CAST]


def _latest(state: PersonState) -> int:
    return max(state.spoke, state.acted, state.mentioned)


def _rank(state: PersonState, end: int) -> tuple[int, int, int]:
    acting = 1 if state.acted >= 0 and end - state.acted <= _RECENT else 0
    return (acting, max(state.acted, state.spoke), state.deeds)


def compose(world: World, cast: list[int], details: list[str]) -> Scene:
    """The scene with this cast."""
    shown = frozenset(cast)
    figures = tuple(_figure(world, person, shown) for person in cast)
    place = world.setting
    guessed = place is None or (place.strength is Strength.GUESSED and bool(world.place_hint))
    setting = world.place_hint if guessed else place.text if place is not None else ""
    weather = world.weather or world.weather_hint
    time = world.time or world.time_hint or ("day" if weather == "sunny" else "")
    if setting and setting == setting.upper():
        setting = setting.lower()
    return Scene(
        figures=figures,
        setting=setting,
        time_of_day=time,
        weather=weather,
        light=world.light,
        mood=world.mood,
        framing=_framing(figures),
        details=tuple(details),
    )


def _framing(figures: tuple[Figure, ...]) -> str:
    if len(figures) > 1:
        return "group shot" if len(figures) > 2 else "two shot"  # noqa: PLR2004
    figure = next(iter(figures))
    if figure.pose.startswith(("standing", "walking", "dancing")) or figure.action.startswith(
        ("dancing", "walking", "running")
    ):
        return "full body"
    return "medium shot"


def _figure(world: World, person: int, shown: frozenset[int]) -> Figure:
    state = world.people[person]
    companion_id = world.roster.people[person].companion_id or ""
    outfit = ", ".join(garment.text for garment in state.outfit[-_MOST_GARMENTS:])
    doing = [text for act in state.doing if (text := _text(world, state, act, shown))]
    weak = _text(world, state, state.weak, shown) if state.weak is not None else ""
    pose = _text(world, state, state.pose, shown) if state.pose is not None else ""
    if weak and (
        not doing
        or (
            state.weak is not None
            and state.doing
            and state.weak.message >= state.doing[-1].message
            and " " in weak
        )
    ):
        doing.append(weak)
    action = ", ".join(dict.fromkeys(doing[-2:]))
    face = _text(world, state, state.face, shown) if state.face is not None else ""
    if face and state.face is not None and world.message - state.face.message > _RECENT:
        face = ""
    return Figure(companion_id=companion_id, action=action, pose=pose, outfit=outfit, expression=face)


def _text(world: World, state: PersonState, act: Act, shown: frozenset[int]) -> str:
    """The phrase, cut before an absent person, a place that is no longer the scene, or a garment taken off."""
    parts = act.parts
    if act.place and not _is_here(world, act.place):
        at = next(
            (i for i, part in enumerate(parts) if isinstance(part, str) and part.lower() == act.place),
            len(parts),
        )
        while at > 1 and not (isinstance(parts[at - 1], str) and parts[at - 1] in _PREPOSITIONS):
            at -= 1
        parts = parts[: max(at - 1, 1)]
    worn = {word for garment in state.outfit for word in garment.noun.split()}
    if any(isinstance(part, str) and part in state.removed and part not in worn for part in parts):
        return ""
    return render(parts, shown, world.roster)


_PREPOSITIONS = frozenset(
    "in on at into onto to by near beside along through across around under inside outside from toward".split()
)


def _is_here(world: World, place: str) -> bool:
    return world.setting is not None and place in world.setting.text.lower().split()
