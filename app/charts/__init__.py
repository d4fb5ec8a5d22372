"""Charts as Vega-Lite specifications, and their pictures. Pure functions of what the interface answers."""
