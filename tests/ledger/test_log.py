"""Appending: dense positions, replays, expected positions, names, and the leaf that is hashed."""

import hashlib
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.database.engine import make_engine, writing
from app.domain.errors import Moved, Unknown
from app.ledger import log
from app.ledger.log import Draft, Receipt
from app.ledger.refusals import EventIdTaken, NameTaken
from tests.ledger.drafts import draft


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    with writing(engine) as connection:
        assert log.create_timeline(connection, "t", title="T", description="")
    return engine


def append(engine: Engine, *drafts: Draft, expected: int | None = None) -> list[Receipt]:
    with writing(engine) as connection:
        return log.append(connection, "t", drafts, recorded_by="key:test", expected=expected)


def test_a_timeline_is_created_once(ledger: Engine) -> None:
    with writing(ledger) as connection:
        assert not log.create_timeline(connection, "t", title="another", description="")
        assert log.head(connection, "t").position == 0


def test_positions_are_dense_from_one_in_the_order_given(ledger: Engine) -> None:
    first = append(ledger, draft(1), draft(2))
    second = append(ledger, draft(3))
    assert [receipt.position for receipt in (*first, *second)] == [1, 2, 3]
    assert not any(receipt.replayed for receipt in first)


def test_the_same_event_comes_back_with_its_first_position(ledger: Engine) -> None:
    append(ledger, draft(1), draft(2))
    again = append(ledger, draft(2), draft(3), draft(3))
    assert [(receipt.position, receipt.replayed) for receipt in again] == [(2, True), (3, False), (3, True)]
    assert read(ledger) == [1, 2, 3]


def test_the_same_event_id_with_another_body_is_a_conflict_and_keeps_nothing(ledger: Engine) -> None:
    append(ledger, draft(1))
    with pytest.raises(EventIdTaken, match="position 1") as refused:
        append(ledger, draft(2), draft(1, body="{}"))
    assert (refused.value.ordinal, refused.value.faults[0].pointer) == (1, "/event_id")
    assert read(ledger) == [1]


def test_the_expected_position_has_to_be_the_head(ledger: Engine) -> None:
    append(ledger, draft(1), expected=0)
    with pytest.raises(Moved, match="position 1"):
        append(ledger, draft(2), expected=0)
    assert read(ledger) == [1]


def test_a_replay_is_recognised_before_the_expected_position_is_checked(ledger: Engine) -> None:
    append(ledger, draft(1), draft(2))
    assert append(ledger, draft(1), expected=0)[0].replayed


def test_a_new_name_is_taken_once(ledger: Engine) -> None:
    append(ledger, draft(1, ("report", "R1", "new")))
    with pytest.raises(NameTaken, match="report R1") as refused:
        append(ledger, draft(2), draft(3, ("report", "R1", "new")))
    assert (refused.value.ordinal, refused.value.faults[0].pointer) == (1, "/body")
    assert read(ledger) == [1]


def test_a_new_name_is_taken_once_within_one_batch(ledger: Engine) -> None:
    with pytest.raises(NameTaken, match="report R1") as refused:
        append(ledger, draft(1, ("report", "R1", "new")), draft(2, ("report", "R1", "new")))
    assert refused.value.ordinal == 1


def test_a_name_is_taken_too_where_another_of_the_batch_stood_already(ledger: Engine) -> None:
    append(ledger, draft(1, ("report", "R1", "new")))
    told = (
        draft(1, ("report", "R1", "new")),
        draft(2, ("retraction", "R2", "absent")),
        draft(3, ("report", "R1", "new")),
    )
    with pytest.raises(NameTaken, match="report R1") as refused:
        append(ledger, *told)
    assert refused.value.ordinal == 2
    assert read(ledger) == [1]


@pytest.mark.parametrize("many", [1, 2])
def test_a_head_behind_its_events_is_not_called_a_taken_name(ledger: Engine, database: str, many: int) -> None:
    append(ledger, draft(1, ("report", "R1", "new")))
    owner = make_engine(database, step_down=False)
    with writing(owner) as connection:
        connection.execute(text("UPDATE heads SET position = 0"))
    owner.dispose()
    with pytest.raises(DBAPIError, match="events_pkey"):
        append(ledger, *(draft(2 + number, ("report", f"R{2 + number}", "new")) for number in range(many)))


def test_a_server_of_an_earlier_version_appends_nothing_that_claims_no_name(ledger: Engine) -> None:
    listed = {
        "event_id": str(draft(1).event_id),
        "type": "t.v1",
        "body": {},
        "names": [{"kind": "report", "name": "R1"}],
    }
    with pytest.raises(DBAPIError, match="earlier version"), writing(ledger) as connection:
        connection.exec_driver_sql(
            "SELECT append_events('t', %s, 'key:test')", (msgspec.json.encode([listed]).decode(),)
        )
    assert read(ledger) == []


def test_of_several_taken_names_the_first_is_told(ledger: Engine) -> None:
    append(ledger, draft(1, ("report", "R1", "new")), draft(2, ("retraction", "R1", "any")))
    told = draft(3), draft(4, ("retraction", "R1", "absent")), draft(5, ("report", "R1", "new"))
    for coming in (told, (told[0], *told[:0:-1])):
        with pytest.raises(NameTaken) as refused:
            append(ledger, *coming)
        assert refused.value.ordinal == 1


def test_a_replayed_event_claims_no_name_again(ledger: Engine) -> None:
    append(ledger, draft(1, ("report", "R1", "new")))
    assert append(ledger, draft(1, ("report", "R1", "new")))[0].replayed


def test_a_definition_may_be_repeated(ledger: Engine) -> None:
    append(ledger, draft(1, ("place", "ru", "any")))
    assert append(ledger, draft(2, ("place", "ru", "any")))[0].position == 2


@pytest.mark.parametrize("together", [False, True])
def test_what_forbids_a_name_is_refused_when_it_is_there(ledger: Engine, together: bool) -> None:
    retraction, correction = draft(1, ("retraction", "R1", "any")), draft(2, ("retraction", "R1", "absent"))
    if not together:
        append(ledger, retraction)
    with pytest.raises(NameTaken, match="retracted"):
        append(ledger, *([retraction, correction] if together else [correction]))


def test_a_correction_before_the_retraction_is_fine(ledger: Engine) -> None:
    made = append(ledger, draft(1, ("retraction", "R1", "absent")), draft(2, ("retraction", "R1", "any")))
    assert [receipt.position for receipt in made] == [1, 2]


def test_without_a_timeline_nothing_is_appended(ledger: Engine) -> None:
    with pytest.raises(Unknown), writing(ledger) as connection:
        log.append(connection, "other", [draft(1)], recorded_by="key:test")


def test_recorded_times_never_decrease_even_when_the_clock_does(ledger: Engine, database: str) -> None:
    (first,) = append(ledger, draft(1))
    owner = make_engine(database, step_down=False)
    with writing(owner) as connection:  # as after a clock that ran an hour ahead
        connection.execute(text("UPDATE heads SET recorded_at = recorded_at + interval '1 hour'"))
    owner.dispose()
    (second,) = append(ledger, draft(2))
    assert second.recorded_at == first.recorded_at + timedelta(hours=1)


BODIES = ['{"a":1,"b":"é\\"\\\\ 漢 \\n"}', '{"z":[1,2,{"x":null}]}', '{ "spaced" :  1.50 }']


@pytest.mark.parametrize("body", BODIES)
def test_the_body_is_kept_verbatim_and_the_leaf_is_the_hash_of_all_header_lines(ledger: Engine, body: str) -> None:
    """Of an event that comes alone, and of those that come together."""
    receipts = [*append(ledger, draft(1, body=body)), *append(ledger, draft(2, body=body), draft(3, body=body))]
    with writing(ledger) as connection:
        entries = log.read(connection, "t")
        recorded_at_us = connection.scalars(
            text("SELECT (extract(epoch FROM recorded_at) * 1000000)::bigint FROM events ORDER BY position")
        ).all()
    assert [entry.body for entry in entries] == [body] * 3
    for entry, receipt, at_us in zip(entries, receipts, recorded_at_us, strict=True):
        header = (entry.position, entry.event_id, entry.type, at_us, "key:test", "-", "-")
        lines = "\n".join(map(str, ("muster-event/1", "t", *header, body)))
        assert entry.leaf == receipt.leaf == hashlib.sha256(b"\x00" + lines.encode()).digest()


UNFIT = ["key:a\nb", "key:a\n", "", "key:A", "k" * 129]


@pytest.mark.parametrize("field", UNFIT)
@pytest.mark.parametrize("many", [1, 2])
def test_no_header_field_can_hold_a_line_feed(ledger: Engine, field: str, many: int) -> None:
    drafts = [draft(number) for number in range(many)]
    unfit = [*drafts[1:], msgspec.structs.replace(drafts[0], type=field)]
    for told, by in ((drafts, field), (unfit, "key:test")):
        with pytest.raises(DBAPIError, match="1 to 128 characters"), writing(ledger) as connection:
            log.append(connection, "t", told, recorded_by=by)


def test_reading_goes_on_where_it_stopped(ledger: Engine) -> None:
    append(ledger, *(draft(number) for number in range(1, 8)))
    with writing(ledger) as connection:
        assert positions(connection, after=2, limit=3) == [3, 4, 5]
        assert positions(connection, after=2, upto=4) == [3, 4]
        assert positions(connection, types=("place_defined.v1",)) == []


def positions(connection: Connection, **asked: object) -> list[int]:
    return [entry.position for entry in log.read(connection, "t", **asked)]  # type: ignore[arg-type]


def read(engine: Engine) -> list[int]:
    with writing(engine) as connection:
        return positions(connection)
