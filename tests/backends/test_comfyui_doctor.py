"""What the doctor says about ComfyUI, and the settings of the backend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.backends.comfyui import ENTRY, ComfyUISettings
from bot.backends.comfyui.backend import ComfyUIBackend
from bot.backends.comfyui.host import Host, Waits
from bot.backends.comfyui.workflows import load_workflows
from bot.domain.picture import Rating, Resolution
from bot.settings import SettingsError, read_settings
from tests.backends.comfyui_server import ComfyUIServer
from tests.backends.comfyui_workflows import edit, group, node, solo, write


async def problems(server: ComfyUIServer, folder: Path, **graphs: Any) -> list[str]:
    backend = ComfyUIBackend([Host(server.url, waits=Waits(1, 2))], load_workflows(write(folder, **graphs)))
    try:
        return list(await backend.problems())
    finally:
        await backend.close()


async def test_nothing_is_wrong_with_what_the_server_has(tmp_path: Path) -> None:
    async with ComfyUIServer.start() as server:
        assert await problems(server, tmp_path, solo=solo(), group=group(), edit=edit()) == []
        assert server.jobs == 0


async def test_a_missing_model_a_missing_node_and_a_missing_input_are_named_by_file(tmp_path: Path) -> None:
    wrong = solo()
    wrong["1"]["inputs"]["ckpt_name"] = "juggernaut.safetensors"
    wrong["5"]["inputs"]["sampler_name"] = "warp"
    del wrong["5"]["inputs"]["steps"]
    strange = edit()
    strange["40"] = node("FancyUpscale", image=["6", 0])
    async with ComfyUIServer.start() as server:
        said = await problems(server, tmp_path, solo=wrong, edit=strange)
    assert len(said) == 4
    assert all(server.url in line for line in said)
    model, sampler, steps = sorted(line for line in said if line.startswith("solo.json"))[:3]
    assert "'juggernaut.safetensors'" in model
    assert "models/checkpoints" in model
    assert "model.safetensors" in model
    assert "steps" in steps or "steps" in sampler
    assert any("'warp'" in line and "euler, heun" in line for line in said)
    assert any(line.startswith("edit.json") and "FancyUpscale" in line for line in said)


async def test_a_workflow_that_no_prompt_reaches_is_named(tmp_path: Path) -> None:
    deaf = solo()
    deaf["2"]["inputs"]["text"] = "a cat"
    async with ComfyUIServer.start() as server:
        (said,) = await problems(server, tmp_path, solo=deaf)
    assert "{{prompt}}" in said


async def test_a_number_of_references_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    stiff = group()
    stiff["5"]["inputs"]["latent_image"] = ["22", 0]  # made of the second reference
    async with ComfyUIServer.start() as server:
        (said,) = await problems(server, tmp_path, solo=solo(), group=stiff)
        assert "add a group1.json" in said
        assert (
            await problems(
                server, tmp_path, group1=solo() | {"11": node("LoadImage", image="{{reference_1}}")}
            )
            == []
        )


async def test_what_is_chosen_for_each_job_need_not_be_there_yet(tmp_path: Path) -> None:
    picky = edit()
    picky["11"]["class_type"] = "PickImage"
    async with ComfyUIServer.start() as server:
        server.kinds["PickImage"] = server.kinds["LoadImage"] | {
            "input": {"required": {"image": [["a.png"], {}]}}
        }
        assert await problems(server, tmp_path, solo=solo(), edit=picky) == []
        picky["11"]["inputs"]["image"] = "b.png"
        picky["14"] = node("LoadImage", image="{{source}}")
        (said,) = await problems(server, tmp_path, solo=solo(), edit=picky)
        assert "b.png" in said


async def test_a_server_that_is_not_there_or_is_another_is_named(tmp_path: Path) -> None:
    async with ComfyUIServer.start() as server:
        server.authorization = "Bearer x"
        (locked,) = await problems(server, tmp_path, solo=solo())
        assert "COMFYUI_AUTHORIZATION" in locked
    (gone,) = await problems(server, tmp_path)
    assert gone.startswith(f"{server.url} does not answer")


def test_the_defaults_are_the_shipped_workflows_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    backend = ENTRY.open()
    can = backend.capabilities
    assert backend.name == "comfyui"
    assert (can.max_references, can.max_batch, can.edit, can.seed, can.resumable) == (3, 8, True, True, True)
    assert (can.filters_output, can.max_rating, can.resolutions) == (
        False,
        Rating.GENERAL,
        frozenset(Resolution),
    )


def test_the_operator_says_what_the_workflows_hold_and_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMFYUI_WORKFLOWS", str(write(tmp_path, solo=solo(batch="{{batch}}"))))
    monkeypatch.setenv("COMFYUI_URLS", " http://one:8188/ ,http://two:8188, http://one:8188")
    monkeypatch.setenv("COMFYUI_FILTERED", "true")
    monkeypatch.setenv("COMFYUI_MATURE", "true")
    assert read_settings(ComfyUISettings).comfyui_urls == ("http://one:8188", "http://two:8188")
    can = ENTRY.open().capabilities
    assert (can.edit, can.max_references, can.seed) == (False, 0, False)
    assert (can.filters_output, can.max_rating) == (True, Rating.MATURE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMFYUI_URLS", "nonsense"),
        ("COMFYUI_URLS", " , "),
        ("COMFYUI_URLS", "http://me:secret@one:8188"),
        ("COMFYUI_WORKFLOWS", "/nowhere/at/all"),
        ("COMFYUI_NATIVE_PX", "10"),
        ("COMFYUI_FILTERED", "perhaps"),
        ("COMFYUI_TIMEOUT_S", "0"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: ") as caught:
        ENTRY.open()
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
