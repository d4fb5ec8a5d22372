"""The brief at the terminal."""

from tests.asking import RUSSIA, Asking
from tests.cli.conftest import Cli

NOVEMBER = ("--since", "2024-11-01", "--until", "2024-12-01")
ASKED = {"since": "2024-11-01", "until": "2024-12-01"}


def test_it_is_the_page_of_the_interface(ask: Cli, russia: Asking) -> None:
    assert ask("brief", RUSSIA, *NOVEMBER).stdout == russia.text("/brief", **ASKED, format="text")
    assert ask("brief", RUSSIA, *NOVEMBER, "--markdown").stdout == russia.text("/brief", **ASKED, format="markdown")
    assert ask.json("brief", RUSSIA, *NOVEMBER) == russia.get("/brief", **ASKED)
    assert ask.json("brief", "--timeline", RUSSIA, *NOVEMBER) == russia.get("/brief", **ASKED)


def test_a_person_can_read_it_on_eighty_columns(ask: Cli) -> None:
    said = ask("brief", RUSSIA, *NOVEMBER).stdout
    assert max(map(len, said.splitlines())) <= 80


def test_what_cannot_be_is_wrong_usage(ask: Cli) -> None:
    assert "--since" in "\n".join(ask.error("brief", RUSSIA, code=2))
    assert "since lies after until" in ask.error("brief", RUSSIA, "--since", "2025-01-01", *NOVEMBER[2:], code=2)[0]
    assert RUSSIA in "\n".join(ask.error("brief", f"{RUSSIA}x", *NOVEMBER, code=1))
    assert "several timelines" in ask.error("brief", *NOVEMBER, code=2)[0]
