"""How much is tried: a little in the suite, always the same; much by `make fuzz`, each time something else."""

import os

from hypothesis import HealthCheck, Phase, settings

FULL = os.environ.get("FUZZ") == "full"
TRYING = settings(
    deadline=None,
    database=None,
    derandomize=not FULL,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),  # of strategies that come from a document, or cost what an import costs
)
