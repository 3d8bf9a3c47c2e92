package import Postgres

extension IngestReport {
  /// How many postings of a kind are listed.
  private static let limit = 50

  /// Fills the lists with the postings that the runs have marked.
  package mutating func readLists(from connection: inout PostgresConnection) throws {
    newPostings = try list("inserted_run", &connection)
    changedPostings = try list("updated_run", &connection)
    closedPostings = try list("closed_run", &connection)
  }

  /// The postings with one of the runs' ids in a column, those first that close first.
  private func list(
    _ column: StaticString, _ connection: inout PostgresConnection
  ) throws -> List {
    try connection.query(
      """
      SELECT title, coalesce(organization, department), minimum_pay::text, maximum_pay::text,
        pay_interval, pay_plan, low_grade, high_grade, location_display, uri,
        to_char(closes_on, 'YYYY-MM-DD'), count(*) OVER ()
      FROM public.postings WHERE \(column) = ANY ($1::bigint[])
      ORDER BY closes_on, title, id LIMIT \(Self.limit)
      """, [.integerArray(runs.map { Int64($0) })]
    ) { result in
      var list = List()
      for row in 0..<result.rowCount {
        list.postings.append(try Self.posting(result, row))
        list.total = try result.int(row: row, column: 11)
      }
      return list
    }
  }

  private static func posting(
    _ result: borrowing PostgresResult, _ row: Int
  ) throws -> ReportedPosting {
    ReportedPosting(
      title: try result.text(row: row, column: 0),
      organization: try result.textIfPresent(row: row, column: 1),
      pay: PayText.text(
        minimum: try result.textIfPresent(row: row, column: 2),
        maximum: try result.textIfPresent(row: row, column: 3),
        interval: try result.textIfPresent(row: row, column: 4)),
      grades: GradeText.text(
        plan: try result.textIfPresent(row: row, column: 5),
        low: try result.textIfPresent(row: row, column: 6),
        high: try result.textIfPresent(row: row, column: 7)),
      place: try result.textIfPresent(row: row, column: 8),
      uri: try result.textIfPresent(row: row, column: 9),
      closingDate: try result.textIfPresent(row: row, column: 10))
  }
}
