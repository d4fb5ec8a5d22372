"""`make picture`: the reading room as the README shows it, taken from a server of its own over the second example."""

import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from tests.cli.processes import ROOT, new_home, up
from tests.room.browser import ARGUMENTS, CHROMIUM

FILE = ROOT / "app" / "room" / "reading-room.png"
VIEW = {"measure": "personnel", "actor": "kp-forces", "place": "ru", "reported_by": "2024-11-19"}
WIDTH, HEIGHT = 1200, 980
BYTES_MAX = 200_000


def main(file: Path = FILE) -> None:
    """A report is pointed at, so that what a mark tells is seen too."""
    with new_home() as home, up(home) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(f"{running.ready['url']}/timelines/kp-in-russia-2024-25?{urlencode(VIEW)}")
        page.get_by_role("link", name="A044: National Intelligence Service, 13,000").hover()
        page.screenshot(path=file)
        browser.close()
    size_bytes = file.stat().st_size
    sys.stdout.write(f"{file}: {size_bytes:,} bytes\n")
    if size_bytes > BYTES_MAX:
        sys.exit(f"the picture is larger than {BYTES_MAX:,} bytes")


if __name__ == "__main__":
    main()
