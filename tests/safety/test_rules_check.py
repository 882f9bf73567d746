"""The built-in check, rule by rule; how often it errs is measured in ``test_safety_evaluation``."""

from __future__ import annotations

import tomllib

import pytest

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.safety.ages import AgeReader
from bot.safety.rules import RulesCheck
from tests.safety.evaluation import HERE, identified

CHECK = RulesCheck()
AGES = tomllib.loads((HERE / "ages.toml").read_text(encoding="utf-8"))
AGE, CUE = identified("age")[0][1], identified("suggestive")[0][1]


async def refusal(*texts: str, forbidden: tuple[str, ...] = ()) -> str:
    with pytest.raises(UnsafeRequestError) as caught:
        await CHECK.rate(texts, forbidden=forbidden)
    return caught.value.rule


async def test_a_suggestive_cue_is_mature() -> None:
    assert await CHECK.rate(["at the lake", CUE]) is Rating.MATURE


async def test_with_an_age_cue_it_is_refused_whatever_age_is_stated() -> None:
    assert await refusal("27 years old, an adult", AGE, CUE) == "minor"


@pytest.mark.parametrize(("identifier", "cue"), identified("charged"), ids=lambda part: str(part)[:24])
async def test_what_is_fine_among_adults_is_refused_with_an_age_cue(identifier: str, cue: str) -> None:
    assert await CHECK.rate(["two women", cue]) is Rating.GENERAL, identifier
    assert await refusal(AGE, cue) == "minor", identifier


async def test_no_word_of_a_list_takes_part_of_another() -> None:
    assert await CHECK.rate([f"naked eye, {AGE}"]) is Rating.GENERAL


@pytest.mark.parametrize("age", AGES["adult"])
async def test_adult_ages_and_other_numbers_do_not_make_anyone_young(age: str) -> None:
    assert await CHECK.rate([age, CUE]) is Rating.MATURE


async def test_a_birth_year_is_compared_with_this_year() -> None:
    check = RulesCheck(year=lambda: 2040)
    assert await check.rate(["born in 2015", CUE]) is Rating.MATURE
    assert AgeReader(lambda: 2040).states_minor([("born", "in", "2030")], ())


async def test_grim_is_mature_and_not_refused() -> None:
    grim = identified("grim")[0][1]
    assert await CHECK.rate([AGE, grim]) is Rating.MATURE


@pytest.mark.parametrize(
    "text",
    [
        "женщина гуляет по пляжу с собакой",
        "Mira и море",
        "ผู้หญิงเดินอยู่บนชายหาด",
        "한 여자가 해변을 걷고 있다",
        "一个女人在海滩上散步看日落很美",
        "la donna sulla spiaggia che sono nella casa",
        "kobieta jest przy plaży oraz nie",
        "aGVsbG8gd29ybGQgMTIzNDU2Nzg5MA==",
        "68 65 6c 6c 6f 20 77 6f 72",
        "01101000 01100101 01101100 01101100 01101111 00100001 00100000",
        ".... . .-.. .-.. --- .-- --- .-. .-.. -..",
        "\\u0068\\u0065\\u006c\\u006c\\u006f",
        "%68%65%6c%6c%6f",
        "≈∆∑†¥≈∆∑†¥≈∆∑†¥≈∆∑†¥≈∆∑†¥",
        "x" * 40,
    ],
)
async def test_what_cannot_be_judged_is_mature(text: str) -> None:
    assert await CHECK.rate([text]) is Rating.MATURE


@pytest.mark.parametrize(
    "text",
    [
        "Анна waves",
        "a sign that says ОТЕЛЬ",
        "東京、夜、雨",
        "C'est déjà l'été à Besançon",
        "größte Brücke",
        "🌸🌸🌸",
        "",
    ],
)
async def test_a_name_a_sign_or_some_emoji_can_be_judged(text: str) -> None:
    assert await CHECK.rate([text]) is Rating.GENERAL


@pytest.mark.parametrize(
    "written", ["%6e%75%64%65", "&#110;&#117;&#100;&#101;", "\\u006e\\u0075\\u0064\\u0065"]
)
async def test_escapes_are_undone(written: str) -> None:
    assert await refusal(AGE, written) == "minor"


@pytest.mark.parametrize(
    "text",
    [
        "a woman who looks exactly like Jane Example",
        "named after Jane van Example",
        "with the face of John Q. Example",
        "as the actress Jane Example",
        "sieht aus wie Jane Example",
        "ｌｏｏｋｓ ｌｉｋｅ Ｊａｎｅ Ｅｘａｍｐｌｅ",
    ],
)
async def test_a_likeness_with_a_full_name_is_somebody_real(text: str) -> None:
    assert await refusal(text) == "real_person"


@pytest.mark.parametrize(
    "text", ["looks like New York", "Mira Example reads", "the actress bows", "looks like Rain"]
)
async def test_places_and_plain_names_are_nobody_real(text: str) -> None:
    assert await CHECK.rate([text]) is Rating.GENERAL


@pytest.mark.parametrize(
    "written", ["Clown", "cl0wn", "c l o w n", "ｃｌｏｗｎ", "clowwwn", "c*own", "clown.", "cl||ow||n"]
)
async def test_a_guilds_own_words_are_refused_in_disguise_too(written: str) -> None:
    assert await refusal("at the circus", written, forbidden=("clown", "ピエロ")) == "guild_words"


async def test_a_guilds_words_may_be_phrases_stems_and_kana() -> None:
    for said in ("the big top opens", "trapezes", "ピエロ"):
        assert await refusal(said, forbidden=("big top", "trapez*", "ピエロ")) == "guild_words"
    assert await CHECK.rate(["the clowns"], forbidden=("clown",)) is Rating.GENERAL


async def test_rules_do_not_look_at_pictures() -> None:
    assert not CHECK.checks_pictures
    assert await CHECK.rate_picture(b"") is Rating.GENERAL


# ---------------------------------------------------------------------------------------- companions


@pytest.mark.parametrize(
    "persona",
    [
        "a calm ship's engineer",
        "a kind baker, mother of a small child",
        "teaches children to sail",
        "a school teacher who paints at night",
        "has sailed for 10 years and owns 3 boats",
        "loves kids",
        "hace 12 años que vive en Sevilla",
        "seit 15 Jahren Tischlerin",
        "once a pilot, she is once again at home",
        "half elf, keeper of the old library",
        "her lover waits in another city",
        "a young woman with a sharp tongue",
        "curious and playful, a detective of the night",
    ],
)
async def test_an_ordinary_companion_passes(persona: str) -> None:
    await CHECK.check_companion(["Nova", "27-year-old woman", "long silver hair", "linen shirt", persona])


async def refused_companion(*texts: str, forbidden: tuple[str, ...] = ()) -> str:
    with pytest.raises(UnsafeRequestError) as caught:
        await CHECK.check_companion(["Nova", "27-year-old woman", *texts], forbidden=forbidden)
    return caught.value.rule


@pytest.mark.parametrize(("identifier", "cue"), identified("appears_young"), ids=lambda part: str(part)[:24])
async def test_a_companion_never_appears_young(identifier: str, cue: str) -> None:
    assert await refused_companion(f"by nature {cue}") == "minor", identifier


@pytest.mark.parametrize(
    "text",
    [
        "17 years old",
        "she is 16",
        "looks 15",
        "dieciséis años",
        "elle a 16 ans",
        "siebzehnjährige",
        "１７歳",
        "kid",
        "child build",
    ],
)
async def test_a_stated_or_short_age_is_a_companions_own(text: str) -> None:
    assert await refused_companion(text) == "minor"


async def test_companions_are_clothed() -> None:
    assert await refused_companion(CUE) == "mature"
    assert await refused_companion(f"teaches {AGE}, {CUE}") == "minor"


@pytest.mark.parametrize(("identifier", "cue"), identified("real_person"), ids=lambda part: str(part)[:24])
async def test_companions_are_nobody_real(identifier: str, cue: str) -> None:
    assert await refused_companion(f"she is {cue}") == "real_person", identifier


async def test_companions_keep_to_a_guilds_words() -> None:
    assert await refused_companion("a sad clown", forbidden=("clown",)) == "guild_words"
