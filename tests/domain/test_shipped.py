from app.domain.assumptions import explained
from app.domain.shipped import read_shipped

SHIPPED = read_shipped()


def test_every_parameter_has_a_source_of_its_own() -> None:
    assert {name.partition(".")[0] for name in SHIPPED.sources} == SHIPPED.parameters.keys()
    assert len(set(SHIPPED.sources.values())) == len(SHIPPED.sources)
    assert all(len(source.split()) > 10 for source in SHIPPED.sources.values())


def test_every_number_has_exactly_one_source() -> None:
    for leaf in explained(SHIPPED.parameters):
        assert len([name for name in SHIPPED.sources if f"{leaf.name}.".startswith(f"{name}.")]) == 1


def test_each_class_of_measures_has_a_source_of_its_own() -> None:
    assert {"classes.presence", "classes.tally", "classes.register"} <= SHIPPED.sources.keys()


def test_no_source_stands_among_the_numbers() -> None:
    assert "source" not in str(SHIPPED.parameters)
    assert SHIPPED.reason
