"""The requester's thread of talk, and the requester's own hint."""

import pytest

from bot.domain.prompts import activity, scene_text
from tests.writers.talk import JUNO, KAEL, MIRA, alone, figure, scene

TWO_TALKS = (
    "sam: Mira, is the coast clear?",
    "nora: Kael did you feed the llamas",
    "Mira: *peers round the corner of the museum*",
    "Kael: *up to his waist in llamas in the petting zoo* They're feeding on ME",
    "sam: go, Mira, go",
    "nora: lol Kael",
    "Kael: MY HAT",
    "Mira: *lifts the glass with her fingertips*",
)


def test_only_the_requesters_talk_is_pictured():
    made = scene(*TWO_TALKS, by="sam", who=(MIRA, KAEL))
    assert made.cast == ("mira",)
    assert "museum" in made.setting


def test_the_other_requester_gets_the_other_talk():
    made = scene(*TWO_TALKS, by="nora", who=(MIRA, KAEL))
    assert made.cast == ("kael",)
    assert "zoo" in made.setting


def test_one_talk_of_several_members_stays_one():
    made = scene("sam: hi Mira", "nora: hi Mira", "Mira: *waves*", "Kael: *nods at Mira*", who=(MIRA, KAEL))
    assert set(made.cast) == {"mira", "kael"}


def test_a_hint_beats_the_log_for_place_cast_clothes_and_time():
    log = ("Mira: *in denim dungarees, up a ladder in the orchard*", "Kael: *naps at noon*")
    made = scene(*log, who=(MIRA, KAEL, JUNO), hint="Juno on the beach at sunset, wearing a red dress")
    assert made.cast == ("juno",)
    assert (made.setting, made.time_of_day) == ("beach", "sunset")
    assert figure(made, "juno").outfit == "red dress"
    assert "orchard" not in scene_text(made, {"juno": "Juno"})


@pytest.mark.parametrize(
    ("hint", "setting"),
    [
        ("in a hot air balloon", "hot air balloon"),
        ("at the docks", "docks"),
        ("rooftop at night", "rooftop"),
        ("not the beach", ""),
    ],
)
def test_a_hint_may_be_a_few_words(hint: str, setting: str):
    assert alone("Mira: hi", hint=hint).setting == setting


def test_a_hint_may_say_what_is_done():
    assert "reading" in activity(figure(alone("Mira: hi", hint="Mira reading in a snowy cabin")))


def test_a_hint_for_everybody_keeps_those_who_are_there():
    made = scene("Mira: *sits*", "Kael: *sits*", who=(MIRA, KAEL, JUNO), hint="everyone on a ferris wheel")
    assert set(made.cast) == {"mira", "kael"}


@pytest.mark.parametrize(
    ("hint", "cast"),
    [
        ("just Mira", {"mira"}),
        ("Juno too", {"juno", "mira", "kael"}),
        ("no Kael", {"mira"}),
        ("Mira without Kael, in the forest", {"mira"}),
        ("at the beach", {"mira", "kael"}),
    ],
)
def test_a_hint_may_add_or_leave_out(hint: str, cast: set[str]):
    made = scene("Mira: *sits*", "Kael: *sits*", who=(MIRA, KAEL, JUNO), hint=hint)
    assert set(made.cast) == cast


def test_a_hint_may_mean_somebody_by_pronoun_or_costume():
    assert (
        figure(scene("Mira: *sits*", "Kael: *sits*", who=(MIRA, KAEL), hint="put her in a kimono")).outfit
        == "kimono"
    )
    assert figure(alone("Mira: *sits*", hint="as pirates")).outfit == "pirate costume"


def test_what_a_hint_says_beyond_the_rules_is_kept_as_a_detail():
    assert alone("Mira: *sits*", hint="underwater").details == ("underwater",)
    assert alone("Mira: *sits*", hint="at the beach").details == ()


def test_a_hint_that_moves_the_scene_ends_what_was_done_there():
    assert "soup" not in activity(figure(alone("Mira: *stirs the soup in the kitchen*", hint="at the beach")))
