"""How single texts are spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import formats
from app.domain.formats import FORMATS, FORMATS_OF, Format


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        (formats.SLUG, ["a", "kr-nis", "0.x_y", "a" * 80], ["A", "-a", "a b", "é", "a" * 81, "a\n", "a/b"]),
        (formats.REPORT_ID, ["SC05", "a:b.c-d_e", "x" * 80], [":a", "a b", "x" * 81, "a\n", "٣"]),
        (formats.EVENT_ID, ["0192d0a4-7b3e-7c00-8000-00000000000f"], ["0192D0A4-7B3E-7C00-8000-00000000000F", "x"]),
        (formats.COUNTRY, ["KR"], ["kr", "KOR", "K"]),
        (formats.SUBDIVISION, ["RU-KRS", "US-DC"], ["RU", "RU-KRSK", "ru-krs"]),
        (formats.GEONAMES, ["538560"], ["0", "x", "1" * 13]),
        (formats.LANGUAGE, ["en", "pt-BR", "zh-Hant-TW"], ["e", "en_US", "english"]),
        (formats.SHA256, ["0f" * 32], ["0F" * 32, "0f" * 31]),
        (formats.URL, ["https://herald.example/a?b=c#d"], ["javascript:alert(1)", "herald.example", "https://a b"]),
        (formats.DECIMAL, ["0", "-0.5", "36.19"], ["1e5", ".5", "1.", "+1", "01", "inf", "NaN", "٣"]),
        (formats.EDTF, ["2024-10-28", "2024-10~", "2024-08/.."], ["yesterday", "2024-13", "28.10.2024"]),
        (
            formats.INSTANT,
            ["2024-10-28T09:30:00Z", "2024-10-28T09:30:00.5+00:00"],
            ["2024-10-28T09:30:00", "2024-10-28", "2024-02-30T00:00:00Z", "2024-10-28T09:30:00+02:00", "1730107800"],
        ),
    ],
)
def test_what_each_format_takes_and_refuses(format_: Format, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not format_.accepts(text)] == []
    assert [text for text in bad if format_.accepts(text)] == []


@given(st.text() | st.from_regex(r"[0-9A-Za-z./:-]{0,30}", fullmatch=True))
def test_a_format_explains_exactly_what_it_does_not_accept(text: str) -> None:
    every = {id(one): one for one in (*FORMATS.values(), *(f for of in FORMATS_OF.values() for f in of.values()))}
    for format_ in every.values():
        assert bool(format_.accepts(text)) == (format_.explain(text) is None)


@pytest.mark.parametrize("text", ["", "https://" + "x" * 2000])
def test_no_format_takes_an_empty_or_endless_text(text: str) -> None:
    assert not [name for name, format_ in FORMATS.items() if format_.accepts(text)]
