package import Postgres

/// What runs of searches changed, as a report for people.
package struct IngestReport: Sendable, Equatable {
  /// The first postings of a kind, and how many there are.
  package struct List: Sendable, Equatable {
    package var postings: [ReportedPosting]
    package var total: Int

    package init(_ postings: [ReportedPosting] = [], total: Int? = nil) {
      self.postings = postings
      self.total = total ?? postings.count
    }

    /// The line below a list that does not show everything.
    var remainder: String? {
      total > postings.count ? "and \(total - postings.count) more" : nil
    }
  }

  /// The runs' ids in `sluice.ingest_runs`.
  package var runs: [Int]
  /// The names or queries of the searches.
  package var searches: [String]
  package var inserted = 0
  package var updated = 0
  package var unchanged = 0
  package var closed = 0
  package var rejected = 0
  /// Whether every posting of every search was seen.
  package var isComplete = true
  /// Whether a search has more postings than the service returns.
  package var isTruncated = false
  package var newPostings = List()
  package var changedPostings = List()
  package var closedPostings = List()

  /// Makes a report of runs that changed nothing.
  package init(runs: [Int], searches: [String]) {
    self.runs = runs
    self.searches = searches
  }

  /// Whether there is anything to report.
  package var isChange: Bool { inserted + updated + closed > 0 }
}

extension IngestReport {
  /// Makes the report of the runs that ended, without its lists.
  ///
  /// A run that a later invocation resumes is reported then, once and as a whole.
  init(_ outcomes: [SearchOutcome]) {
    let ended = outcomes.filter(\.isOver)
    self.init(runs: ended.map(\.run), searches: ended.map(\.search))
    let counts = ended.reduce(IngestCounts()) { $0 + $1.counts }
    (inserted, updated, closed) = (counts.inserted, counts.updated, counts.closed)
    (unchanged, rejected) = (counts.unchanged, counts.rejected)
    isComplete = ended.allSatisfy { $0.status == .complete }
    isTruncated = ended.contains(where: \.isTruncated)
  }
}

extension IngestReport {
  /// How many postings of a kind are listed.
  private static let limit = 50

  /// Fills the lists with the postings that the runs marked.
  package mutating func readLists(from connection: inout PostgresConnection) throws {
    newPostings = try list("inserted_run", &connection)
    changedPostings = try list("updated_run", &connection)
    closedPostings = try list("closed_run", &connection)
  }

  /// The postings with one of the runs' ids in a column, ordered by closing date.
  private func list(
    _ column: StaticString, _ connection: inout PostgresConnection
  ) throws -> List {
    var list = List()
    list.postings = try connection.rows(
      """
      SELECT title, coalesce(organization, department), minimum_pay::text, maximum_pay::text,
        pay_interval, pay_plan, low_grade, high_grade, location_display, uri,
        to_char(closes_on, 'YYYY-MM-DD'), count(*) OVER ()
      FROM public.postings WHERE \(column) = ANY ($1::bigint[])
      ORDER BY closes_on, title, id LIMIT \(Self.limit)
      """, [.integerArray(runs.map { Int64($0) })]
    ) { row in
      let posting = ReportedPosting(
        title: try row.text(), organization: try row.textIfPresent(),
        pay: PayText.text(
          minimum: try row.textIfPresent(), maximum: try row.textIfPresent(),
          interval: try row.textIfPresent()),
        grades: GradeText.text(
          plan: try row.textIfPresent(), low: try row.textIfPresent(),
          high: try row.textIfPresent()),
        place: try row.textIfPresent(), uri: try row.textIfPresent(),
        closingDate: try row.textIfPresent())
      list.total = try row.int()
      return posting
    }
    return list
  }
}
