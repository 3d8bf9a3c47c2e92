#!/usr/bin/env python3
"""Does what job-ingest does, as one would write it in Python with requests and psycopg.

usage: ingest_peer.py executemany|copy ENDPOINT DATABASE_URL PAGE_SIZE

Both ways page through the search, know places by a dictionary, leave out postings whose hash is in the
table, and write each page in a transaction into the tables of job-ingest. They differ in how rows get
there: `executemany` sends one INSERT … ON CONFLICT for each (psycopg pipelines them), `copy` copies
them into staging and merges. Prints the counts and the peak memory as JSON.
"""
import hashlib, html, json, resource, sys

import psycopg
import requests

INTERVALS = {
    "per year": "PA", "per hour": "PH", "per day": "PD", "per month": "PM", "bi-weekly": "BW",
    "biweekly": "BW", "piece work": "PW", "without compensation": "WC", "fee basis": "FB",
    "stipend": "ST", "school year": "SY"}
COLUMNS = {
    "id": "text", "announcement": "text", "title": "text", "uri": "text", "apply_uri": "text",
    "organization": "text", "department": "text", "sub_agency": "text", "category_codes": "text[]",
    "schedule_codes": "text[]", "offering_codes": "text[]", "hiring_paths": "text[]",
    "pay_plan": "text", "low_grade": "text", "high_grade": "text", "promotion_potential": "text",
    "minimum_pay": "numeric", "maximum_pay": "numeric", "pay_interval": "text",
    "position_starts_on": "date", "position_ends_on": "date", "published_on": "date",
    "closes_on": "date", "location_display": "text", "remote": "boolean", "telework": "boolean",
    "relocation": "boolean", "travel_code": "text", "security_clearance": "text",
    "total_openings": "text", "summary": "text", "place_ids": "integer[]", "document": "jsonb",
    "content_hash": "bytea"}
NAMES = ", ".join(COLUMNS)
CONFLICT = "ON CONFLICT (id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in COLUMNS if name != "id") + (
    ", updated_run = excluded.inserted_run, updated_at = clock_timestamp(), closed_at = NULL,"
    " closed_run = NULL")
INSERT = (
    f"INSERT INTO postings ({NAMES}, inserted_run) VALUES ("
    + ", ".join(f"%s::{kind}" for kind in COLUMNS.values()) + f", %s) {CONFLICT}")
MERGE = (
    f"INSERT INTO postings ({NAMES}, inserted_run) SELECT {NAMES}, %s FROM staging ORDER BY id"
    f" {CONFLICT}")
STAGING = "CREATE TEMPORARY TABLE staging (" + ", ".join(
    f"{name} {kind}" for name, kind in COLUMNS.items()) + ") ON COMMIT DELETE ROWS"
PLACE = """INSERT INTO posting_places (fingerprint, name, city, subdivision, country, latitude,
  longitude) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (fingerprint) DO NOTHING"""
SEEN = """INSERT INTO posting_searches AS s (search, posting_id, last_run) VALUES ('bench', %s, %s)
  ON CONFLICT (search, posting_id) DO UPDATE SET last_seen_at = clock_timestamp(),
    last_run = excluded.last_run, gone_at = NULL"""


def text(value):
    """The text without references and outer blanks; None when there is none."""
    if value is None:
        return None
    return html.unescape(str(value)).strip() or None


def texts(values):
    return [value for value in map(text, values or []) if value]


def codes(entries):
    return texts(entry.get("Code") for entry in entries or [])


def day(value):
    value = text(value)
    return value and value[:10]


def truth(value):
    return value if isinstance(value, bool) or value is None else value.lower() == "true"


def amount(value):
    value = text(value)
    return value and value.replace("$", "").replace(",", "")


def degrees(value):
    return None if value is None else float(value)


class Ingest:
    def __init__(self, connection, copies):
        self.connection, self.copies = connection, copies
        self.places = {}
        self.counts = {"found": 0, "written": 0, "unchanged": 0}
        if copies:
            connection.execute(STAGING)
        self.run = connection.execute(
            """INSERT INTO sluice.ingest_runs (search, query, status, lease_until, page_size)
            VALUES ('bench', '', 'running', clock_timestamp(), 1) RETURNING id""").fetchone()[0]
        connection.commit()

    def page(self, items):
        """Writes one page and commits it."""
        pages = {}
        for item in items:
            pages.setdefault(item["MatchedObjectId"], item)
        postings = {key: self.split(item) for key, item in pages.items()}
        known = dict(self.connection.execute(
            "SELECT id, content_hash FROM postings WHERE id = ANY (%s) AND closed_at IS NULL",
            [list(postings)]))
        changed = [part for key, part in postings.items() if known.get(key) != part[2]]
        self.learn({place for _, places, _ in changed for place in places})
        rows = [self.row(*part) for part in changed]
        with self.connection.cursor() as cursor:
            if self.copies:
                with cursor.copy(f"COPY staging ({NAMES}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(MERGE, [self.run])
            else:
                cursor.executemany(INSERT, [row + (self.run,) for row in rows])
            cursor.executemany(SEEN, [(key, self.run) for key in postings])
            self.counts["found"] += len(postings)
            self.counts["written"] += len(rows)
            self.counts["unchanged"] += len(postings) - len(rows)
            cursor.execute(
                "UPDATE sluice.ingest_runs SET found = %s, updated_at = clock_timestamp()"
                " WHERE id = %s", [self.counts["found"], self.run])
        self.connection.commit()

    @staticmethod
    def split(item):
        """The posting without what depends on the search, its distinct places, and a hash of both."""
        descriptor = item["MatchedObjectDescriptor"]
        places = {
            (place.get("LocationName"), place.get("CityName"), place.get("CountrySubDivisionCode"),
             place.get("CountryCode"), place.get("Latitude"), place.get("Longitude"))
            for place in descriptor.pop("PositionLocation", None) or []}
        item.pop("RelevanceRank", None)
        descriptor.pop("PositionFormattedDescription", None)
        descriptor.get("UserArea", {}).pop("IsRadialSearch", None)
        digest = hashlib.sha256(json.dumps(item, sort_keys=True).encode())
        digest.update(repr(sorted(map(repr, places))).encode())
        return item, places, digest.digest()

    def learn(self, places):
        """Makes sure that places stand in the table, and notes their ids."""
        new = {}
        for place in places - self.places.keys():
            name, city, subdivision, country, latitude, longitude = place
            latitude, longitude = degrees(latitude), degrees(longitude)
            if latitude == 0 and longitude == 0:
                latitude = longitude = None
            subdivision = text(subdivision)
            fields = (
                text(name) or text(city), text(city), None if subdivision == "N/A" else subdivision,
                text(country), latitude, longitude)
            new[place] = (hashlib.sha256(repr(fields).encode()).digest()[:16], *fields)
        if not new:
            return
        with self.connection.cursor() as cursor:
            cursor.executemany(PLACE, list(new.values()))
            cursor.execute(
                "SELECT fingerprint, id FROM posting_places WHERE fingerprint = ANY (%s)",
                [[row[0] for row in new.values()]])
            ids = dict(cursor.fetchall())
        for place, row in new.items():
            self.places[place] = ids[row[0]]

    def row(self, item, places, digest):
        posting = item["MatchedObjectDescriptor"]
        details = posting.get("UserArea", {}).get("Details", {})
        pay = next(iter(posting.get("PositionRemuneration") or []), {})
        interval = text(pay.get("RateIntervalCode"))
        return (
            item["MatchedObjectId"], text(posting["PositionID"]), text(posting["PositionTitle"]),
            text(posting["PositionURI"]), next(iter(texts(posting.get("ApplyURI"))), None),
            text(posting.get("OrganizationName")), text(posting.get("DepartmentName")),
            text(posting.get("SubAgency")), codes(posting.get("JobCategory")),
            codes(posting.get("PositionSchedule")), codes(posting.get("PositionOfferingType")),
            texts(details.get("HiringPath")), next(iter(codes(posting.get("JobGrade"))), None),
            text(details.get("LowGrade")), text(details.get("HighGrade")),
            text(details.get("PromotionPotential")), amount(pay.get("MinimumRange")),
            amount(pay.get("MaximumRange")), interval and INTERVALS.get(interval.lower(), interval),
            day(posting.get("PositionStartDate")), day(posting.get("PositionEndDate")),
            day(posting.get("PublicationStartDate")), day(posting.get("ApplicationCloseDate")),
            text(posting.get("PositionLocationDisplay")), truth(details.get("RemoteIndicator")),
            truth(details.get("TeleworkEligible")), truth(details.get("Relocation")),
            text(details.get("TravelCode")), text(details.get("SecurityClearance")),
            text(details.get("TotalOpenings")), text(details.get("JobSummary")),
            list({self.places[place] for place in places}), json.dumps(item), digest)


def main():
    way, endpoint, url, size = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"User-Agent": "bench@example.com", "Authorization-Key": "bench"})
    with psycopg.connect(url) as connection:
        ingest = Ingest(connection, copies=way == "copy")
        number, total = 1, 1
        while (number - 1) * size < total:
            answer = session.get(endpoint, timeout=60, params={
                "DatePosted": 60, "SortField": "opendate", "SortDirection": "Asc",
                "Fields": "Full", "ResultsPerPage": size, "Page": number})
            answer.raise_for_status()
            result = json.loads(answer.content)["SearchResult"]
            total = result["SearchResultCountAll"]
            if not result["SearchResultItems"]:
                break
            ingest.page(result["SearchResultItems"])
            number += 1
        connection.execute(
            "UPDATE sluice.ingest_runs SET status = 'complete', finished_at = clock_timestamp()"
            " WHERE id = %s", [ingest.run])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**ingest.counts, "megabytes": peak}))


main()
