"""Pages: what a text may do to the page that it stands on, which is nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.pages import WIDTH, Block, in_markdown, in_text

PAGE = (
    Block(kind="title", text="A war"),
    Block(kind="section", text="What moved"),
    Block(kind="line", strong="Ten.", text="More than before."),
    Block(kind="detail", text="Why: one report."),
    Block(kind="line", text="Nothing else."),
    Block(kind="sentence", text="That is all."),
    Block(kind="place", text="New"),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def test_markdown_has_its_marks() -> None:
    assert in_markdown(PAGE) == (
        "# A war\n\n## What moved\n\n- **Ten.** More than before.\n  - Why: one report.\n- Nothing else.\n\n"
        "That is all.\n\n**New**\n"
    )


def test_text_is_underlined_and_indented() -> None:
    assert in_text(PAGE) == (
        "A war\n=====\n\nWhat moved\n----------\n\n- Ten. More than before.\n    Why: one report.\n- Nothing else.\n\n"
        "That is all.\n\nNew:\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[here](http://x)", r"\[here\](http://x)"),
        ("1. first", r"1\. first"),
        ("2024 was so", "2024 was so"),
        ("-272 by others", r"\-272 by others"),
        ("# heading", r"\# heading"),
        ("one\n\n# two", r"one \# two"),
        ("a\u202eb\x1b[31mc", r"ab\[31mc"),
    ],
)
def test_a_text_is_letters_and_nothing_else(text: str, shown: str) -> None:
    assert in_markdown([Block(kind="line", text=text)]) == f"- {shown}\n"


@given(TEXTS)
def test_a_line_stays_one_line_of_markdown(text: str) -> None:
    shown = in_markdown([Block(kind="line", text=text)])
    assert shown.startswith("- ")
    assert len(shown.splitlines()) == 1
    assert not re.search(r"(?<!\\)[<\[`*]", shown)


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=20), max_size=40))
def test_text_keeps_to_its_width(words: list[str]) -> None:
    for kind in ("line", "detail", "sentence", "title"):
        shown = in_text([Block(kind=kind, text=" ".join(words))])
        assert all(len(line) <= WIDTH for line in shown.splitlines())
        assert [word for word in shown.replace("- ", "").replace("=", "").split() if word] == words
