"""What a data engineer does with the dashboard, step by step; later steps build on earlier ones."""

import csv
import time

from browser import Browser, Failure
from stack import Stack

VIEWS = ["loads", "hires", "postings", "tables"]
# Everything in a file is text, this too.
MARKUP = "<img src=x onerror=alert(1)><b>Ada</b>"


def expect(condition, what: str):
    if not condition:
        raise Failure(what)


class Journey:
    password = "correct horse battery"

    def __init__(self, browser: Browser, stack: Stack):
        self.browser, self.stack = browser, stack
        self.steps = [
            self.loads_are_listed, self.rejects_are_shown_and_downloaded,
            self.charts_and_tables_say_the_same, self.a_year_can_be_chosen,
            self.an_upload_asks_who_one_is, self.the_upload_is_loaded, self.the_charts_have_changed,
            self.a_dropped_file_is_seen_while_it_loads, self.a_bucket_that_refuses_is_gone_around, self.markup_in_a_file_stays_text, self.tables_are_paged_ordered_and_filtered,
            self.postings_are_searched, self.the_keyboard_is_enough, self.all_views_fit_all_screens,
            self.an_api_that_is_away_is_told, self.signing_out_forgets_the_token,
            self.everything_came_from_here,
        ]

    def open(self, place: str):
        self.browser.open(f"{self.stack.front}/#/{place}")

    def sound(self, *expected: str):
        """No fault that axe calls serious, and nothing on the console but what was expected."""
        faults = self.browser.accessibility()
        expect(not faults, "accessibility: " + " | ".join(faults))
        self.quiet(*expected)

    def quiet(self, *expected: str):
        said = [line for line in self.browser.complaints()
                if not any(word in line for word in expected)]
        expect(not said, "the console says: " + " | ".join(said))

    def load_names(self) -> list[str]:
        return self.browser.run(
            "return [...document.querySelectorAll('[data-load] > tr:first-child > th')]"
            ".map((cell) => cell.textContent)")

    def loads_are_listed(self):
        self.open("loads")
        self.browser.until(lambda: len(self.load_names()) >= 4, "the loads of the demonstration")
        expect("hired_employees.csv" in self.load_names(), "the hires are among the loads")
        self.browser.picture("loads-light")
        self.sound()

    def rejects_are_shown_and_downloaded(self):
        browser = self.browser
        load = browser.run(
            "return [...document.querySelectorAll('[data-load]')]"
            ".find((body) => body.textContent.includes('rejected')).dataset.load")
        browser.click(f"[data-load='{load}'] .opener")
        rejects = f"[data-load='{load}'] .detail tbody tr"
        browser.until(lambda: len(browser.all(rejects)) == 50, "the first 50 rejects")
        browser.picture("rejects-light")
        browser.click(".detail button", "More rejects")
        browser.until(lambda: len(browser.all(rejects)) == 70, "all 70 rejects")
        self.sound()
        browser.click(".detail button", "Download")
        file = browser.folder / "downloads" / f"load-{load}-rejects.csv"
        browser.until(file.exists, "the rejects as a file")
        with file.open(newline="") as lines:
            expect(len(list(csv.reader(lines))) == 71, "the file has a header and 70 rejects")

    def bars(self) -> dict[str, list[int]]:
        """What the chart of departments and quarters shows."""
        return self.browser.run(
            """
            const chart = window.Chart?.getChart("quarters-chart");
            return chart && Object.fromEntries(chart.data.labels.map((label, index) =>
              [label, chart.data.datasets.map((series) => series.data[index])]));
            """)

    def charts_and_tables_say_the_same(self):
        browser = self.browser
        browser.click("nav a", "Hires")
        self.before = browser.until(self.bars, "the chart of hires")
        expect(browser.run("return document.activeElement.id") == "hires-title",
               "the focus is on the view's title")
        rows = browser.run(
            """
            return [...document.querySelectorAll("#quarters-table tbody tr")].map((row) =>
              [...row.cells].map((cell) => cell.textContent));
            """)
        shown = {row[0]: [int(cell.replace(",", "")) for cell in row[1:5]] for row in rows}
        expect(shown == self.before,
               "the table holds what the bars show")
        total = sum(sum(quarters) for quarters in self.before.values())
        expect(browser.text("#hires-summary").replace(",", "").startswith(f"{total} hires"),
               "the sum of the bars is the year's")
        expect("Departments above the mean" in browser.all("#departments-chart")[0]
               .get_attribute("aria-label"), "the chart has words for who cannot see it")
        browser.picture("hires-light")
        browser.click("#quarters-details summary")
        self.sound()

    def a_year_can_be_chosen(self):
        self.browser.fill("#year", "2022")
        self.browser.until(lambda: self.bars() != self.before, "other bars for another year")
        expect("year=2022" in self.browser.driver.current_url, "the address names the year")
        self.browser.fill("#year", "2021")
        self.browser.until(lambda: self.bars() == self.before, "the first year's bars again")
        self.quiet()

    def an_upload_asks_who_one_is(self):
        browser = self.browser
        file = browser.folder / "hired_employees_new.csv"
        records = [f"{900000 + n},{MARKUP},2021-02-03T04:05:06Z,12,1" for n in range(39)]
        file.write_text("\n".join(records + ["900099,,2021-02-03T04:05:06Z,12,1"]) + "\n")
        browser.click("nav a", "Loads")
        browser.all("#files")[0].send_keys(str(file))
        browser.one("#login-name").send_keys("ada")
        browser.one("#login-password").send_keys("not the password")
        browser.picture("sign-in-light")
        self.sound("401")
        browser.click("#login-form [type=submit]")
        browser.one("#login-problem .problem")
        browser.fill("#login-password", self.password)
        browser.click("#login-form [type=submit]")
        browser.until(lambda: not browser.all("#login[open]"), "the form closes")
        expect("ada (writer)" in browser.text("#who"), "the page says who is signed in")
        self.quiet("401")

    def the_upload_is_loaded(self):
        browser = self.browser
        # It went on by itself when its owner had signed in.
        browser.until(
            lambda: "loaded: 40 records read, 39 inserted, 1 rejected" in browser.text("#uploads"),
            "the upload's load has finished")
        browser.until(lambda: self.load_names()[0] == "hired_employees_new.csv", "it leads the list")
        sent = browser.run("return performance.getEntriesByType('resource').map(({name}) => name)")
        expect(any(name.startswith(self.stack.s3) for name in sent), "the file went to S3 itself")
        browser.click("#uploads button", "Details")
        browser.until(
            lambda: "name is missing" in browser.text(".detail tbody"), "the reject's reason")
        browser.picture("upload-light")
        self.sound()

    def the_charts_have_changed(self):
        browser = self.browser
        browser.click("nav a", "Hires")
        changed = browser.until(
            lambda: (now := self.bars()) and now != self.before and now, "the chart changes")
        department = {name for name in changed if changed[name] != self.before.get(name)}
        expect(len(department) == 1, "one department has more hires")
        name = department.pop()
        expect(changed[name][0] == self.before[name][0] + 39, "39 of them, in the first quarter")
        browser.picture("hires-after-light")

    def a_dropped_file_is_seen_while_it_loads(self):
        browser = self.browser
        file = browser.folder / "jobs_of_the_harbour.csv"
        file.write_text("901,Lamp Lighter\n902,Lock Keeper\n")
        browser.click("nav a", "Loads")
        with self.stack.held("jobs"):
            browser.drop("#upload", file)
            running = browser.until(
                lambda: (said := browser.text("#running")) and file.name in said and said,
                "the load while it runs")
            expect("into jobs: under way, since" in running, f"what it does, since when: {running}")
            expect("over" not in browser.run("return document.getElementById('upload').className"),
                   "the place to drop at looks as before")
            browser.picture("running-light")
            self.sound()
        browser.until(
            lambda: "loaded: 2 records read, 2 inserted" in browser.text("#uploads"), "its end")
        browser.until(lambda: "Nothing is being loaded" in browser.text("#running"),
                      "that nothing runs any more")
        self.quiet()

    def a_bucket_that_refuses_is_gone_around(self):
        browser = self.browser
        file = browser.folder / "departments.csv"
        file.write_text("13,Night Ferry\n")
        browser.click("nav a", "Loads")
        browser.block(self.stack.s3 + "/*")
        browser.all("#files")[0].send_keys(str(file))
        browser.until(
            lambda: "loaded: 1 record read, 1 inserted" in browser.text("#uploads"),
            "the file has come through the API")
        browser.block()
        self.quiet("ERR_BLOCKED_BY_CLIENT")

    def rows(self) -> list[list[str]]:
        return self.browser.run(
            """
            return [...document.querySelectorAll("#rows tbody tr")].map((row) =>
              [...row.cells].map((cell) => cell.textContent));
            """)

    def markup_in_a_file_stays_text(self):
        self.open("tables/hired_employees?order=id.desc")
        rows = self.browser.until(self.rows, "the rows of the table")
        expect(rows[0][:2] == ["900038", MARKUP], f"the first row holds the text as it was: {rows[0]}")
        expect(not self.browser.all("#rows img, #rows b"), "no markup came of it")
        self.browser.picture("tables-light")
        self.sound()

    def tables_are_paged_ordered_and_filtered(self):
        browser = self.browser
        first = self.rows()
        browser.click("#pager button", "Next page")
        second = browser.until(lambda: (now := self.rows()) != first and now, "the second page")
        ids = [int(row[0]) for row in first + second]
        expect(ids == sorted(set(ids), reverse=True), "no row is missing or twice")
        browser.click("#pager button", "Previous page")
        browser.until(lambda: self.rows() == first, "the first page again")
        browser.click("#rows [data-column=name]")
        browser.until(
            lambda: browser.all("th[aria-sort=ascending] [data-column=name]"), "order by name")
        browser.fill("#f-column", "id")
        browser.run(
            """
            const operator = document.getElementById("f-operator");
            operator.value = [...operator.options].find(({text}) => text === "is less than").value;
            """)
        browser.fill("#f-value", "10")
        browser.click("#row-filter button")
        browser.until(lambda: 0 < len(self.rows()) < 10, "the rows with an id below 10")
        expect(all(int(row[0]) < 10 for row in self.rows()), "no other rows")
        browser.click("#row-filters button")
        browser.until(lambda: len(self.rows()) == 100, "all rows without the filter")
        browser.fill("#f-value", "many")
        browser.click("#row-filter button")
        browser.one("#rows .problem")
        expect("expected" in browser.text("#rows .problem"), "the API's words say what is wrong")
        self.sound("400")

    def postings_are_searched(self):
        browser = self.browser
        browser.click("nav a", "Postings")
        titles = "#postings-list tbody tr"
        browser.until(lambda: browser.all(titles), "postings")
        all_of_them = browser.text("#postings-summary")
        browser.fill("#p-pay", "80000")
        browser.fill("#p-since", "2020-01-02")
        browser.click("#posting-filters [type=submit]")
        browser.until(lambda: browser.text("#postings-summary") not in ("", all_of_them), "fewer")
        pays = browser.run(
            "return [...document.querySelectorAll(\"td[data-title='Pay a year']\")]"
            ".map((cell) => cell.textContent)")
        expect(pays and all(int(pay.split(" ")[0][1:].replace(",", "")) >= 80000 for pay in pays),
               "none pays less")
        browser.picture("postings-light")
        browser.fill("#p-location", "no such place anywhere")
        browser.click("#posting-filters [type=submit]")
        browser.until(lambda: "No posting" in browser.text("#postings-list"), "that there is none")
        self.sound()

    def the_keyboard_is_enough(self):
        browser = self.browser
        self.open("loads")
        browser.until(self.load_names, "the loads")
        press = lambda key: [browser.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {
            "type": kind, "key": key, "code": key, "text": "\r" if key == "Enter" and kind == "keyDown" else "",
            "windowsVirtualKeyCode": {"Tab": 9, "Enter": 13}[key]}) for kind in ("keyDown", "keyUp")]
        seen = []
        for _ in range(40):
            press("Tab")
            seen.append(browser.run(
                "const e = document.activeElement; return e.id || e.className || e.textContent"))
            if "opener" in seen[-1]:
                break
        for place in ["skip", "sign-in" if "sign-in" in seen else "sign-out", "files",
                      "upload-table", "load-status", "load-table", "scroll", "opener"]:
            expect(place in seen, f"Tab reaches {place}; it reached {seen}")
        press("Enter")
        browser.one(".opener[aria-expanded=true]")
        self.quiet()

    def all_views_fit_all_screens(self):
        browser = self.browser
        ready = {"loads": "[data-load]", "hires": "#quarters-table tr", "postings": "#postings-list tr",
                 "tables": "#rows tr"}
        for name, scheme, width, height in [
            ("dark", "dark", 1280, 900), ("phone", "light", 360, 740),
        ]:
            browser.look(scheme, width, height)
            for view in VIEWS:
                self.open(view)
                browser.until(lambda: browser.all(ready[view]), f"{view} has its data")
                # Chart.js follows the size in a frame of its own.
                time.sleep(0.2)
                browser.picture(f"{view}-{name}")
                wide = browser.run("return document.documentElement.scrollWidth")
                expect(wide <= width, f"{view} is {wide} wide where there are {width}")
                self.sound()
        browser.look("light", 1280, 900)

    def an_api_that_is_away_is_told(self):
        browser = self.browser
        self.open("loads")
        browser.until(self.load_names, "the loads")
        browser.offline(True)
        browser.until(lambda: "cannot be reached" in browser.text("#connection"), "that it is away")
        expect(self.load_names(), "what was read stays")
        browser.picture("offline-light")
        faults = browser.accessibility()
        expect(not faults, " | ".join(faults))
        browser.offline(False)
        browser.until(lambda: not browser.text("#connection"), "that it is back")
        self.quiet("ERR_INTERNET_DISCONNECTED")

    def signing_out_forgets_the_token(self):
        browser = self.browser
        browser.click("#sign-out")
        browser.one("#sign-in")
        expect(browser.run("return sessionStorage.length") == 0, "no token is kept")
        self.quiet()

    def everything_came_from_here(self):
        sources = self.browser.run(
            "return performance.getEntriesByType('resource').map(({name}) => new URL(name).origin)")
        expect(set(sources) <= {self.stack.front, self.stack.s3}, f"other origins: {set(sources)}")
