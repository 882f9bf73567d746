from __future__ import annotations

from bot.domain.companion import Gender, Style
from cogs.companions import _drafts as drafts
from cogs.companions._drafts import Draft, Drafts

ANA, BEN, GUILD = 1, 2, 100


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def begun(kept: Drafts, user_id: int = ANA) -> Draft:
    return kept.open(
        user_id, GUILD, name="Nova", style=Style.ANIME, gender=Gender.FEMALE, age=30, aliases="Nov"
    )


def test_a_draft_is_its_members_in_its_guild_alone() -> None:
    kept = Drafts()
    draft = begun(kept)
    assert kept.get(draft.draft_id, ANA, GUILD) == draft
    assert kept.get(draft.draft_id, BEN, GUILD) is None
    assert kept.get(draft.draft_id, ANA, GUILD + 1) is None
    assert kept.get("forged", ANA, GUILD) is None
    assert kept.take(draft.draft_id, BEN, GUILD) is None
    assert kept.take(draft.draft_id, ANA, GUILD) == draft
    assert kept.take(draft.draft_id, ANA, GUILD) is None


def test_a_draft_is_kept_for_half_an_hour_from_its_last_change() -> None:
    clock = Clock()
    kept = Drafts(clock)
    draft = begun(kept)
    clock.now_s = drafts.KEPT_S - 1
    kept.keep(draft)
    clock.now_s = 2 * drafts.KEPT_S - 2
    assert kept.get(draft.draft_id, ANA, GUILD) == draft
    clock.now_s += 1
    assert kept.get(draft.draft_id, ANA, GUILD) is None
    other = begun(kept, BEN)
    assert kept.get(other.draft_id, BEN, GUILD) == other


def test_many_drafts_push_the_oldest_out() -> None:
    kept = Drafts()
    first = begun(kept)
    others = [begun(kept, user_id) for user_id in range(2, drafts.MOST + 2)]
    assert kept.get(first.draft_id, ANA, GUILD) is None
    assert kept.get(others[0].draft_id, 2, GUILD) == others[0]


def test_ten_thousand_characters_are_cut_and_unknown_fields_ignored() -> None:
    draft = begun(Drafts()).with_answers({"hair": "x" * 10_000, "user_id": "2", "style": "realistic"})
    assert len(draft.hair) == drafts.LONGEST
    assert (draft.user_id, draft.style) == (ANA, Style.ANIME)


def test_lists_are_split_at_the_commas_of_the_world() -> None:
    assert drafts.split_list(" a, b、c，d ،e;;\nf ") == ["a", "b", "c", "d", "e", "f"]
