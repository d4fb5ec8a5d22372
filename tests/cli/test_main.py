"""The command as a process: what it answers, and what it remarks on."""

import subprocess
import sys

from tests.cli.processes import ROOT

WARNS = """
import structlog
from app.cli import commands, main
commands.muster = lambda prog_name: (structlog.get_logger().warning("to be seen"), print("{}"))
main.main()
"""


def test_a_warning_does_not_get_into_an_answer() -> None:
    ran = subprocess.run([sys.executable, "-c", WARNS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "{}\n"
    assert "to be seen" in ran.stderr
