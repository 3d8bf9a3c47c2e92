"""Debian's chromium without a window, and what the journey asks of it."""

import pathlib
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

PATIENCE = 20


class Failure(Exception):
    """What was expected of the page, and is not so."""


class Browser:
    def __init__(self, folder: pathlib.Path, axe: str):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        # Root has no sandbox, and what is opened here is our own.
        for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en-US"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        # Without a path selenium would look for a driver on the web.
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.execute_cdp_cmd(
            "Browser.setDownloadBehavior",
            {"behavior": "allow", "downloadPath": str(folder / "downloads")})
        self.driver.set_script_timeout(PATIENCE)
        self.folder = folder
        self.axe = axe
        self.look("light", 1280, 900)

    def close(self):
        self.driver.quit()

    def look(self, scheme: str, width: int, height: int):
        """Takes colours and size of another machine."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def offline(self, is_offline: bool):
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions",
            {"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})

    def block(self, *patterns: str):
        """Makes requests fail whose addresses are like this."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": list(patterns)})

    def open(self, url: str):
        # Another page in between: an address that differs behind # alone would load nothing.
        self.driver.get("about:blank")
        self.driver.get(url)

    def run(self, script: str, *values):
        return self.driver.execute_script(script, *values)

    def all(self, selector: str):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str):
        """The element that is shown, waited for."""
        return self.until(
            lambda: next((e for e in self.all(selector) if e.is_displayed()), None),
            f"{selector} is shown")

    def text(self, selector: str) -> str:
        # As it stands in the document, whether it is shown or not.
        return self.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def click(self, selector: str, named: str = ""):
        self.until(lambda: self._click(selector, named), f"{selector} {named} can be pressed")

    def _click(self, selector: str, named: str) -> bool:
        for element in self.all(selector):
            if named in element.text and element.is_displayed() and element.is_enabled():
                self.run("arguments[0].scrollIntoView({block: 'center'})", element)
                element.click()
                return True
        return False

    def drop(self, selector: str, *files: pathlib.Path):
        """Drags files from outside the browser over an element, and lets go."""
        place = self.one(selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", place)
        x, y = self.run(
            "const box = arguments[0].getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]", place)
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for kind in ["dragEnter", "dragOver", "drop"]:
            self.driver.execute_cdp_cmd(
                "Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})

    def fill(self, selector: str, value: str):
        """Gives a field a value as typing and leaving it would, whatever its kind."""
        self.one(selector)
        self.run(
            """
            const field = document.querySelector(arguments[0]);
            field.value = arguments[1];
            field.dispatchEvent(new Event("input", {bubbles: true}));
            field.dispatchEvent(new Event("change", {bubbles: true}));
            """, selector, value)

    def until(self, condition, what: str):
        """Waits for something to be so, and answers what made it true."""
        end = time.monotonic() + PATIENCE
        error = None
        while time.monotonic() < end:
            try:
                if value := condition():
                    return value
            except Exception as caught:  # The page may just be changing.
                error = caught
            time.sleep(0.05)
        self.picture("failure")
        raise Failure(f"not within {PATIENCE} s: {what}" + (f" ({error})" if error else ""))

    def picture(self, name: str):
        self.driver.save_screenshot(str(self.folder / f"{name}.png"))

    def complaints(self) -> list[str]:
        """What the browser wrote to its console since the last call: errors, broken policies."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] in ("SEVERE", "WARNING")]

    def accessibility(self, within: str = "html") -> list[str]:
        """The serious and critical faults that axe finds; of a table's rows the first ones are asked
        about, as the others are made alike."""
        if not self.run("return Boolean(window.axe)"):
            self.run(self.axe)
        found = self.driver.execute_async_script(
            """
            const done = arguments[arguments.length - 1];
            const context = {include: [[arguments[0]]], exclude: [["tbody tr:nth-child(n+8)"]]};
            axe.run(context, {resultTypes: ["violations"]}).then(({violations}) => done(violations), (e) => done([{
              id: "axe", impact: "critical", help: String(e), nodes: []}]));
            """, within)
        return [f"{fault['impact']}: {fault['help']} ({fault['id']}): "
                + "; ".join(" ".join(map(str, node["target"])) for node in fault["nodes"][:5])
                for fault in found if fault["impact"] in ("serious", "critical")]
