"""The page of an export, which any browser shows without a network: no script, and every text escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from bot.services.ports.privacy import PartHead, PictureFiles
from bot.services.ports.storage import Fact, Section

_TITLES = {
    Section.ACCOUNT: "Account",
    Section.WALLETS: "Moments by server",
    Section.LEDGER: "What moved your moments",
    Section.PURCHASES: "Purchases",
    Section.COMPANIONS: "Your companions",
    Section.PRESENCE: "Companions that you invited",
    Section.SPOKEN: "Messages that you wrote as a companion",
    Section.PREFERENCES: "Your defaults",
    Section.STUDIO: "Your choices in the studio",
    Section.NOTICES: "What is still to be told you",
    Section.REPORTS: "Reports that you made",
    Section.SETTINGS: "Server settings that you changed",
    Section.REQUESTS: "What you asked for",
    Section.PICTURES: "Pictures",
}

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}"
    "body{color:#222;background:#fff}"
    "h1{font-size:1.5rem}h2{margin-top:2.5rem;font-size:1.15rem}.fact{border-top:1px solid #ddd;padding:.5rem 0}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;margin:0}dt{color:#666}"
    "dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}img{max-width:12rem;max-height:12rem;display:block;"
    "margin:.25rem 0}"
    "@media(prefers-color-scheme:dark){body{background:#1e1f22;color:#ddd}.fact{border-color:#444}dt{color:#aaa}"
    "a{color:#8ab4ff}}"
)


def beginning(head: PartHead, made_at: str) -> str:
    """The page down to its first section."""
    of = f", part {head.number} of {head.count}" if head.count > 1 else ""
    note = (
        "<p>Your data came in several files; each has its own page, and all of them together are everything.</p>"
        if head.count > 1
        else ""
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Darkroom: your data{escape(of)}</title><style>{_STYLE}</style></head>\n<body>"
        f"<h1>Darkroom: your data{escape(of)}</h1>\n"
        f"<p>Everything that Darkroom kept about you on {escape(made_at)}. The same for programs is in "
        f'<a href="data.json">data.json</a>. Every picture was made by a machine.</p>{note}\n'
    )


def section_title(section: Section) -> str:
    """The heading of a section."""
    return f"<h2>{escape(_TITLES[section])}</h2>\n"


def fact_entry(fact: Fact, files: PictureFiles | None) -> str:
    """One thing."""
    values: Mapping[str, Any] = json.loads(fact.text)
    picture = ""
    if fact.file is not None:
        picture = _picture(str(values.get("file", "")), str(values.get("description", "")), fact, files)
    rows = "".join(
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{_value(value)}</dd>"
        for name, value in values.items()
        if value not in (None, "", [], {})
    )
    return f'<div class="fact">{picture}<dl>{rows}</dl></div>\n'


def ending() -> str:
    """The end of the page."""
    return "</body></html>\n"


def _picture(name: str, description: str, fact: Fact, files: PictureFiles | None) -> str:
    if files is None:
        return "<p>The file of this picture is gone.</p>"
    thumbnail = thumbnail_name(fact)
    note = "<p>Made smaller to fit into this file.</p>" if files.reduced else ""
    return (
        f'<a href="{escape(name)}"><img loading="lazy" src="{escape(thumbnail)}" alt="{escape(description)}">'
        f"</a>{note}"
    )


def picture_name(fact: Fact) -> str:
    """The name of a picture's file in the zip."""
    return f"pictures/{fact.file.image_id}.jpg" if fact.file else ""


def thumbnail_name(fact: Fact) -> str:
    """The name of its thumbnail."""
    return f"thumbnails/{fact.file.image_id}.jpg" if fact.file else ""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return escape(str(value))
    return escape(json.dumps(value, ensure_ascii=False, indent=1))
