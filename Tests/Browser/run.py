"""The journey of scripts/test browser: RUN.PY FOLDER SLUICE AXE, in a stack of `sluice local --once`."""

import pathlib
import sys
import time

from selenium.common.exceptions import WebDriverException

from browser import Browser, Failure
from docs import Documentation
from journey import Journey
from stack import Stack


def main() -> int:
    folder = pathlib.Path(sys.argv[1]).absolute()
    stack = Stack(sys.argv[2], str(folder / "stack"))
    stack.fill()
    stack.add_user("ada", Journey.password, "writer")
    browser = Browser(folder, pathlib.Path(sys.argv[3]).read_text())
    failed = 0
    try:
        for step in Journey(browser, stack).steps + Documentation(browser, stack).steps:
            name = step.__name__.replace("_", " ")
            start = time.monotonic()
            try:
                step()
                print(f"ok    {name} ({time.monotonic() - start:.1f} s)", flush=True)
            except (Failure, WebDriverException) as failure:
                browser.picture(f"failed-{step.__name__}")
                # A driver's error goes on with the addresses of its own code.
                print(f"FAIL  {name}: {str(failure).split('Stacktrace:')[0]}", flush=True)
                failed += 1
    finally:
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
