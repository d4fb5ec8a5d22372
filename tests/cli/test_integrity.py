"""The sceptic at the terminal: sign, verify, take a timeline away and put it back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.database.engine import reading, writing
from app.ledger import log, notes, verifications
from app.ledger.signing import read_signer
from tests.asking import ARTICLE, RUSSIA
from tests.cli.conftest import TIMELINE, Cli
from tests.databases import Databases
from tests.ledger.long_ledgers import append, tampering

KEY = "personnel", "kp-forces", "ru"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def ledger(cli: Cli, engine: Engine, timeline: str) -> Cli:
    """A timeline of three events."""
    append(engine, timeline, 1, 3)
    return cli


def test_a_checkpoint_is_printed_as_it_is_kept_and_its_key_beside_it(ledger: Cli) -> None:
    printed, told = ledger("checkpoint"), ledger.json("checkpoint")
    assert printed.stdout == told["note"]
    assert printed.stderr == f"verifier key: {told['verifier_key']}\n"
    note = notes.read_note(printed.stdout)
    assert notes.check(note, [notes.read_key(told["verifier_key"])]).name.endswith(f"/{TIMELINE}")


def test_a_sound_ledger_is_told_with_its_root(ledger: Cli) -> None:
    root = ledger.json("checkpoint")["root"]
    said = ledger("verify").stdout
    assert "3 events are what they were, and what 1 checkpoint signed" in said
    assert root in said
    [found] = ledger.json("verify", "--timeline", TIMELINE)["timelines"]
    held = {"checkpoints": 1, "strangers": 0, "vouched": True}
    assert found == {"timeline": TIMELINE, "events": 3, "root": root, **held, "fault": None}


def test_an_empty_timeline_is_told_as_one(cli: Cli, timeline: str) -> None:
    assert f"{timeline}: there is nothing in it yet" in cli("verify").stdout


def test_one_event_is_one(cli: Cli, engine: Engine, timeline: str) -> None:
    append(engine, timeline, 1, 1)
    assert "1 event fits the hash that is kept with it; no checkpoint shows that" in cli("verify").stdout
    cli("checkpoint", "--timeline", timeline)
    assert "1 event is what it was, and what 1 checkpoint signed" in cli("verify").stdout


def test_what_verifying_found_is_kept_for_those_who_watch(ledger: Cli, engine: Engine, database: str) -> None:
    def kept() -> tuple[int, bool]:
        with reading(engine) as connection:
            [last] = verifications.last_verified(connection, [TIMELINE])
        return last.position, last.sound

    ledger("verify")
    assert kept() == (3, True)
    with tampering(database) as connection:
        connection.execute(text("UPDATE events SET body = '{}' WHERE position = 2"))
    ledger("verify", code=1)
    assert kept() == (1, False)


def test_a_ledger_that_may_not_be_written_to_is_verified_all_the_same(ledger: Cli, database: str) -> None:
    with tampering(database) as connection:
        connection.execute(text("REVOKE INSERT ON verifications FROM muster_app"))
    assert "3 events fit the hashes that are kept with them" in ledger("verify").stdout


def test_verifying_makes_no_key(ledger: Cli, tmp_path: Path) -> None:
    ledger("verify")
    assert not (tmp_path / "muster").exists()


def test_a_changed_ledger_ends_with_one_and_the_position(ledger: Cli, database: str) -> None:
    with tampering(database) as connection:
        connection.execute(text("UPDATE events SET body = '{}' WHERE position = 2"))
    said = ledger("verify", code=1).stdout
    assert f"{TIMELINE}: WRONG at position 2 (leaf)" in said
    [found] = ledger.json("verify", code=1)["timelines"]
    assert (found["events"], found["fault"]["position"], found["fault"]["what"]) == (1, 2, "leaf")


def test_a_ledger_that_cannot_be_read_is_an_error_and_no_trace(ledger: Cli, database: str) -> None:
    with tampering(database) as connection:
        connection.execute(text("ALTER TABLE events RENAME TO gone"))
    assert 'relation "events" does not exist' in ledger.error("verify", code=1)[0]


def test_what_somebody_kept_is_held_against_the_ledger(ledger: Cli, engine: Engine, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(ledger("checkpoint").stdout)
    append(engine, TIMELINE, 4, 5)
    assert (
        "5 events are what they were, and what 1 checkpoint signed"
        in ledger("verify", "--checkpoint", str(kept)).stdout
    )


def test_what_another_installation_signed_says_nothing_unless_its_key_is_named(ledger: Cli, tmp_path: Path) -> None:
    other = Cli(**ledger.environ | {"MUSTER_SIGNING_KEY": str(tmp_path / "other")})
    told = other.json("checkpoint")
    (tmp_path / "kept").write_text(told["note"])
    ledger("checkpoint")
    [said] = ledger.error("verify", "--checkpoint", str(tmp_path / "kept"), code=1)
    assert "by no key that is trusted here" in said
    ledger("verify", "--checkpoint", str(tmp_path / "kept"), "--key", told["verifier_key"])


def test_checkpoints_that_a_stranger_signed_count_for_nothing_beside_a_key_that_is_named(
    ledger: Cli, tmp_path: Path
) -> None:
    ledger("checkpoint")
    file = str(tmp_path / "export.ndjson")
    stranger = Cli(**ledger.environ | {"MUSTER_SIGNING_KEY": str(tmp_path / "strange"), "MUSTER_ORIGIN": "strange"})
    strange = stranger.json("export", file)["verifier_key"]
    [said] = stranger.json("verify", "--key", strange)["timelines"]
    assert (said["checkpoints"], said["strangers"], said["fault"]) == (1, 1, None)
    nobodys = str(read_signer(tmp_path / "nobodys", "nobody").verifier_key(TIMELINE))
    [said] = ledger.json("verify", "--key", nobodys, code=1)["timelines"]
    assert "signed by a key that is trusted" in said["fault"]["detail"]
    ledger("verify", "--export", file, "--key", nobodys, code=1)


def test_keys_that_stand_beside_the_checkpoints_are_said_to_prove_nothing(ledger: Cli, tmp_path: Path) -> None:
    ledger("checkpoint")
    keyless = Cli(**ledger.environ | {"MUSTER_SIGNING_KEY": str(tmp_path / "none")})
    assert "tells nothing of who signed" in keyless("verify").stdout
    assert "tells nothing of who signed" not in ledger("verify").stdout


def test_a_checkpoint_of_another_timeline_is_no_tampering(ledger: Cli, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text(ledger.json("checkpoint")["note"])
    with writing(engine) as connection:
        log.create_timeline(connection, "another", title="", description="")
    [said, *_] = ledger.error("verify", "--timeline", "another", "--checkpoint", str(tmp_path / "kept"), code=2)
    assert f"the checkpoint is of {TIMELINE}, not of another" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--checkpoint", "/nonexistent"), "cannot be read"),
        (("--export", "/nonexistent"), "cannot be read"),
        (("--checkpoint", __file__), "no signed note"),
        (("--export", __file__), "line 1"),
        (("--key", "no+key"), "no verifier key"),
        (("--export", "x", "--checkpoint", "y"), "--export needs none"),
    ],
)
def test_what_cannot_be_verified_is_wrong_usage(ledger: Cli, arguments: tuple[str, ...], said: str) -> None:
    assert said in ledger.error("verify", *arguments, code=2)[0]


@pytest.fixture
def elsewhere(databases: Databases, template: str, tmp_path: Path) -> Iterator[Cli]:
    """On another database, migrated and empty."""
    with databases.new(template=template) as url:
        yield Cli(DATABASE_URL=url, MUSTER_DATA_DIR=str(tmp_path / "elsewhere"))


def test_a_timeline_that_is_taken_away_and_put_back_has_the_same_root_and_the_same_estimates(
    ask: Cli, elsewhere: Cli, tmp_path: Path
) -> None:
    here = Cli(**ask.environ | {"MUSTER_SIGNING_KEY": str(tmp_path / "key"), "MUSTER_TIMELINE": RUSSIA})
    file = tmp_path / "export.ndjson"
    told = here.json("export", str(file))
    offline = Cli(DATABASE_URL=NOWHERE, MUSTER_DATA_DIR=str(tmp_path / "nothing"))
    [alone] = offline.json("verify", "--export", str(file), "--key", told["verifier_key"])["timelines"]
    assert (alone["events"], alone["root"], alone["fault"]) == (told["events"], told["root"], None)
    back = elsewhere.json("restore", str(file), "--key", told["verifier_key"])
    assert back == {"timeline": RUSSIA, "events": told["events"], "root": told["root"], "projected": True}
    (there,), (again,) = elsewhere.json("verify")["timelines"], here.json("verify")["timelines"]
    assert there == again | {"vouched": False}  # the key is at home
    for asked in ((), ("--reported-by", "2024-10-29", "--explain"), ("--known-at", "position:300")):
        assert estimate(elsewhere, *asked) == estimate(here, *asked)


def estimate(cli: Cli, *asked: str) -> object:
    found = cli.json("estimate", *KEY, "--timeline", RUSSIA, *asked)
    found["as_of"].pop("generation")
    return found


def test_an_export_goes_to_standard_output_whole(ask: Cli, tmp_path: Path) -> None:
    here = Cli(**ask.environ | {"MUSTER_SIGNING_KEY": str(tmp_path / "key")})
    exported = here("export", "--timeline", ARTICLE)
    events = [json.loads(line) for line in exported.stdout.splitlines() if line.startswith('{"position":')]
    assert f"{len(events)} events" in exported.stderr
    said = Cli(DATABASE_URL=NOWHERE)("verify", "--export", "-", stdin=exported.stdout_bytes).stdout
    assert f"{len(events)} events are what they were" in said


def test_nothing_is_put_back_over_a_timeline_or_from_a_changed_file(
    ledger: Cli, elsewhere: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "export.ndjson"
    ledger("export", str(file))
    assert f"there is a timeline {TIMELINE}" in ledger.error("restore", str(file), code=1)[0]
    file.write_bytes(file.read_bytes().replace(b"source-2", b"source-9"))
    assert "WRONG at position 2 (leaf)" in elsewhere("verify", "--export", str(file), code=1).stdout
    assert "nothing was restored: at 2" in elsewhere.error("restore", str(file), code=1)[0]
    assert elsewhere.json("status")["timelines"] == []


def test_an_export_that_cannot_be_written_is_wrong_usage(ledger: Cli) -> None:
    assert "cannot be written" in ledger.error("export", "/nonexistent/file", code=2)[0]
    assert "name a FILE" in ledger.error("export", "--json", code=2)[0]
