"""Reading an operator's workflows, filling them, and cutting what is unused out of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.backends.comfyui.answers import kinds_of
from bot.backends.comfyui.progress import Tracker, preview_of
from bot.backends.comfyui.pruning import cut
from bot.backends.comfyui.values import native_size_px, values_of
from bot.backends.comfyui.workflows import Graph, Workflow, as_json, filled, load_workflows
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import JobKind
from bot.settings import SettingsError
from tests.backends.comfyui_nodes import KINDS
from tests.backends.comfyui_workflows import adapters, edit, group, node, solo, write
from tests.backends.contract import KAITO, MIRA, job

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "workflows"
INTERFACE_EXPORT: Any = {"last_node_id": 9, "nodes": [{"id": 1, "type": "KSampler"}], "links": []}


def why_not(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_workflows(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def one(tmp_path: Path, graph: Any, name: str = "solo") -> Workflow:
    (workflow,) = (
        w for w in load_workflows(write(tmp_path, **{name: graph})).all if w.file == f"{name}.json"
    )
    return workflow


def test_the_shipped_workflows_are_whole() -> None:
    workflows = load_workflows(SHIPPED)
    assert [workflow.file for workflow in workflows.pictures] == ["group.json", "solo.json"]
    assert workflows.edit is not None
    assert workflows.reference is not None
    assert workflows.max_references == 3
    assert all({"prompt", "negative", "seed"} <= workflow.placeholders for workflow in workflows.all)


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (INTERFACE_EXPORT, "Export (API)"),
        ({"prompt": solo()}, "Export (API)"),
        ([], "Export (API)"),
        ({}, "Export (API)"),
        (solo() | {"9": node("CLIPTextEncode", text="{{promt}}")}, "{{promt}}"),
        (solo() | {"9": node("LoadImage", image="{{source}}")}, "{{source}}"),
        (solo() | {"9": node("LoadImage", image="{{reference_2}}")}, "{{reference_1}}"),
        (solo() | {"9": node("VAEDecode", samples=["77", 0])}, "77"),
        ({"1": node("CLIPTextEncode", text="{{prompt}}")}, "SaveImage"),
        ({"1": node("SaveImageWebsocket", images=["1", 0])}, "SaveImage"),
    ],
)
def test_a_wrong_workflow_is_one_line_that_names_file_and_fault(
    tmp_path: Path, graph: Any, words: str
) -> None:
    said = why_not(write(tmp_path, solo=graph))
    assert said.startswith("COMFYUI_WORKFLOWS: solo.json: ")
    assert words in said


def test_what_is_no_json_or_no_text_is_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "solo.json").write_bytes(b"\xff\x00 nothing")
    assert "solo.json: it is no JSON" in why_not(tmp_path)
    (tmp_path / "solo.json").write_text("[" * 100_000)
    assert "solo.json: it is no JSON" in why_not(tmp_path)
    (tmp_path / "solo.json").write_text(" " * (5 << 20))
    assert "4 MiB" in why_not(tmp_path)


def test_a_folder_without_pictures_a_misnamed_file_and_no_folder_are_said(tmp_path: Path) -> None:
    assert "no folder" in why_not(tmp_path / "nowhere")
    assert "has no solo.json" in why_not(write(tmp_path, edit=edit()))
    assert "slo.json" in why_not(write(tmp_path, slo=solo()))


def test_an_edit_that_takes_no_source_is_refused(tmp_path: Path) -> None:
    assert "{{source}}" in why_not(write(tmp_path, solo=solo(), edit=solo()))


def test_a_value_that_is_one_placeholder_is_a_number_where_that_is_one(tmp_path: Path) -> None:
    workflow = one(tmp_path, solo())
    graph = filled(workflow.graph, {"seed": 2**60, "width": 640, "height": 480, "job": "abc", "prompt": "x"})
    assert graph["5"].inputs["seed"] == 2**60
    assert graph["4"].inputs == {"width": 640, "height": 480, "batch_size": 1}
    assert graph["8"].inputs["filename_prefix"] == "darkroom/abc"


@pytest.mark.parametrize(
    "prompt",
    [
        'a "quoted" word',
        "back\\slash \\n \\u0041",
        "two\nlines\r\nand\ttabs\x00",
        '"}, "99": {"class_type": "LoadImage", "inputs": {"image": "/etc/passwd"}}, "x": {"a": "',
        "{{seed}} {{source}} {{reference_1}} {{nothing}}",
        "%date:yyyy% ../../up",
    ],
)
def test_a_prompt_is_text_whatever_it_holds(tmp_path: Path, prompt: str) -> None:
    graph = solo()
    graph["3"]["inputs"]["text"] = "before {{prompt}} after {{seed}}"
    workflow = one(tmp_path, graph)
    done = as_json(filled(workflow.graph, {"prompt": prompt, "seed": 5}))
    sent: Any = json.loads(json.dumps(done))
    assert set(sent) == set(graph)
    assert sent["2"]["inputs"]["text"] == prompt
    assert sent["3"]["inputs"]["text"] == f"before {prompt} after 5"
    assert {key: value["class_type"] for key, value in sent.items()} == {
        key: value["class_type"] for key, value in graph.items()
    }


def test_placeholders_are_found_however_deep_they_stand(tmp_path: Path) -> None:
    graph = solo()
    graph["2"]["inputs"]["text"] = {"lines": ["{{prompt}}", {"and": "{{ negative }}"}], "on": True}
    workflow = one(tmp_path, graph)
    assert {"prompt", "negative"} <= workflow.placeholders
    values = filled(workflow.graph, {"prompt": "p", "negative": "n"})["2"].inputs["text"]
    assert values == {"lines": ["p", {"and": "n"}], "on": True}


def test_a_job_gets_the_workflow_that_takes_just_its_references(tmp_path: Path) -> None:
    pair = group()
    for node_id in ("31", "32", "33"):
        del pair[node_id]
    pair["5"]["inputs"]["positive"] = ["23", 0]
    workflows = load_workflows(write(tmp_path, solo=solo(), group=group(), group2=pair, edit=edit()))
    chosen = [workflows.choose(JobKind.PICTURE, count) for count in range(5)]
    assert [w and w.file for w in chosen] == ["solo.json", "group2.json", "group2.json", "group.json", None]
    assert [
        w and w.file for w in (workflows.choose(JobKind.REFERENCE, 0), workflows.choose(JobKind.EDIT, 1))
    ] == [
        "solo.json",
        "edit.json",
    ]
    assert load_workflows(write(tmp_path, reference=solo())).choose(JobKind.REFERENCE, 0) is not None


def kept(workflow: Workflow, *references: int) -> Graph | None:
    unused = {
        node_id
        for number in (1, 2, 3)
        if number not in references
        for node_id in workflow.nodes_with(f"reference_{number}")
    }
    return cut(workflow, frozenset(unused), kinds_of(KINDS))


def test_an_unused_reference_goes_with_all_that_only_it_needed(tmp_path: Path) -> None:
    graph = kept(one(tmp_path, group(), "group"), 1)
    assert graph is not None
    assert {node_id for node_id in graph if len(node_id) > 1} == {"11", "12", "13", "23", "33"}
    assert graph["23"].inputs == {"conditioning": ["13", 0]}
    assert graph["5"].inputs["positive"] == ["33", 0]


@pytest.mark.parametrize(("references", "model"), [((1,), ["12", 0]), ((1, 2), ["22", 0]), ((), ["1", 0])])
def test_a_node_that_can_not_be_without_its_reference_is_bypassed(
    tmp_path: Path, references: tuple[int, ...], model: list[Any]
) -> None:
    graph = kept(one(tmp_path, adapters(), "group"), *references)
    assert graph is not None
    assert graph["5"].inputs["model"] == model


def test_a_workflow_of_which_nothing_is_left_can_not_be_cut(tmp_path: Path) -> None:
    graph = solo()
    graph["11"] = node("LoadImage", image="{{reference_1}}")
    graph["12"] = node("VAEEncode", pixels=["11", 0], vae=["1", 2])
    graph["5"]["inputs"]["latent_image"] = ["12", 0]
    assert kept(one(tmp_path, graph)) is None


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_picture_is_asked_for_with_as_many_pixels_as_the_model_likes(aspect: Aspect) -> None:
    wanted = job(aspect=aspect, resolution=Resolution.R4K)
    width, height = native_size_px(wanted, 1024)
    assert width % 8 == height % 8 == 0
    assert abs(width * height / 1024**2 - 1) < 0.02
    assert abs(width / height - wanted.width_px / wanted.height_px) < 0.02


def test_general_pictures_are_kept_clothed_and_nobody_is_ever_a_minor() -> None:
    general = values_of(job(), "ugly, ", 1024)["negative"]
    mature = values_of(job(rating=Rating.MATURE), "", 1024)["negative"]
    assert str(general).startswith("ugly, child")
    assert "nude" in str(general)
    assert "nude" not in str(mature)
    assert "child" in str(mature)


def test_the_prompt_is_as_it_was_written_and_companions_are_told_apart() -> None:
    values = values_of(job(job().scene, MIRA, KAITO, prompt="two at sea"), "", 1024)
    assert values["prompt"] == "two at sea"
    assert str(values["companion_1"]).startswith("Mira: ")
    assert "red dress" in str(values["companion_1"])
    assert "black hoodie" in str(values["companion_2"])
    assert values["companion_3"] == ""
    assert "beach" in str(values_of(job(), "", 1024)["prompt"])


def test_progress_of_the_older_and_the_newer_kind_rises_to_the_whole(tmp_path: Path) -> None:
    graph = one(tmp_path, solo()).graph
    tracker = Tracker(graph)
    shares = [tracker.fraction]
    tracker.hear("execution_cached", {"nodes": ["1", "2", None]})
    for node_id in ("3", "4", "5"):
        tracker.hear("executing", {"node": node_id})
        shares.append(tracker.fraction)
    for step in (1, 2, 1, "x"):
        tracker.hear("progress", {"node": "5", "value": step, "max": 2})
        shares.append(tracker.fraction)
    tracker.hear("progress", {"node": "5", "value": 1, "max": 0})
    tracker.hear(
        "progress_state", {"nodes": {n: {"state": "finished"} for n in graph} | {"5.0.1": {}, "odd": 3}}
    )
    shares.append(tracker.fraction)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert shares[3] < 0.3 < shares[4] < shares[5] < 1
    for odd in ({"nodes": 3}, {"nodes": None}):
        tracker.hear("progress_state", odd)
        tracker.hear("execution_cached", odd)


@pytest.mark.parametrize(
    ("frame", "preview"),
    [
        (b"\0\0\0\1\0\0\0\1\xff\xd8\xff--", b"\xff\xd8\xff--"),
        (b"\0\0\0\1\0\0\0\2\x89PNG\r\n--", b"\x89PNG\r\n--"),
        (b"\0\0\0\4\0\0\0\2{}\xff\xd8\xff--", b"\xff\xd8\xff--"),
        (b"\0\0\0\4\xff\xff\xff\xff{}\xff\xd8\xff--", None),
        (b"\0\0\0\1\0\0\0\1<html>", None),
        (b"\0\0\0\3\0\0\0\1\xff\xd8\xff--", None),
        (b"\0\0", None),
        (b"\0\0\0\1\0\0\0\1\xff\xd8\xff" + b"-" * (2 << 20), None),
    ],
)
def test_previews_are_read_from_both_kinds_of_frames_and_nothing_else(
    frame: bytes, preview: bytes | None
) -> None:
    assert preview_of(frame) == preview
