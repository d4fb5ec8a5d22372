"""Hypothesis strategies for events that may be recorded, all in one small world of names.

`bodies()` gives (stored type name, raw body) pairs as a client would send them. Every name is one of the world's, so
that a ledger which defines the world first can take any of them; reports are among `REPORTS`. Days of saying lie in
2024, before `TODAY`.
"""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.domain.assumptions import DEFAULT, to_parameters
from app.domain.events import TYPES
from app.domain.events.report import ReportKind
from app.domain.events.treatment import ReportRelation
from app.domain.grading import LEXICONS

TODAY = date(2024, 12, 31)
EVENT_ID = "0192d0a4-7b3e-7c00-8000-000000000001"
LINKS = (EVENT_ID, "0192d0a4-7b3e-7c00-8000-000000000002")
SOURCES = ("herald", "wire", "kr-nis", "us-dod", "officials")
DOCUMENTS = ("herald-2024-10-28", "wire-2024-11-03")
PLACES = ("ru", "ru-kursk", "ru-east", "ua", "ua-donetsk")
REGIONS = ("front-lines", "border-area")
ACTORS = ("kp-forces", "kp-engineers", "ru-forces", "kp")
MEASURES = ("personnel", "killed", "wounded", "captured", "containers")
REPORTS = tuple(f"R{number:02}" for number in range(1, 13))

Raw = dict[str, Any]


def _words(most: int = 40) -> st.SearchStrategy[str]:
    """Free text of any script, without what JSON text may not hold; not blank."""
    letters = st.characters(categories=("L", "N", "P", "Zs", "Cc", "So"), exclude_characters="\x00")
    return st.text(letters, min_size=1, max_size=most).filter(lambda text: not text.isspace())


def _one(names: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.sampled_from(names)


def _literal(alias: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(alias.__args__)


def _some(names: tuple[str, ...], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(_one(names), max_size=most, unique=True)


def _object(optional: Raw, **required: Any) -> st.SearchStrategy[Raw]:
    return st.fixed_dictionaries(required, optional=optional)


def _two(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(_one(names), min_size=2, max_size=2, unique=True)


days = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(date.isoformat)
months = st.integers(1, 12).map("2024-{:02}".format)
closed_dates = st.one_of(
    days,
    months,
    st.tuples(days, _one(("?", "~", "%"))).map("".join),
    st.tuples(days, days).map(lambda pair: "/".join(sorted(pair))),
)
any_dates = st.one_of(closed_dates, days.map("{}/..".format), days.map("../{}".format), days.map("{}/".format))


@st.composite
def quantities(draw: st.DrawFn) -> Raw:
    figures = sorted(draw(st.lists(st.integers(0, 10**7), min_size=3, max_size=3, unique=True)))
    given_names = draw(st.sets(_one(("low", "best", "high")), min_size=1))
    figure = {
        name: number for name, number in zip(("low", "best", "high"), figures, strict=True) if name in given_names
    }
    quantity: Raw = {"measure": draw(_one(MEASURES))}
    match draw(_one(("figures", "exclusive", "vague_word", "existence", "derived", "ratio"))):
        case "figures":
            quantity |= figure | draw(_object({"wording": _words(), "since": any_dates, "converted_from": _words()}))
            quantity |= draw(_object({"nature": st.just("flow"), "movement": _one(("M1", "M2"))}))
        case "exclusive":
            quantity |= {"high": figures[2], "high_exclusive": True, "basis": "comparison"}
        case "vague_word":
            quantity |= {"basis": "vague_word", "wording": draw(_one(("a small number", "several hundred")))}
        case "existence":
            quantity |= {"basis": "existence"}
        case "derived":
            quantity |= figure | {"basis": "derived", "inputs": draw(_some(REPORTS[:6]).filter(bool))}
        case _:
            quantity |= figure | {"nature": "ratio", "per": {"measure": "days", "amount": draw(st.integers(1, 30))}}
    return quantity


likelihoods = st.one_of(
    *(_object({}, lexicon=st.just(lexicon), term=_one(terms)) for lexicon, terms in LEXICONS.items())
)
credibilities = st.integers(1, 6)
letters_of_reliability = _one(("A", "B", "C", "D", "E", "F"))
analytic_confidences = _one(("low", "moderate", "high"))
hops = _object(
    {
        "source": st.none() | _one(SOURCES),
        "descriptor": _words(),
        "collection": _one(("OSINT", "HUMINT", "COMINT", "IMINT", "official_statement", "unstated")),
        "basis": _one(("witnessed", "deduced", "induced", "told", "cannot_be_judged")),
    },
    role=_one(("relay", "speaker", "attributed", "collector")),
)
publishers = _object({}, role=st.just("publisher"), source=_one(SOURCES))
chains = st.tuples(publishers, st.lists(hops, max_size=3)).map(lambda pair: [pair[0], *pair[1]])
locators = st.one_of(
    _object({"sentence": st.integers(1, 40)}, paragraph=st.integers(1, 40)),
    st.integers(0, 4000).map(lambda start: {"start": start, "end": start + 60}),
)
hedges = _object({}, **{"words": _words(), "class": _one(("reportedly", "upper_bound", "doubt"))})
provenances = _object(
    {
        "document": _one(DOCUMENTS),
        "locator": locators,
        "wording": _words(),
        "reading": _words(),
        "hedges": st.lists(hedges, max_size=2),
    },
    chain=chains,
)
confidences = _object(
    {
        "credibility": credibilities,
        "reliability": letters_of_reliability,
        "likelihood": likelihoods,
        "analytic_confidence": analytic_confidences,
    }
)
reported_places = st.one_of(
    _object({"precision": st.integers(1, 7)}, place=_one(PLACES), role=_one(("at", "from", "to"))),
    _object({}, place=_one((None, "outside")), role=_one(("from", "to"))),
)
reported_actors = _object({}, actor=_one(ACTORS), role=_one(("subject", "object", "recipient", "supplier")))


@st.composite
def reports(draw: st.DrawFn) -> Raw:
    """A `development_reported` body. What it rests on is among the first six reports, itself among the others."""
    optional = {
        "confidence": confidences,
        "quantities": st.lists(quantities(), max_size=2),
        "places": st.lists(reported_places, max_size=2),
        "actors": st.lists(reported_actors, max_size=2),
        "occurred": any_dates,
        "occurred_wording": _words(),
        "occurred_anchor": _one(DOCUMENTS),
        "reported": closed_dates,
        "about": _some(REPORTS[:6]),
    }
    body: Raw = draw(
        _object(
            optional, report=_one(REPORTS[6:]), kind=_literal(ReportKind), summary=_words(200), provenance=provenances
        )
    )
    stance = draw(_one(("asserted", "judgement", "forecast", "planned", "conditional", "denied")))
    if stance == "conditional":
        body["condition"] = draw(st.one_of(_words(), _some(REPORTS[:6]).filter(bool)))
    return body | {"stance": stance}


@st.composite
def corrections(draw: st.DrawFn) -> Raw:
    replacement = draw(reports())
    return {"report": replacement["report"], "replacement": replacement, "reason": draw(_words())}


def _judgement(optional: Raw | None = None, **required: Any) -> st.SearchStrategy[Raw]:
    return _object(optional or {}, by=_words(), reason=_words(), **required)


def _linked(names: tuple[str, ...], relation: st.SearchStrategy[str]) -> st.SearchStrategy[Raw]:
    ends = _two(names).map(lambda pair: {"from": pair[0], "to": pair[1]})
    return st.tuples(ends, _judgement(relation=relation)).map(lambda pair: pair[0] | pair[1])


_SOURCE = _object(
    {
        "country": _one(("KR", "US", "RU")),
        "descriptor": _words(),
        "party_to_conflict": _one(("yes", "no", "unknown")),
        "part_of": st.just("officials"),
        "may_overlap": _some(("officials",)),
    },
    source=_one(SOURCES[:4]),
    name=_words(),
    kind=_one(("outlet", "service", "official", "collective", "sensor", "dataset", "other")),
)
_DOCUMENT = _object(
    {
        "title": _words(),
        "url": st.just("https://herald.example/2024/10/28/1"),
        "language": _one(("en", "pt-BR")),
        "sha256": st.just("ab" * 32),
        "retrieved_at": _one(("2024-10-28T09:30:00Z", "2024-10-28T09:30:00.123456+00:00")),
    },
    document=_one(DOCUMENTS),
    publisher=_one(SOURCES),
    published=closed_dates,
    published_basis=_one(("stated", "inferred", "unknown")),
)
_PLACE = _object(
    {
        "within": _some(REGIONS),
        "codes": _object({"iso3166": st.just("RU"), "iso3166_2": st.just("RU-KRS"), "geonames": st.just("538560")}),
    },
    place=_one(PLACES[1:3]),
    part_of=st.just("ru"),
    name=_words(),
    kind=_one(("adm1", "vernacular_region")),
    lon=_one(("36.19", "-0.5", "180")),
    lat=_one(("51.73", "-90", "0")),
)

BODIES: dict[str, st.SearchStrategy[Raw]] = {
    "source_registered.v1": _SOURCE,
    "source_graded.v1": _judgement(source=_one(SOURCES), reliability=letters_of_reliability),
    "sources_linked.v1": _linked(SOURCES, _one(("relays", "part_of", "same_as", "may_overlap", "independent_of"))),
    "document_captured.v1": _DOCUMENT,
    "document_status_changed.v1": _object(
        {"published": closed_dates},
        document=_one(DOCUMENTS),
        status=_one(("usable", "corrected", "withheld", "canceled")),
        reason=_words(),
    ),
    "place_defined.v1": _PLACE,
    "actor_defined.v1": _object(
        {"part_of": st.just("kp")}, actor=_one(ACTORS[:3]), name=_words(), kind=st.just("force")
    ),
    "measure_defined.v1": _object(
        {"class": _one(("tally", "register"))},
        measure=st.just("containers"),
        name=_words(),
        unit=st.just("containers"),
        nature=_one(("stock", "cumulative", "flow")),
    ),
    "development_reported.v1": reports(),
    "report_assessed.v1": _judgement(
        {"likelihood": likelihoods, "analytic_confidence": analytic_confidences},
        report=_one(REPORTS),
        credibility=credibilities,
    ),
    "report_corrected.v1": corrections(),
    "report_retracted.v1": _object(
        {"evidence": _some(REPORTS[:6])},
        report=_one(REPORTS[6:]),
        by=_one(("origin", "publisher", "recorder")),
        reported=closed_dates,
        reason=_words(),
    ),
    "reports_linked.v1": _linked(REPORTS, _literal(ReportRelation)),
    "link_withdrawn.v1": _object({}, link=_one(LINKS), reason=_words()),
    "forecast_resolved.v1": _object(
        {"evidence": _some(REPORTS[:6])},
        report=_one(REPORTS[6:]),
        outcome=_one(("fulfilled", "partly", "not_fulfilled", "lapsed")),
        by=_words(),
    ),
    "assumptions_defined.v1": _judgement(
        name=st.from_regex(r"panel-[a-z0-9]{1,8}", fullmatch=True), parameters=st.just(to_parameters(DEFAULT))
    ),
}
"""One strategy per stored type name."""

assert BODIES.keys() == TYPES.keys()  # a new type without a strategy fails here, before any test


def bodies() -> st.SearchStrategy[tuple[str, Raw]]:
    """Any event that may be recorded on `TODAY`: its stored type name and its raw body."""
    return _one(tuple(BODIES)).flatmap(lambda name: st.tuples(st.just(name), BODIES[name]))
