internal import Datasets

/// Postings in COPY's binary form, which can be staged again when a transaction is retried.
///
/// A posting is staged with its amounts and dates as text, which were validated before, and cast
/// where the staged rows are merged.
struct StagedPostings: ~Copyable {
  private struct Column {
    let name: String
    /// The type in the staging table.
    let staged: String
    /// What the staged value is cast to, where the column is of another type.
    let cast: String?

    init(_ name: String, _ staged: String = "text", cast: String? = nil) {
      self.name = name
      self.staged = staged
      self.cast = cast
    }
  }

  // The columns that come from the service, in the order of `append`.
  private static let columns: [Column] = [
    Column("id"), Column("announcement"), Column("title"), Column("uri"), Column("apply_uri"),
    Column("organization"), Column("department"), Column("sub_agency"),
    Column("category_codes", "text[]"), Column("schedule_codes", "text[]"),
    Column("offering_codes", "text[]"), Column("hiring_paths", "text[]"), Column("pay_plan"),
    Column("low_grade"), Column("high_grade"), Column("promotion_potential"),
    Column("minimum_pay", cast: "numeric"), Column("maximum_pay", cast: "numeric"),
    Column("pay_interval"), Column("position_starts_on", cast: "date"),
    Column("position_ends_on", cast: "date"), Column("published_on", cast: "date"),
    Column("closes_on", cast: "date"), Column("location_display"),
    Column("remote", cast: "boolean"), Column("telework", cast: "boolean"),
    Column("relocation", cast: "boolean"), Column("travel_code"), Column("security_clearance"),
    Column("total_openings"), Column("summary"), Column("place_ids", "integer[]"),
    Column("document", "jsonb"), Column("content_hash", "bytea"),
  ]

  // Without EXTERNAL, staging would compress the document, and the table, whose own compression is
  // faster, would keep it so.
  static let createStaging = """
    CREATE TEMPORARY TABLE sluice_postings (\
    \(columns.map { "\($0.name) \($0.staged)" }.joined(separator: ", "))) ON COMMIT DROP;
    ALTER TABLE sluice_postings ALTER COLUMN document SET STORAGE EXTERNAL
    """

  static let copyStaging = "COPY sluice_postings FROM STDIN (FORMAT binary)"

  /// Removes staged postings whose annual pay is known and below `$1`; returns their ids.
  static let removePaidLess = """
    DELETE FROM sluice_postings
    WHERE maximum_pay::numeric * sluice.pay_periods(pay_interval) < $1::numeric RETURNING id
    """

  /// Writes staged postings that are new, changed or open again for run `$1`; returns their ids and
  /// whether each is new.
  ///
  /// Rows are written in the order of ids, so that concurrent searches cannot deadlock.
  static let merge: String = {
    let names = columns.map(\.name).joined(separator: ", ")
    let values = columns.map { column in
      column.cast.map { "\(column.name)::\($0)" } ?? column.name
    }.joined(separator: ", ")
    let assignments = columns.dropFirst().map { "\($0.name) = excluded.\($0.name)" }
      .joined(separator: ", ")
    return """
      INSERT INTO public.postings AS p (\(names), inserted_run)
      SELECT \(values), $1::bigint FROM sluice_postings ORDER BY id
      ON CONFLICT (id) DO UPDATE SET \(assignments), updated_run = excluded.inserted_run,
        updated_at = clock_timestamp(), closed_at = NULL, closed_run = NULL
      WHERE p.content_hash <> excluded.content_hash OR p.closed_at IS NOT NULL
      RETURNING id, updated_run IS NULL
      """
  }()

  private var rows = RowBuffer()
  private(set) var count = 0

  init() { rows.appendHeader() }

  mutating func append(_ item: SearchPageWork.Item, _ posting: Posting, places: [Int32]) {
    count += 1
    rows.appendColumnCount(Self.columns.count)
    for text in [
      item.id, posting.announcement, posting.title, posting.uri, posting.applyURI,
      posting.organization, posting.department, posting.subAgency,
    ] {
      rows.appendText(ifPresent: text)
    }
    rows.appendTextArray(posting.categoryCodes)
    rows.appendTextArray(posting.scheduleCodes)
    rows.appendTextArray(posting.offeringCodes)
    let details = posting.details
    rows.appendTextArray(details.hiringPaths)
    for text in [
      posting.payPlan, details.lowGrade, details.highGrade, details.promotionPotential,
      posting.pay.minimum?.text, posting.pay.maximum?.text, posting.pay.interval,
      posting.positionStartsOn, posting.positionEndsOn, posting.publishedOn, posting.closesOn,
      posting.locationDisplay, details.isRemote.map { "\($0)" },
      details.allowsTelework.map { "\($0)" }, details.paysRelocation.map { "\($0)" },
      details.travelCode, details.securityClearance, details.totalOpenings, details.summary,
    ] {
      rows.appendText(ifPresent: text)
    }
    rows.appendInt32Array(places)
    // The binary form of jsonb is a version byte followed by the text.
    rows.appendBytes(([1] + item.document).span)
    rows.appendBytes(item.contentHash.span)
  }

  mutating func finish() { rows.appendTrailer() }

  func withRows<E: Error>(_ body: (Span<UInt8>) throws(E) -> Void) throws(E) {
    try rows.withBytes(body)
  }
}
