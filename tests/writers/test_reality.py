"""Dreams, stories, quotes, songs, plans, sarcasm, negation and talk out of character set nothing."""

import re

import pytest

from bot.domain.prompts import scene_text
from tests.writers.talk import alone

UNREAL = [
    ("Mira: I dreamed we were on a beach. The sun was setting. *rubs her eyes*", "beach|sunset"),
    ("Mira: Remember that night on the ferry? *smiles*", "ferry|night"),
    ("sam: tomorrow we should go to the zoo", "zoo"),
    ("Mira: if it rains we'll go to the museum *packs*", "museum|rain"),
    ('Mira: *hums* "Down by the river, under the moonlight..."', "river|night"),
    ("Mira: ♪ down by the river ♪ *hums*", "river"),
    ("Mira: oh sure, this swamp is SUCH a lovely beach. *rolls her eyes*", "beach"),
    ("sam: not the beach, the library", "beach"),
    ("Mira: We're not at the docks. *shrugs*", "docks"),
    ("Mira: I wish we were at the lake instead. *sighs*", "lake"),
    ("sam: ((I'm at the office rn, it's snowing))", "office|snow"),
    ("sam: // back from the gym", "gym"),
    ("sam: [OOC: brb, dog wants to go to the park]", "park"),
    ("sam: > we're in the cellar", "cellar"),
    ("sam: `we're in the cellar`", "cellar"),
    ("Mira: *tells a story* Once there was a castle in the snow.", "castle|snow"),
    ("Mira: I used to live by the sea. *stirs her tea*", "sea"),
    ("Mira: It's like a prison in here. *groans*", "prison"),
    ("Mira: have you ever been to the desert?", "desert"),
    ("Mira: *shows you a postcard of the tower at night*", "night"),
    ('sam: my mom texted "are you at the mall?"', "mall"),
    ("sam: She told me 'meet me at the docks'.", "docks"),
    ("Mira: what if we lived on a houseboat? *stares dreamily*", "houseboat"),
    ("Mira: In the movie, they're trapped in a cave. *eats popcorn*", "cave"),
    ("sam: The forecast says snow for the weekend.", "snow"),
    ("Mira: As a kid I spent every summer on my uncle's farm. *picks at her sleeve*", "farm"),
]


@pytest.mark.parametrize(("line", "unwanted"), UNREAL)
def test_what_is_not_so_here_and_now_is_not_in_the_text(line: str, unwanted: str):
    made = alone(line)
    said = " ".join((scene_text(made, {"mira": "Mira"}), made.setting, made.time_of_day, made.weather))
    assert not re.search(rf"\b({unwanted})", said)


@pytest.mark.parametrize(
    "place", ["beach", "ferry", "zoo", "museum", "river", "swamp", "lake", "office", "gym", "cellar"]
)
def test_the_same_places_said_plainly_are_the_setting(place: str):
    assert alone(f"sam: We're at the {place} now.").setting == place


def test_a_memory_ends_where_now_begins():
    assert (
        alone("Mira: I was in the garden earlier. Now I'm in the kitchen. *chops carrots*").setting
        == "kitchen"
    )


def test_a_negated_place_gives_way_to_the_stated_one():
    assert alone("sam: we're not at the beach, we're at the library").setting == "library"
