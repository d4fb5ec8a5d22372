"""Developments: what stands of every report, and what was done to it. `projection` writes, the others read."""

from app.projections.developments.projection import PROJECTION

__all__ = ["PROJECTION"]
