"""Whatever people type is shown as they typed it: read, never obeyed, and never longer than there is room for."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.base.plain import as_typed, plain, visible

BARE_SIGN = re.compile(r"(?<!\\)(?:\\\\)*[*_~|`\[\]<@]")
"""A sign that Discord would obey: before it is no backslash, or an even number of them."""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**bold** _it_ ~~no~~ ||spoiler||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|spoiler\|\|"),
        ("```py\nimport os\n```", r"\`\`\`py import os \`\`\`"),
        ("# Heading", r"\# Heading"),
        ("-# small print", r"\-# small print"),
        ("- a list", r"\- a list"),
        ("12. a list", r"12\. a list"),
        ("> a quote\n>>> of all", r"\> a quote >>> of all"),
        ("[free moments](http://evil.example)", r"\[free moments\](http:\//evil.example)"),
        ("[a](b) [c](http://evil.example)", r"\[a\](b) \[c\](http:\//evil.example)"),
        ("<http://evil.example>", r"\<http:\//evil.example>"),
        ("@everyone <@1> <@&2> <#3>", r"\@everyone \<\@1> \<\@&2> \<#3>"),
        ("<t:0:R> </grant:4> <:x:5> <id:customize>", r"\<t:0:R> \</grant:4> \<:x:5> \<id:customize>"),
        ("``@everyone``", r"\`\`\@everyone\`\`"),
        ("already \\**escaped**", r"already \\\*\*escaped\*\*"),
        ("a\nb\r\nc\u2028d\x0be", "a b c d e"),
        ("close-up, 3:4, 1.5 m, #1, e.g. 5) and a/b", "close-up, 3:4, 1.5 m, #1, e.g. 5) and a/b"),
    ],
)
def test_markdown_mentions_and_addresses_are_shown_and_not_obeyed(typed: str, shown: str) -> None:
    assert plain(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c", "evil x"),
        ("@\u200beveryone <\u2060@1>", r"\@everyone \<\@1>"),
        ("\x00nul\x1b[31m", r"nul\[31m"),
        ("\ud800lone\udfff", "lone"),
        ("z" + "\u0337" * 400, "z" + "\u0337" * 3),
        ("👩‍👩‍👧 می‌خواهم é", "👩‍👩‍👧 می‌خواهم é"),
    ],
)
def test_what_cannot_be_seen_is_left_out_and_scripts_stay_whole(typed: str, shown: str) -> None:
    assert plain(typed) == shown


@given(st.text(alphabet=st.characters(codec=None), max_size=200), st.integers(2, 120))
def test_any_text_fits_where_it_is_shown_in_one_line_with_no_bare_sign(typed: str, most: int) -> None:
    shown = plain(typed, most)
    assert len(shown) <= most
    assert len(shown.splitlines()) <= 1
    assert not BARE_SIGN.search(shown)
    assert len(shown) - len(shown.rstrip("\\")) in range(0, most, 2), (
        "the last sign is not cut from its backslash"
    )
    assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in shown)
    shown.encode()


@given(st.text(max_size=100))
def test_a_text_is_cut_only_where_it_is_too_long(typed: str) -> None:
    whole = plain(typed)
    assert plain(typed, max(len(whole), 2)) == whole


def test_ten_thousand_signs_are_cut_to_what_fits() -> None:
    assert plain("*" * 10_000, 240) == "\\*" * 119 + "…"
    assert visible("ab" * 5_000) == "ab" * 5_000


def test_what_nobody_can_see_counts_as_nothing() -> None:
    assert as_typed(" \u200b\u200d\u2060\ufeff\x00 ") == ""
    assert as_typed("  two\nlines \u202e") == "two\nlines"
