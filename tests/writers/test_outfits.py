"""What companions wear."""

import pytest

from tests.writers.talk import KAEL, MIRA, alone, figure, scene


@pytest.mark.parametrize(
    ("line", "worn"),
    [
        ("Mira: *smooths the skirt of her emerald gown*", ["emerald gown"]),
        (
            "Mira: *in a faded denim jacket over a white tee, she leans back*",
            ["faded denim jacket", "white tee"],
        ),
        ("Mira: I'm wearing my red sundress today!", ["red sundress"]),
        (
            "Mira: *she's dressed in black leather pants and a cropped hoodie*",
            ["black leather pants", "cropped hoodie"],
        ),
        ("Mira: Mira wore a long white dress.", ["long white dress"]),
        ("Mira: *comes back in pajamas, hair wet*", ["pajamas"]),
        ("Mira: *pours the tea, gingham dress, enormous sunglasses*", ["gingham dress", "sunglasses"]),
        ("Mira: *boots squelching in the mud*", ["boots"]),
        ("Mira: *a dress of midnight blue silk, she's wearing it* hm", []),
        ("Mira: *dressed as a pirate, she swaggers in*", ["pirate costume"]),
        ("sam: love that yellow kimono on you", ["yellow kimono"]),
    ],
)
def test_clothes_keep_their_adjectives(line: str, worn: list[str]):
    outfit = figure(alone(line)).outfit
    assert all(piece in outfit for piece in worn)


@pytest.mark.parametrize(
    ("lines", "gone", "left"),
    [
        (["Mira: *in a blue coat and jeans*", "Mira: *takes off her coat*"], "coat", "jeans"),
        (
            ["Mira: *wearing jeans and a sweater*", "Mira: *changes into a black dress*"],
            "jeans",
            "black dress",
        ),
        (["Mira: *in a blue coat and jeans*", "Mira: *hangs her coat by the door*"], "coat", "jeans"),
        (
            ["Mira: *in a blue coat and jeans*", "Mira: *unbuttons her coat, drapes it over the chair*"],
            "coat",
            "jeans",
        ),
        (
            ["Mira: *in sneakers and jeans*", "Mira: *swaps her sneakers for hiking boots*"],
            "sneakers",
            "hiking boots",
        ),
        (["Mira: *takes off her jacket, revealing a silk blouse*"], "jacket", "silk blouse"),
        (
            ["Mira: *in a coat and a dress*", "Mira: *no longer wearing her coat, she shivers*"],
            "coat",
            "dress",
        ),
    ],
)
def test_what_is_taken_off_is_gone_from_the_whole_figure(lines: list[str], gone: str, left: str):
    made = figure(alone(*lines))
    assert gone not in f"{made.outfit} {made.action} {made.pose}"
    assert left in made.outfit


@pytest.mark.parametrize(
    "line",
    [
        "sam: *I put on my black suit*",
        "Mira: *folds a shirt*",
        "Mira: I miss my old uniform. *stretches*",
        "Mira: should I wear the red dress?",
        "Mira: I'll put on my coat later. *yawns*",
        "Mira: My sister has a red dress. *shrugs*",
    ],
)
def test_clothes_that_nobody_here_wears_are_left_out(line: str):
    assert figure(alone(line)).outfit == ""


def test_a_coat_put_round_another_changes_hands():
    made = scene(
        "Kael: *shrugs out of his leather jacket and drapes it over Mira's shoulders*",
        "Mira: *grins*",
        who=(MIRA, KAEL),
    )
    assert "leather jacket" in figure(made, "mira").outfit
    assert "jacket" not in figure(made, "kael").outfit


def test_each_wears_their_own():
    made = scene(
        "Narrator: Mira wears a crimson cloak; Kael is clad in battered plate armor.", who=(MIRA, KAEL)
    )
    assert figure(made, "mira").outfit == "crimson cloak"
    assert figure(made, "kael").outfit == "battered plate armor"


@pytest.mark.parametrize(
    ("words", "outfit"),
    [
        ("*rows on, red travelling cape thrown back over one shoulder*", "red travelling cape"),
        ("*waits at the bar, in a borrowed sailor's jersey*", "sailor's jersey"),
        ("*crams a felt hat down over her ears*", "felt hat"),
        ("*tie already loosened, leans back*", "tie"),
        ("*kneels on the mat, the blue silk yukata spread around her*", "blue silk yukata"),
    ],
)
def test_clothes_named_in_passing_are_worn(words: str, outfit: str):
    assert outfit in figure(alone(f"Mira: {words}")).outfit


def test_thrown_clothes_are_not_worn():
    assert not figure(alone("Mira: *throws the jacket at him*")).outfit


def test_what_somebody_has_got_on_is_worn():
    made = alone("Mira: *has got her red boots on and leans on the bar*")
    assert "red boots" in figure(made).outfit


def test_buttoned_to_the_top_names_no_garment():
    made = alone("Mira: *stands at the window, tweed waistcoat buttoned to the top*")
    assert figure(made).outfit == "tweed waistcoat"
