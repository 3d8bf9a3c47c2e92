"""The page of the API's documentation: Swagger UI."""

from browser import Browser, Failure
from stack import Stack


class Documentation:
    def __init__(self, browser: Browser, stack: Stack):
        self.browser, self.stack = browser, stack
        self.steps = [self.the_documentation_lists_all_routes, self.a_route_can_be_tried]

    def the_documentation_lists_all_routes(self):
        browser = self.browser
        # With a slash at its end, too, it finds what it loads.
        browser.open(f"{self.stack.front}/docs/")
        browser.until(lambda: len(browser.all(".opblock")) > 20, "the routes")
        paths = browser.run(
            "return [...document.querySelectorAll('.opblock-summary-path')].map((e) => e.dataset.path)")
        for path in ["/health", "/postings", "/metrics/hires", "/tables/people/rows"]:
            if path not in paths:
                raise Failure(f"{path} is not among the routes")
        browser.picture("docs-light")
        # What Swagger UI draws is not ours to mend; the page around it is.
        for within in ["body > header"]:
            if faults := browser.accessibility(within):
                raise Failure(" | ".join(faults))
        browser.look("dark", 1280, 900)
        browser.picture("docs-dark")
        browser.look("light", 1280, 900)
        if said := browser.complaints():
            raise Failure("the console says: " + " | ".join(said))

    def a_route_can_be_tried(self):
        browser = self.browser
        browser.click("#operations-Service-health .opblock-summary-control")
        browser.click("#operations-Service-health .try-out__btn")
        browser.click("#operations-Service-health .execute")
        browser.until(
            lambda: "200" in browser.text("#operations-Service-health .live-responses-table"),
            "the answer of /health")
        if said := browser.complaints():
            raise Failure("the console says: " + " | ".join(said))
