"""What can be told of the diffusers backend without its libraries: settings, capabilities, orders, sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.backends.diffusers import DiffusersBackend, checking
from bot.backends.diffusers.checking import problems_of
from bot.backends.diffusers.orders import MAX_PICTURE_BYTES, Order, order_of
from bot.backends.diffusers.painter import native_size_px
from bot.backends.diffusers.settings import DiffusersSettings
from bot.backends.registry import make_backend
from bot.domain.picture import Aspect, Rating, Resolution, size_px
from bot.settings import SettingsError, read_settings
from tests.backends.contract import job

SETTINGS: dict[str, Any] = {"diffusers_model": "somebody/model"}


def settings(**changed: Any) -> DiffusersSettings:
    return DiffusersSettings(**(SETTINGS | changed), _env_file=None)  # pyright: ignore[reportCallIssue]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the packages were there."""
    monkeypatch.setattr(checking, "PACKAGES", ())


def test_only_what_is_configured_is_promised() -> None:
    bare = DiffusersBackend(settings()).capabilities
    assert (bare.max_references, bare.edit, bare.filters_output) == (0, False, False)
    assert bare.max_rating is Rating.GENERAL
    assert DiffusersBackend(settings(diffusers_ip_adapter="some/adapter")).capabilities.max_references == 3
    edits = settings(diffusers_edit_model="some/editor", diffusers_edit_references=2)
    assert DiffusersBackend(edits).capabilities.max_references == 2
    assert DiffusersBackend(edits).capabilities.edit
    assert DiffusersBackend(settings(diffusers_filtered=True)).capabilities.filters_output
    assert DiffusersBackend(settings(diffusers_mature=True)).capabilities.max_rating is Rating.MATURE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIFFUSERS_DEVICE", "gpu"),
        ("DIFFUSERS_DEVICE", "cuda:"),
        ("DIFFUSERS_STEPS", "0"),
        ("DIFFUSERS_GUIDANCE", "much"),
        ("DIFFUSERS_GUIDANCE", "-1"),
        ("DIFFUSERS_LONG_EDGE_PX", "64"),
        ("DIFFUSERS_EDIT_REFERENCES", "4"),
        ("DIFFUSERS_EDIT_STRENGTH", "0"),
        ("DIFFUSERS_STEP_TIMEOUT_S", "0"),
    ],
)
def test_a_value_that_cannot_be_names_its_setting(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read_settings(DiffusersSettings)


@pytest.mark.parametrize(
    "together",
    [
        {"DIFFUSERS_EDIT_REFERENCES": "1"},
        {"DIFFUSERS_EDIT_REFERENCES": "1", "DIFFUSERS_EDIT_MODEL": "image-to-image"},
        {"DIFFUSERS_EDIT_REFERENCES": "1", "DIFFUSERS_EDIT_MODEL": "a/b", "DIFFUSERS_IP_ADAPTER": "c/d"},
    ],
)
def test_settings_that_contradict_each_other_are_one_line_that_names_them(
    together: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in together.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=r"^[^\n]*DIFFUSERS_EDIT_REFERENCES[^\n]*$"):
        read_settings(DiffusersSettings)


@pytest.mark.usefixtures("installed")
def test_without_a_model_it_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIFFUSERS_MODEL", raising=False)
    with pytest.raises(SettingsError, match=r"^DIFFUSERS_MODEL: "):
        make_backend("diffusers")


async def test_without_its_packages_it_is_not_made_and_says_where_to_read_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checking, "PACKAGES", ("no_such_torch",))
    monkeypatch.setenv("DIFFUSERS_MODEL", "a/b")
    with pytest.raises(SettingsError, match=r"no_such_torch.*docs/own-gpu\.md"):
        make_backend("diffusers")
    (problem,) = await problems_of(settings())
    assert "no_such_torch" in problem


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"diffusers_model": "./nowhere"}, "DIFFUSERS_MODEL: there is no folder ./nowhere"),
        ({"diffusers_model": "/nowhere/at/all"}, "DIFFUSERS_MODEL: there is no folder"),
        ({"diffusers_edit_model": "a/b/c"}, "DIFFUSERS_EDIT_MODEL: there is no folder"),
        ({"diffusers_ip_adapter": "./nowhere"}, "DIFFUSERS_IP_ADAPTER: there is no folder"),
    ],
)
async def test_the_doctor_is_told_what_is_not_there(changed: dict[str, Any], says: str) -> None:
    (problem,) = await problems_of(settings(**changed))
    assert problem.startswith(says)


@pytest.mark.usefixtures("installed")
async def test_the_doctor_is_told_of_a_folder_that_is_no_model_and_of_missing_files(tmp_path: Path) -> None:
    (problem,) = await problems_of(settings(diffusers_model=str(tmp_path)))
    assert "holds no diffusers model" in problem
    (tmp_path / "model_index.json").write_text("[]", encoding="utf-8")
    assert len(await problems_of(settings(diffusers_model=str(tmp_path)))) == 1
    index = '{"safety_checker": [null, null]}'
    (tmp_path / "model_index.json").write_text(index, encoding="utf-8")
    assert await problems_of(settings(diffusers_model=str(tmp_path))) == ()
    (problem,) = await problems_of(settings(diffusers_model=str(tmp_path), diffusers_filtered=True))
    assert "no safety checker" in problem
    weights, encoder = await problems_of(settings(diffusers_ip_adapter=str(tmp_path)))
    assert weights.startswith("DIFFUSERS_IP_ADAPTER_WEIGHTS: ")
    assert encoder.startswith("DIFFUSERS_IP_ADAPTER_ENCODER: ")


@pytest.mark.usefixtures("installed")
async def test_the_doctor_is_told_of_a_device_that_is_not_there() -> None:
    (problem,) = await problems_of(settings(diffusers_device="cuda:77"))
    assert problem.startswith("DIFFUSERS_DEVICE is cuda:77")


@pytest.mark.usefixtures("installed")
async def test_an_id_of_the_hub_is_no_problem_and_nothing_is_asked_of_the_hub() -> None:
    assert await problems_of(settings(diffusers_edit_model="a/b", diffusers_ip_adapter="c/d")) == ()


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("resolution", list(Resolution))
@pytest.mark.parametrize("multiple_px", [8, 16])
def test_a_native_size_keeps_the_shape_and_can_be_made(
    aspect: Aspect, resolution: Resolution, multiple_px: int
) -> None:
    wanted = size_px(aspect, resolution)
    width_px, height_px = native_size_px(*wanted, 1024, multiple_px)
    assert width_px % multiple_px == height_px % multiple_px == 0
    assert max(width_px, height_px) == 1024
    assert abs(width_px / height_px - wanted[0] / wanted[1]) < 0.02


def test_a_small_picture_is_not_made_larger() -> None:
    assert native_size_px(512, 384, 1024, 8) == (512, 384)


def test_what_is_never_shown_is_asked_of_every_model() -> None:
    assert order_of(job()).negative == "child, teenager, underage, nudity, nsfw"
    assert order_of(job(rating=Rating.MATURE)).negative == "child, teenager, underage"


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 9},
        {"width_px": 0},
        {"width_px": 100_000},
        {"seed": -1},
        {"references": (b"x",) * 4},
        {"references": (b"",)},
        {"source": b"x" * (MAX_PICTURE_BYTES + 1)},
        {"prompt": "x" * 8_001},
        {"steps": 10_000},
    ],
)
def test_an_order_has_bounds(wrong: dict[str, Any]) -> None:
    fine: dict[str, Any] = {"prompt": "a cat", "width_px": 512, "height_px": 512, "seed": 1}
    assert Order(**fine).count == 1
    with pytest.raises(ValidationError):
        Order(**(fine | wrong))
