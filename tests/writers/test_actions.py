"""What companions do at the end."""

import pytest

from bot.domain.prompts import activity
from tests.writers.talk import ASH, KAEL, MIRA, alone, figure, scene


@pytest.mark.parametrize(
    ("line", "doing"),
    [
        ("Mira: *leans on the railing*", "leaning on the railing"),
        ("Mira: *I sip my coffee*", "sipping her coffee"),
        (
            "Mira: She leaned on the railing and sipped her coffee.",
            "leaning on the railing, sipping her coffee",
        ),
        ("Mira: Mira is curled up on the sofa.", "curled up on the sofa"),
        ("Mira: /me pours the tea", "pouring the tea"),
        ("Mira: *yeets the ball across the yard*", "yeeting the ball across the yard"),
        ("Mira: I lean on the rail and watch the gulls.", "leaning on the rail"),
        ("Mira: i'm dangling my feet and eating cereal", "dangling her feet"),
        ("Mira: *elbow-deep in peonies behind the counter*", "elbow-deep in peonies behind the counter"),
        ("Mira: *stands up, walks to the window and looks out*", "looking out"),
        ("Mira: *starts to dance*", "dancing"),
        ("Mira: (leans back)", "leaning back"),
    ],
)
def test_the_verb_phrase_becomes_a_gerund(line: str, doing: str):
    assert doing in activity(figure(alone(line)))


@pytest.mark.parametrize(
    "line",
    [
        "Mira: would you dance with me?",
        "Mira: *doesn't dance*",
        "Mira: *wants to dance*",
        "sam: Mira, dance!",
        "Mira: I danced all night yesterday.",
        "sam: *I dance around*",
    ],
)
def test_what_is_not_done_is_not_shown(line: str):
    assert "danc" not in activity(figure(alone(line)))


def test_the_newest_deed_replaces_the_one_before():
    assert activity(figure(alone("Mira: *juggles apples*", "Mira: *reads a letter*"))) == "reading a letter"


def test_a_smile_is_an_expression_beside_the_deed():
    made = figure(alone("Mira: *pours tea, smiling*"))
    assert (made.action, made.expression) == ("pouring tea", "smiling")


def test_a_change_of_place_ends_what_was_done_there():
    made = alone("Mira: *stirs the soup in the kitchen*", "sam: we walk down to the beach", "Mira: nice")
    assert "soup" not in activity(figure(made))


def test_pronouns_follow_gender_and_the_last_named():
    made = scene("sam: Mira and Kael wait. He juggles apples. She reads a letter.", who=(MIRA, KAEL))
    assert "juggling apples" in activity(figure(made, "kael"))
    assert "reading a letter" in activity(figure(made, "mira"))


def test_they_is_one_person_where_that_person_is_nonbinary():
    made = scene("sam: Ash grins. They juggle apples.", who=(ASH,))
    assert "apples" in activity(figure(made, "ash"))


def test_both_and_all_are_everyone_here():
    made = scene("Mira: *waves*", "Kael: *waves*", "Narrator: They both sit on the steps.", who=(MIRA, KAEL))
    assert all("sitting" in activity(each) for each in made.figures)


def test_a_stranger_takes_the_pronoun_away():
    made = alone("Mira: *nods at the waitress* She juggles three plates.")
    assert "juggling" not in activity(figure(made))


def test_an_absent_name_is_cut_from_the_deed():
    made = scene("Kael: *heads home*", "Mira: *reads the note from Kael*", who=(MIRA, KAEL))
    assert "Kael" not in activity(figure(made))


def test_the_member_becomes_the_viewer():
    assert "the viewer" in activity(figure(alone("Mira: *takes your hand*")))


def test_both_hands_hand_nothing_over():
    made = alone("Mira: *stands at the helm, both hands flying over the switches*")
    assert "handing" not in activity(figure(made))
