"""The hosted backends as an operator chooses them: what is missing is one line, and nothing is loaded in vain."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.backends.registry import make_backend
from bot.settings import SettingsError
from tests.house.house import ROOT

CHOICES = (
    ("gemini", "GEMINI_API_KEY", "google.genai", "bot.backends.gemini.backend"),
    ("openai", "OPENAI_API_KEY", "openai", "bot.backends.openai_images.backend"),
)


@pytest.mark.parametrize(("name", "key", "_sdk", "_module"), CHOICES)
def test_without_its_key_a_backend_says_which_setting_is_missing(
    name: str, key: str, _sdk: str, _module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key, " ")
    with pytest.raises(SettingsError, match=f"^{key}: the backend {name} needs a key"):
        make_backend(name)


@pytest.mark.parametrize(("name", "key", "sdk", "module"), CHOICES)
def test_without_its_package_a_backend_says_what_to_install(
    name: str, key: str, sdk: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key, "k")
    monkeypatch.delitem(sys.modules, module, raising=False)
    if name == "gemini":
        monkeypatch.delitem(sys.modules, "bot.backends.gemini.answers", raising=False)
    else:
        monkeypatch.delitem(sys.modules, "bot.backends.openai_images.errors", raising=False)
    monkeypatch.setitem(sys.modules, sdk, None)
    with pytest.raises(SettingsError) as caught:
        make_backend(name)
    line = str(caught.value)
    assert line.startswith(f"IMAGE_BACKENDS: this needs the extra {name} ({sdk} is missing): ")
    assert line.endswith(f"'darkroom[{name}]'")
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("gemini", "GEMINI_BASE_URL", "nowhere"),
        ("gemini", "GEMINI_MODEL", ""),
        ("gemini", "GEMINI_TIMEOUT_S", "0"),
        ("openai", "OPENAI_IMAGE_MODEL", ""),
        ("openai", "OPENAI_IMAGE_QUALITY", "best"),
        ("openai", "OPENAI_IMAGE_PREVIEWS", "4"),
        ("openai", "OPENAI_IMAGE_TIMEOUT_S", "-1"),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, setting: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, value)
    with pytest.raises(SettingsError, match=f"^{setting}: "):
        make_backend(name)


def test_a_package_is_loaded_when_its_backend_is_made_and_not_before() -> None:
    script = """
import sys
from bot.backends.registry import entry_of
entries = [entry_of("gemini"), entry_of("openai")]
print([name for name in ("openai", "google.genai", "httpx2") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "key", "_sdk", "_module"), CHOICES)
async def test_a_key_is_not_shown_by_what_holds_it(
    name: str, key: str, _sdk: str, _module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key, "sk-of-nobody")
    backend = make_backend(name)
    assert "sk-of-nobody" not in f"{backend!r} {vars(backend)!r}"
    await backend.close()
