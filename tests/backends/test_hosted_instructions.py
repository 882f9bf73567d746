"""What a hosted model is told of a job: who is who, in which order, in which style."""

from __future__ import annotations

import dataclasses

from bot.backends.hosted.instructions import instructions_of
from bot.domain.prompts import natural_prompt, reference_prompt
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import JobKind
from tests.backends.contract import BEACH, KAITO, MIRA, NOOR, job

ALL = Scene((Figure("mira"), Figure("kaito"), Figure("noor")), "park")


def test_the_prompt_stands_as_it_is_and_looks_are_not_said_twice() -> None:
    prompt = natural_prompt(BEACH, {"mira": ("Mira", MIRA.look)})
    told = instructions_of(job(prompt=prompt))
    assert told.attachments == ()
    assert prompt in told.text
    assert told.whole == told.text
    assert told.text.count(MIRA.look.hair) == 1


def test_without_a_prompt_the_scene_and_everybodys_looks_make_one() -> None:
    told = instructions_of(job(ALL, MIRA, KAITO, NOOR))
    assert all(member.look.hair in told.text for member in (MIRA, KAITO, NOOR))
    assert "park" in told.text


def test_each_reference_has_words_that_say_who_it_is_in_the_order_of_the_cast() -> None:
    cast = [dataclasses.replace(m, reference=m.name.encode()) for m in (KAITO, MIRA, NOOR)]
    told = instructions_of(job(ALL, *cast))
    assert [attachment.jpeg for attachment in told.attachments] == [b"Kaito", b"Mira", b"Noor"]
    assert [attachment.words.partition(":")[0] for attachment in told.attachments] == [
        "Image 1 is Kaito",
        "Image 2 is Mira",
        "Image 3 is Noor",
    ]
    assert told.whole.splitlines()[:3] == [attachment.words for attachment in told.attachments]
    assert told.whole.endswith(told.text)


def test_a_companion_without_a_reference_takes_no_number() -> None:
    told = instructions_of(job(ALL, MIRA, dataclasses.replace(KAITO, reference=b"k"), NOOR))
    assert [attachment.words.partition(":")[0] for attachment in told.attachments] == ["Image 1 is Kaito"]


def test_an_edit_begins_with_its_picture_and_says_who_is_in_it() -> None:
    mira = dataclasses.replace(MIRA, reference=b"m")
    told = instructions_of(job(BEACH, mira, kind=JobKind.EDIT, prompt="make it night", source=b"before"))
    assert [attachment.jpeg for attachment in told.attachments] == [b"before", b"m"]
    assert told.attachments[0].words == "Image 1 is the picture to be changed."
    assert told.attachments[1].words.startswith("Image 2 is Mira:")
    assert "Change Image 1: make it night" in told.text
    assert "Mira (27-year-old woman, long wavy auburn hair" in told.text
    assert "photograph" not in told.text, "an edited picture keeps its style"


def test_candidates_for_a_reference_are_made_from_their_prompt() -> None:
    prompt = reference_prompt("Mira", MIRA.look)
    assert instructions_of(job(kind=JobKind.REFERENCE, prompt=prompt)).text.startswith(prompt)


def test_the_style_of_the_looks_is_said() -> None:
    assert "a realistic photograph" in instructions_of(job(BEACH, MIRA)).text
    assert "an anime illustration" in instructions_of(job(BEACH, KAITO)).text
    both = instructions_of(job(ALL, MIRA, KAITO)).text
    assert "Mira as in a realistic photograph, Kaito as in an anime illustration" in both
