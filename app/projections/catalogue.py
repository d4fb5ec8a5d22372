"""All projections, each after those that it rests on. A new one is added here, and nowhere else."""

from app.projections import developments, registry, topics
from app.projections.estimates import projection as estimates
from app.projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (
    registry.PROJECTION,
    developments.PROJECTION,
    estimates.PROJECTION,
    topics.PROJECTION,
)
