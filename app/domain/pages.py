"""A page of sentences, as Markdown and as plain text. What it says is decided elsewhere.

Texts come from reports: in Markdown whatever would be more than a letter is escaped, and in both what would steer a
terminal, or turn a text around, is left out.

Source: CommonMark 0.31, 2.4 (which punctuation a backslash escapes).
"""

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

WIDTH = 80
"""Columns of plain text."""

Kind = Literal["title", "section", "topic", "place", "sentence", "line", "detail"]

_LIST: dict[Kind, tuple[str, str]] = {"line": ("- ", "  "), "detail": ("    ", "    ")}
_STEERING = {"Cc", "Cf"}
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LEADING = re.compile(r"^(\d+)([.)])|^([-+=])")
"""At the beginning of a line these would make a list, a rule or a heading of it."""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One line or paragraph; `strong` stands before the text and is set off from it."""

    kind: Kind
    text: str = ""
    strong: str = ""


def in_markdown(blocks: Iterable[Block]) -> str:
    return "".join(_spaced(blocks, _markdown))


def in_text(blocks: Iterable[Block]) -> str:
    """At most `WIDTH` columns wide, but for a word that is longer."""
    return "".join(_spaced(blocks, _plain))


def _spaced(blocks: Iterable[Block], write: Callable[[Block], str]) -> Iterable[str]:
    """The lines of a list stand close together, everything else apart."""
    before: Kind | None = None
    for block in blocks:
        close = before is None or (before in _LIST and block.kind in _LIST)
        yield ("" if close else "\n") + write(block) + "\n"
        before = block.kind


def _markdown(block: Block) -> str:
    text, strong = _escaped(block.text), _escaped(block.strong)
    said = " ".join(filter(None, (f"**{strong}**" if strong else "", text)))
    match block.kind:
        case "title" | "section" | "topic":
            return {"title": "# ", "section": "## ", "topic": "### "}[block.kind] + said
        case "place":
            return f"**{text}**"
        case "line":
            return f"- {said}"
        case "detail":
            return f"  - {said}"
        case _:
            return said


def _escaped(text: str) -> str:
    shown = _SIGNS.sub(r"\\\1", _shown(text))
    return _LEADING.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", shown)


def _plain(block: Block) -> str:
    said = " ".join(filter(None, (_shown(block.strong), _shown(block.text))))
    first, others = _LIST.get(block.kind, ("", ""))
    lines = textwrap.wrap(
        said, WIDTH, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )
    if block.kind in {"title", "section"}:
        lines.append(("=" if block.kind == "title" else "-") * max(map(len, lines), default=0))
    return "\n".join(lines) + (":" if block.kind == "place" else "")


def _shown(text: str) -> str:
    """On one line, every space one."""
    spaced = " ".join(text.split())
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in _STEERING)
