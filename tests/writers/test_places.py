"""Where the scene is."""

import pytest

from tests.writers.talk import KAEL, MIRA, alone, scene


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (["Mira: *leans over the edge of the roof*"], "roof"),
        (["Mira: Mira sat cross-legged on the dock, feet dangling."], "dock"),
        (["sam: we finally get to the aquarium and head straight for the jellyfish"], "aquarium"),
        (["sam: welcome to my humble treehouse"], "treehouse"),
        (["sam: ok we're in the elevator now"], "elevator"),
        (["Mira: I love this observatory. You can see everything."], "observatory"),
        (["sam: we've been hiking for hours and finally reach the summit"], "summit"),
        (["Mira: *ducks under the tape and into the Zorblax chamber*"], "Zorblax chamber"),
        (["Mira: We're in the cloning vat."], "cloning vat"),
        (["sam: [Scene: abandoned subway station, late night]"], "subway station"),
        (["sam: **Rooftop garden — golden hour**"], "rooftop garden"),
        (["sam: ~ Kitchen, midnight ~"], "kitchen"),
        (["sam: INT. DINER - NIGHT"], "diner"),
        (["sam: Setting: a hot-air balloon over the vineyards"], "balloon"),
        (["Mira: *kneels among the tombstones, brushing moss from a name*"], "graveyard"),
        (["Mira: *slaps the hangar door switch*"], "hangar"),
    ],
)
def test_a_stated_place_is_the_setting_in_the_talks_own_words(lines: list[str], word: str):
    assert word.lower() in alone(*lines).setting.lower()


def test_the_last_stated_place_wins():
    made = alone("Mira: *sits in the library*", "sam: *we walk into the bakery*", "Mira: *sniffs*")
    assert made.setting == "bakery"


def test_going_back_is_the_place_before():
    made = alone(
        "Mira: *stirs the pot in the kitchen*", "Mira: *steps outside for air*", "Mira: *heads back inside*"
    )
    assert "kitchen" in made.setting


def test_leaving_a_place_for_no_other_leaves_no_place():
    assert "cafe" not in alone("Mira: *sips coffee in the cafe*", "Mira: *leaves the cafe*").setting


@pytest.mark.parametrize(
    "line",
    [
        "Mira: *points at the lighthouse in the distance*",
        "Mira: *looks at a photo of the beach*",
        "Mira: *leans on the railing*",
        "Mira: *sits on a chair in silence*",
        "Mira: My sister works at a hospital. *shrugs*",
        "Mira: *holds the key to the cabin*",
    ],
)
def test_what_is_looked_at_or_talked_of_is_no_place(line: str):
    assert alone(line).setting == ""


def test_a_place_named_at_the_door_where_someone_left_is_where_the_rest_are():
    made = scene(
        "Kael: *tosses it over on the way out of the flower shop*", "Mira: bye, menace", who=(MIRA, KAEL)
    )
    assert made.setting == "flower shop"
    assert made.cast == ("mira",)


def test_an_absent_owner_is_not_in_the_place():
    assert "Kael" not in scene("Mira: *sits in Kael's garage*", who=(MIRA, KAEL)).setting


def test_what_lies_below_is_only_seen():
    made = alone("Mira: *swings her legs over the edge of the rooftop, city glittering underneath*")
    assert "rooftop" in made.setting


def test_a_machine_is_no_place():
    made = alone("sam: 2am laundromat gang", "Mira: *hops up on the dryer n scrolls her phone*")
    assert made.setting == "laundromat"
    assert made.time_of_day == "night"
