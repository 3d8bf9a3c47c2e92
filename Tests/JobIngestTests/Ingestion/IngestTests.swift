import CLI
import JSON
import JobIngest
import TestSupport
import Testing

@Suite("Ingestion", .enabled(if: IngestRig.isAvailable, "\(IngestRig.reason)"))
struct IngestTests {
  @Test func `all come in, stay as they are, and change as the service does`() throws {
    var rig = try IngestRig()
    let first = try rig.ingest()
    #expect(first.status == "complete")
    #expect(first.found > 30)
    #expect(first.figures == [first.found, first.found, 0, 0, 0, 0])
    let second = try rig.ingest()
    #expect(second.figures == [first.found, 0, 0, first.found, 0, 0])
    try rig.order("/stub/change", #"{"changed": 2, "dropped": 1, "added": 3}"#)
    let third = try rig.ingest()
    #expect(third.figures == [first.found + 2, 3, 2, first.found - 3, 1, 0])
    #expect(third.addsUp)
    let counts = try rig.database.rows(
      """
      SELECT count(*), count(closed_at), count(*) FILTER (WHERE updated_run = \(third.run ?? 0)),
        count(*) FILTER (WHERE inserted_run = \(third.run ?? 0)) FROM postings
      """)
    #expect(counts == [["\(first.found + 3)", "1", "2", "3"]])
    let fourth = try rig.ingest()
    #expect(fourth.figures == [first.found + 2, 0, 0, first.found + 2, 0, 0])
  }

  @Test func `a posting that comes back is open again`() throws {
    var rig = try IngestRig()
    let first = try rig.ingest()
    try rig.database.execute(
      """
      UPDATE postings SET closed_at = now(), closed_run = 0
      WHERE id = (SELECT min(id) FROM postings)
      """)
    let second = try rig.ingest()
    #expect(second.figures == [first.found, 0, 1, first.found - 1, 0, 0])
    #expect(
      try rig.database.value("SELECT count(*) FROM postings WHERE closed_at IS NOT NULL") == "0")
  }

  @Test func `a posting is closed only when no search finds it`() throws {
    var rig = try IngestRig()
    let wide = #"{"name": "wide", "keyword": "data engineering"}"#
    _ = try rig.ingest()
    let all = try rig.ingest(wide)
    #expect(all.unchanged > 0)
    // The narrow search is made to see nothing; the wide one still sees everything.
    try rig.database.execute(
      """
      UPDATE posting_searches SET last_run = 0 WHERE search = 'wide';
      INSERT INTO posting_searches (search, posting_id, last_run)
      SELECT 'data-engineering-chicago', id, 0 FROM postings ON CONFLICT DO NOTHING
      """)
    let again = try rig.ingest()
    #expect(again.closed == 0)
    #expect(
      try rig.database.value("SELECT count(*) FROM posting_searches WHERE gone_at IS NOT NULL")
        != "0")
  }

  @Test func `a search by age closes nothing: what it finds no more may only have become old`()
    throws
  {
    var rig = try IngestRig()
    let recent = #"{"name": "recent", "keyword": "data engineering", "postedWithinDays": 60}"#
    let first = try rig.ingest(recent)
    #expect(first.inserted > 3)
    try rig.order("/stub/change", #"{"dropped": 3}"#)
    let second = try rig.ingest(recent)
    #expect(second.found < first.found)
    #expect(second.closed == 0)
  }

  @Test func `places stand once each, and every posting lists its own`() throws {
    var rig = try IngestRig(postings: 60, locations: 30)
    _ = try rig.ingest()
    let doubles = try rig.database.value(
      "SELECT count(*) FROM (SELECT 1 FROM posting_locations GROUP BY posting_id, place_id "
        + "HAVING count(*) > 1) d")
    #expect(doubles == "0")
    let ofOne = try rig.database.value(
      "SELECT max(n) FROM (SELECT count(*) n FROM posting_locations GROUP BY posting_id) c")
    #expect((Int(ofOne) ?? 0) >= 25)
  }

  @Test func `less pay than the search asks for is left out, unknown pay is kept`() throws {
    var rig = try IngestRig()
    let all = try rig.ingest()
    let rich = try rig.ingest(
      #"{"name": "rich", "keyword": "data engineering", "locationName": "Chicago, Illinois", "minimumAnnualPay": 120000}"#
    )
    #expect(rich.skipped > 0)
    #expect(rich.found == all.found)
    #expect(rich.addsUp)
    let poor = try rig.database.value(
      """
      SELECT count(*) FROM postings p JOIN posting_searches s ON s.posting_id = p.id
      WHERE s.search = 'rich' AND NOT s.left_out AND maximum_annual_pay < 120000
      """)
    #expect(poor == "0")
  }
}
