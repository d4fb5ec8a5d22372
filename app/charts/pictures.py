"""Specifications drawn on this machine alone: by `vl-convert`, which bears Vega and its fonts, and asks no network."""

from typing import Any

import vl_convert

VERSION = "5.21"
"""Of Vega-Lite, so that a picture does not change with what is newest."""
PNG_SCALE = 2


def draw_svg(specification: dict[str, Any]) -> str:
    return vl_convert.vegalite_to_svg(specification, vl_version=VERSION, allowed_base_urls=[])


def draw_png(specification: dict[str, Any]) -> bytes:
    """Twice as fine as its size on the page."""
    return vl_convert.vegalite_to_png(specification, vl_version=VERSION, scale=PNG_SCALE, allowed_base_urls=[])
