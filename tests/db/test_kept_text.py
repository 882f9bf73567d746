"""Characters that not every database can keep: the same is kept by each."""

from __future__ import annotations

import pytest
from rows import SCENE, account, bring_to, post, welcome

from bot.container.databases import Database
from bot.domain.request import RequestState
from bot.domain.scene import Figure, Scene
from bot.services.ports.storage import StorageError
from db.documents import SCENE as SCENE_DOCUMENT
from db.documents import WORDS
from db.statements import kept_text
from tests.databases import RawSql

STRANGE = {
    "plain": "plain",
    "a\x00b\x00": "ab",
    "kaï 😀": "kaï 😀",
    "half \ud83d": "half �",
    "two halves \ud83d\ude00": "two halves 😀",
    "\x00\udc00é": "�é",
}


@pytest.mark.parametrize(("said", "left"), STRANGE.items(), ids=range(len(STRANGE)))
async def test_what_one_database_could_not_keep_is_kept_by_none(storage: Database, said: str, left: str):
    assert kept_text(said) == left
    await storage.write(lambda uow: uow.notes.set(f"key {said}", said))
    assert await storage.read(lambda uow: uow.notes.get(f"key {said}")) == left
    assert await storage.read(lambda uow: uow.notes.get(f"key {left}")) == left


@pytest.mark.parametrize(("said", "left"), STRANGE.items(), ids=range(len(STRANGE)))
async def test_documents_keep_the_same(said: str, left: str):
    scene = Scene(figures=(Figure("mira", action=said),), details=(said,))
    read = SCENE_DOCUMENT.read(SCENE_DOCUMENT.write(scene))
    assert (read.figures[0].action, read.details) == (left, (left,))


async def test_a_backslash_before_the_name_of_a_character_is_text():
    words = ("\\u0000", "\\\x00", "\\\\u0000\x00")
    assert WORDS.read(WORDS.write(words)) == ("\\u0000", "\\", "\\\\u0000")


async def test_a_scene_with_them_is_in_its_row(storage: Database, raw: RawSql):
    ana = await account(storage)
    await post(storage, welcome(ana))
    made = await bring_to(storage, ana, RequestState.HELD)
    strange = Scene(figures=SCENE.figures, setting="a \x00 roof \ud800")
    raw.execute("UPDATE request SET scene = :scene", {"scene": SCENE_DOCUMENT.write(strange)})
    found = await storage.read(lambda uow: uow.requests.get(made.request_id))
    assert found is not None
    assert found.scene is not None
    assert found.scene.setting == "a  roof �"


@pytest.mark.postgresql
async def test_an_error_about_a_value_does_not_quote_it(storage: Database):
    with pytest.raises(StorageError) as refused:
        await storage.write(lambda uow: uow.members.require_account("seventeen umbrellas"))  # type: ignore[arg-type]
    assert "umbrellas" not in str(refused.value)
    with pytest.raises(StorageError) as refused:
        await storage.write(lambda uow: uow.members.require_account(2**70))
    assert "DataError" in str(refused.value)
    assert str(2**70) not in str(refused.value)
