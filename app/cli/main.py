"""The `muster` command's entry point: be ready to be stopped, then load everything else, then run."""

import sys

from app import circles
from app.cli.stopping import Stopped, listen


def main() -> None:
    try:
        listen()
        circles.look_seldom()
        # these load for a second, and may be stopped meanwhile
        from app.api.log import configure  # noqa: PLC0415
        from app.cli.commands import muster  # noqa: PLC0415

        configure("text", sys.stderr)  # standard output is for answers
        muster(prog_name="muster")
    except Stopped as stopped:
        # only a signal is how `up` ends, so that there is nothing wrong with one that comes early
        sys.exit(0 if sys.argv[1:2] == ["up"] else stopped.exit_code)


if __name__ == "__main__":
    main()
