"""Who is in the picture at the end of the talk."""

import pytest

from tests.writers.talk import JUNO, KAEL, MIRA, alone, figure, scene


@pytest.mark.parametrize(
    ("lines", "cast"),
    [
        (
            ["Mira: *sits by the fire*", "Kael: *stirs the pot*", "Juno: gotta run, bye! *hurries out*"],
            {"mira", "kael"},
        ),
        (
            ["Juno: *storms out, slamming the door*", "Mira: well.", "Kael: *stares at the door*"],
            {"mira", "kael"},
        ),
        (
            [
                "Juno: *storms out, slamming the door*",
                "Mira: well.",
                "Juno: *comes back in, sheepish* forgot my keys",
            ],
            {"mira", "juno"},
        ),
        (
            ["Narrator: Kael slips out the back door, leaving Mira and Juno alone by the fire."],
            {"mira", "juno"},
        ),
        (["sam: juno left an hour ago", "Mira: *sighs*", "Kael: *shrugs*"], {"mira", "kael"}),
        (["Mira: *watches Kael disappear into the crowd*", "sam: he'll be fine"], {"mira"}),
        (
            ["Kael: *heads to the kitchen*", "Mira: *steals his seat*", "Kael: *returns with chips* hey!"],
            {"mira", "kael"},
        ),
        (
            ["Mira: *yawns* goodnight you two. *pads off upstairs*", "Kael: night!", "Juno: *deals again*"],
            {"kael", "juno"},
        ),
        (["Juno: I have to go. *waves*", "Mira: aw", "sam: bye Juno", "Kael: *waves*"], {"mira", "kael"}),
    ],
)
def test_who_has_left_is_not_in_it_until_they_come_back(lines: list[str], cast: set[str]):
    assert set(scene(*lines).cast) == cast


@pytest.mark.parametrize(
    "lines",
    [
        ["Mira: *waves*", "Kael: *on the radio, static* Copy that, Mira.", "sam: where r u kael"],
        ["sam: I call Kael on speaker", "Kael: hey hey!", "Mira: *leans toward the phone* come over!"],
        ["Mira: *sits on the step*", "Kael: [text message] running late, stuck at the dentist"],
        ["Mira: *cuts the cake*", "Kael: sorry I can't be there!! big kiss from the night shift"],
        ["Mira: *texts Kael* he says he's almost here", "sam: ok"],
    ],
)
def test_who_is_on_the_phone_or_radio_is_not_in_it(lines: list[str]):
    assert scene(*lines, who=(MIRA, KAEL)).cast == ("mira",)


def test_who_was_on_the_phone_is_in_it_after_arriving():
    made = scene("Mira: *texts Kael*", "Kael: *finally arrives, out of breath* sorry!!", who=(MIRA, KAEL))
    assert set(made.cast) == {"mira", "kael"}


@pytest.mark.parametrize(
    "line",
    [
        "Mira: I miss Juno. *kicks a pebble*",
        "Mira: Juno would have loved this. *raises her glass*",
        "Mira: Did you hear? Juno got promoted! *pops a bottle*",
        "Mira: *looks at the photo of Juno on the wall*",
        "Mira: Juno's at the library, she'll catch up later. *ties her shoe*",
        "Mira: Juno's home with a cold, poor thing. *waves*",
    ],
)
def test_who_is_only_talked_about_is_not_in_it(line: str):
    assert scene(line, who=(MIRA, JUNO)).cast == ("mira",)


@pytest.mark.parametrize(
    "line",
    [
        "Mira: *carries a sleeping Juno up the stairs*",
        "Mira: *leans on Juno's shoulder*",
        "Mira: *pulls the quilt over Juno, who's curled up asleep on the couch*",
        "Mira: *sits between the pillows with Juno asleep on her lap*",
    ],
)
def test_who_is_silent_but_there_is_in_it(line: str):
    assert set(scene(line, who=(MIRA, JUNO)).cast) == {"mira", "juno"}


def test_who_is_asleep_elsewhere_is_not_in_it():
    assert scene(
        "sam: where's Juno?", "Mira: Juno's asleep upstairs. *sips cocoa*", who=(MIRA, JUNO)
    ).cast == ("mira",)


def test_a_silent_sleeper_sleeps_in_the_picture():
    made = scene("Mira: *tucks Juno in, who's asleep on the couch*", who=(MIRA, JUNO))
    assert figure(made, "juno").pose.startswith("sleeping")


def test_a_narrator_is_trusted_about_everyone():
    made = scene("Narrator: Mira and Kael sit on the porch swing while Juno naps in the hammock.")
    assert set(made.cast) == {"mira", "kael", "juno"}


def test_members_are_never_cast():
    made = alone("sam: *sits down beside Mira in my red coat*", "Mira: *grins*")
    assert made.cast == ("mira",)
    assert figure(made).outfit == ""


def test_one_to_one_with_nothing_said_shows_the_one_companion():
    assert alone().cast == ("mira",)
    assert alone("sam: hi").cast == ("mira",)


def test_more_than_three_keeps_those_most_in_action_at_the_end():
    from bot.domain.scene import Candidate  # noqa: PLC0415

    many = tuple(Candidate(name.lower(), name) for name in ("Mira", "Kael", "Juno", "Ash", "Bo"))
    lines = [
        "Bo: hello",
        "Ash: *nods*",
        "Mira: *pours tea*",
        "sam: nice",
        "Kael: *sips*",
        "Juno: *slices the bread*",
    ]
    assert set(scene(*lines, who=many).cast) == {"mira", "kael", "juno"}
