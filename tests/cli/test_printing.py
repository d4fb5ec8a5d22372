"""What is stored is shown as text, whatever it holds."""

from app.cli.printing import below, plain


def test_what_would_steer_a_terminal_is_shown_as_a_mark() -> None:
    assert plain("\x1b[31mred\x07").plain == "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"
    assert plain("left\N{RIGHT-TO-LEFT OVERRIDE}right").plain == "left\N{REPLACEMENT CHARACTER}right"


def test_text_of_any_script_stays_as_it_is() -> None:
    for text in ("Курск", "平壤", "café, “about” 13,000"):
        assert plain(text).plain == text


def test_only_we_break_a_cell_into_lines() -> None:
    assert below("one", "two\nthree").plain == "one\ntwo\N{REPLACEMENT CHARACTER}three"
