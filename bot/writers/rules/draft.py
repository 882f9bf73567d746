"""A scene while it is being written from a prompt or an edit."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.scene import Figure, Scene


@dataclass(slots=True)
class DraftFigure:
    """What is said of one of the cast so far; each list in the order of the words."""

    garments: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """(text, noun, slot)."""
    poses: list[str] = field(default_factory=list[str])
    deeds: list[str] = field(default_factory=list[str])
    faces: list[str] = field(default_factory=list[str])

    def wear(self, text: str, noun: str, slot: str) -> None:
        """One more garment; said again with other words ("her dress" after "a red dress"), the longer text stays."""
        for at, (old, old_noun, _) in enumerate(self.garments):
            if old_noun == noun and noun in {text, old}:
                self.garments[at] = (max(old, text, key=len), noun, slot)
                return
            if old == text:
                return
        self.garments.append((text, noun, slot))

    def figure(self, companion_id: str) -> Figure:
        """The figure that it has become."""
        return Figure(
            companion_id,
            action=_joined(self.deeds),
            pose=_joined(self.poses),
            outfit=_joined([text for text, _, _ in self.garments]),
            expression=_joined(self.faces),
        )


@dataclass(slots=True)
class Draft:
    """A scene with a fixed cast, as far as it has been read; empty text means that nothing was said."""

    figures: list[DraftFigure]
    setting: str = ""
    setting_is_plain: bool = True
    """Whether somebody is said to be there; a place that is only seen ("by the wet street") yields to one."""
    time: str = ""
    time_is_plain: bool = False
    """Whether the time was named; one that is only suggested ("under the stars") yields to one that is."""
    weather: str = ""
    lights: list[str] = field(default_factory=list[str])
    mood: str = ""
    framings: list[str] = field(default_factory=list[str])
    details: list[str] = field(default_factory=list[str])

    def settle(self, place: str, *, plain: bool) -> bool:
        """Take a place as the setting; False where another one is it already."""
        if self.setting and (self.setting_is_plain or not plain):
            return False
        if self.setting:
            self.details.append(self.setting)
        self.setting, self.setting_is_plain = place, plain
        return True

    def tell_time(self, time: str, *, plain: bool) -> None:
        """Take a time of day; the first that is named stays."""
        if not self.time or (plain and not self.time_is_plain):
            self.time, self.time_is_plain = time, plain

    def says_something(self) -> bool:
        """Whether anything at all was said."""
        figures = any(one.garments or one.poses or one.deeds or one.faces for one in self.figures)
        surroundings = (
            self.setting,
            self.time,
            self.weather,
            self.lights,
            self.mood,
            self.framings,
            self.details,
        )
        return figures or any(surroundings)

    def scene(self, cast: tuple[str, ...]) -> Scene:
        """The scene that it has become; ``cast`` are the companion ids of its figures."""
        return Scene(
            figures=tuple(
                draft.figure(companion_id) for draft, companion_id in zip(self.figures, cast, strict=True)
            ),
            setting=self.setting,
            time_of_day=self.time,
            weather=self.weather,
            light=_joined(self.lights),
            mood=self.mood,
            framing=_joined(self.framings),
            details=tuple(dict.fromkeys(self.details)),
        )


def _joined(texts: list[str]) -> str:
    return ", ".join(dict.fromkeys(texts))
