import JobIngest
import Postgres
import TestSupport
import Testing

/// Reports read from the postings that a run has marked.
@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Report lists` {
  private func report(_ runs: [Int], from database: ScratchDatabase) throws -> IngestReport {
    var report = IngestReport(runs: runs, searches: [])
    var connection = try PostgresConnection(PostgresSettings(url: database.url))
    try report.readLists(from: &connection)
    return report
  }

  /// A database with the tables of `job-ingest`, whose columns that no report shows need no values.
  private func database() throws -> ScratchDatabase {
    let database = try ScratchDatabase()
    let sql = try #require(
      FileText.read(Checkout.path("Sources/Handlers/JobIngest/SQL/0002-job-ingest.sql")))
    try database.execute("CREATE SCHEMA sluice; \(sql)")
    for (column, value) in [
      ("announcement", "''"), ("uri", "''"), ("category_codes", "'{}'"), ("schedule_codes", "'{}'"),
      ("offering_codes", "'{}'"), ("hiring_paths", "'{}'"), ("place_ids", "'{}'"),
      ("document", "'{}'"), ("content_hash", "''"), ("inserted_run", "6"),
    ] {
      try database.execute("ALTER TABLE postings ALTER \(column) SET DEFAULT \(value)")
    }
    return database
  }

  @Test func `postings stand in the list of what the run did to them`() throws {
    let database = try database()
    try database.execute(
      """
      INSERT INTO postings (id, title, uri, organization, department, pay_plan, low_grade,
        high_grade, minimum_pay, maximum_pay, pay_interval, closes_on, location_display,
        inserted_run, updated_run, closed_run) VALUES
        ('1', E'Data  Engineer\\n', 'https://www.usajobs.gov:443/job/1', 'FAA', 'DOT', 'GS', '12',
          '13', 99325, 153354.00, 'PA', '2026-08-14', 'Chicago, Illinois', 7, NULL, NULL),
        ('2', 'Painter', 'ftp://x.gov', NULL, 'Army', 'WG', '9', '9', 19.18, 19.18, 'PH', NULL,
          NULL, 6, 8, NULL),
        ('3', 'Clerk', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0009-02-03',
          ' ', 6, 6, 7),
        ('4', 'Bystander', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          NULL, 6, 6, 6)
      """)
    let report = try report([7, 8], from: database)
    #expect(
      report.newPostings
        == .init([
          ReportedPosting(
            title: "Data Engineer", organization: "FAA", pay: "$99,325 – $153,354 per year",
            grades: "GS-12/13", place: "Chicago, Illinois", uri: "https://www.usajobs.gov/job/1",
            closingDate: "2026-08-14")
        ]))
    #expect(
      report.changedPostings
        == .init([
          ReportedPosting(
            title: "Painter", organization: "Army", pay: "$19.18 per hour", grades: "WG-9",
            place: nil, uri: nil, closingDate: nil)
        ]))
    #expect(
      report.closedPostings
        == .init([
          ReportedPosting(
            title: "Clerk", organization: nil, pay: nil, grades: nil, place: nil, uri: nil,
            closingDate: "0009-02-03")
        ]))
  }

  @Test func `long lists are cut and say what they leave out`() throws {
    let database = try database()
    try database.execute(
      """
      INSERT INTO postings (id, title, closes_on, inserted_run)
      SELECT number, 'Title ' || number, date '2026-01-01' + 60 - number, 7
      FROM generate_series(1, 53) number
      """)
    let report = try report([7, 8], from: database)
    #expect(report.newPostings.total == 53 && report.newPostings.postings.count == 50)
    #expect(report.newPostings.postings.first?.title == "Title 53")
    #expect(report.text.contains("New (53)\n") && report.text.contains("\nand 3 more\n"))
    #expect(report.html.contains(">New (53)<") && report.html.contains("\nand 3 more\n"))
    #expect(report.changedPostings == .init() && report.closedPostings == .init())
  }

  @Test func `a run that marked nothing has empty lists`() throws {
    let report = try report([1], from: database())
    #expect(
      report.newPostings == .init() && report.changedPostings == .init()
        && report.closedPostings == .init())
  }
}
