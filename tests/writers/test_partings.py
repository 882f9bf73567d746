"""Who goes, who is asked for, and who is only a voice."""

import pytest

from tests.writers.talk import scene


def cast(talk: list[tuple[str, str]]) -> set[str]:
    return set(scene(*(f"{speaker if speaker != '*' else 'sam'}: {text}" for speaker, text in talk)).cast)


@pytest.mark.parametrize(
    "words",
    [
        "right, i have to go, the shop opens at nine",
        "That's my cue. Night everyone!",
        "go on without me, I'll wait here with the bikes",
        "I'm going.",
    ],
)
def test_a_speaker_who_says_so_goes(words: str):
    assert cast([("Kael", "*stirs the pot*"), ("Mira", words), ("Kael", "*ladles the stew*")]) == {"kael"}


def test_one_word_can_be_a_leaving():
    assert cast([("Kael", "*stirs the pot*"), ("Mira", "Bye! *gone*"), ("Kael", "*ladles the stew*")]) == {
        "kael"
    }


def test_going_out_again_is_leaving_again():
    talk = [
        ("Mira", "*marches out of the workshop*"),
        ("Kael", "*sands the table leg*"),
        ("Mira", "*comes back in, takes her hammer, goes out again*"),
        ("Kael", "*shakes his head*"),
    ]
    assert cast(talk) == {"kael"}


def test_who_comes_back_through_the_door_is_here():
    talk = [
        ("Mira", "I'm off home *leaves*"),
        ("Kael", "*sands the table leg*"),
        ("Mira", "*ducks back in under the shutter* forgot my keys"),
    ]
    assert cast(talk) == {"mira", "kael"}


@pytest.mark.parametrize(
    "answer", ["asleep upstairs, leave her be", "At the clinic till six.", "gone to fetch milk"]
)
def test_an_answer_puts_whom_it_was_asked_of_elsewhere(answer: str):
    assert cast([("*", "where's Mira?"), ("Kael", answer + " *peels a carrot*")]) == {"kael"}


def test_an_answer_can_say_that_they_are_here():
    assert cast([("*", "where's Mira?"), ("Kael", "right behind you *peels a carrot*"), ("Mira", "boo")]) == {
        "mira",
        "kael",
    }


def test_a_voice_on_the_line_is_not_here():
    talk = [
        ("Kael", "*picks up the receiver*"),
        ("Mira", '"Too late," said the voice on the line. "Far too late."'),
    ]
    assert cast(talk) == {"kael"}


def test_who_holds_the_phone_is_here():
    assert cast([("Kael", "*paces the kitchen with his phone on speaker* Mira, which one?")]) == {"kael"}


def test_who_does_not_come_along_stays_behind():
    talk = [
        ("Kael", "*polishes the counter*"),
        ("Juno", "*takes your hand and runs down the pier* come on!"),
        ("Juno", "*points at the boats*"),
    ]
    assert cast(talk) == {"juno"}


def test_just_the_two_of_us():
    talk = [
        ("Kael", "*yawns*"),
        ("Juno", "*opens the map*"),
        ("*", "so just the two of us then"),
        ("Juno", "*nods*"),
    ]
    assert cast(talk) == {"juno"}


def test_arguing_with_somebody_is_no_absence():
    assert cast([("Kael", "Kael nodded. There was no arguing with her. He tied the rope.")]) == {"kael"}


def test_a_tag_names_the_device_that_the_message_comes_through():
    assert cast([("Kael", "*lifts the map*"), ("Mira", "[radio] north side is clear")]) == {"kael"}


def test_a_name_called_out_is_no_sign_of_being_here():
    assert cast([("Kael", "*knocks at the locked door* Mira?"), ("Kael", "*sighs*")]) == {"kael"}


def test_a_farewell_to_all_is_leaving():
    assert cast([("Kael", "*yawns*"), ("Mira", "Night, folks."), ("Kael", "*dims the lamp*")]) == {"kael"}


@pytest.mark.parametrize("line", ["sam: ---", "sam: [Time skip: 2 hours]", "sam: later that evening"])
def test_after_time_has_passed_a_place_gives_way_to_any_other(line: str):
    made = scene("Mira: *sits on the pier*", line, "Mira: *stirs the soup on the stove with a wooden spoon*")
    assert made.setting == "kitchen"


def test_without_another_place_the_old_one_stays():
    assert scene("Mira: *sits on the pier*", "sam: ---", "Mira: *yawns*").setting == "pier"


def test_who_fell_asleep_on_somebody_is_here():
    assert cast([("Mira", "Kael fell asleep on my shoulder lol"), ("sam", "aww")]) == {"mira", "kael"}


def test_the_picture_goes_where_the_requester_goes():
    talk = [
        ("Kael", "*pokes the fire*"),
        ("sam", "I'm going with Mira to fetch water"),
        ("Mira", "*swings the bucket*"),
        ("Kael", "don't be long!"),
    ]
    assert cast(talk) == {"mira"}


def test_an_infinitive_is_no_place():
    assert not scene("sam: we're off to fetch firewood", "Mira: *nods*").setting


def test_a_door_shut_behind_somebody_is_a_parting_but_not_when_they_come_in():
    talk = [("Kael", "*on the sofa*"), ("Mira", "hey"), ("Mira", "*slides the door shut behind her*")]
    assert cast(talk) == {"kael"}
    assert cast([("Kael", "*waves*"), ("Mira", "*walks in and shuts the door behind her*")]) == {
        "mira",
        "kael",
    }


def test_a_voice_from_another_room_is_not_in_the_picture():
    talk = [
        ("Kael", "*flips pancakes in the kitchen*"),
        ("Mira", "*muffled, from the shower upstairs* FIVE MINUTES"),
    ]
    assert cast(talk) == {"kael"}
    assert cast([("Kael", "*stirs the pot*"), ("Mira", "*yells from upstairs* is it done?")]) == {"kael"}
    assert cast([("Kael", "*stirs the pot*"), ("Mira", "*muffled laughter into her pillow*")]) == {
        "mira",
        "kael",
    }


def test_a_game_masters_you_is_everybody():
    talk = [
        ("Kael", "*drains his ale*"),
        ("Mira", '"Come." She stands.'),
        ("sam", "You slip out the back."),
        ("Kael", "*draws his axe*"),
    ]
    assert cast(talk) == {"mira", "kael"}
