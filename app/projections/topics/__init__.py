"""Topics: which report speaks to which question that is no number. `projection` writes, the others read."""

from app.projections.topics.projection import PROJECTION

__all__ = ["PROJECTION"]
