internal import Postgres

/// Puts the body of a page together from the rows of its query.
struct PageBody: ~Copyable {
  private var rows: StreamedRows
  private(set) var bytes: [UInt8] = []
  private(set) var rowCount = 0
  /// How long the body is at most once it stands in a JSON string, as gateways take it.
  private var escapedCount = 0

  /// A body that ends before it would be too large for a gateway.
  static let maximumBytes = 5 << 20

  init(_ form: RowForm, escapesFormulas: Bool) {
    rows = StreamedRows(form, escapesFormulas: escapesFormulas)
  }

  /// Writes what stands before the rows.
  mutating func begin(_ columns: [TableShape.Column]) {
    bytes += rows.head(columns)
  }

  /// Appends a row, unless the body would grow too large; a first row is always taken.
  mutating func append(
    _ result: borrowing PostgresResult, _ row: Int, fields: Range<Int>
  ) -> Bool {
    let start = bytes.count
    rows.append(result, row, fields, to: &bytes)
    escapedCount += Self.escapedCount(of: bytes.span.extracting(droppingFirst: start))
    guard rowCount == 0 || escapedCount <= Self.maximumBytes else {
      bytes.removeSubrange(start...)
      return false
    }
    rowCount += 1
    return true
  }

  /// How long bytes are at most in a JSON string: a control character takes six, a quote two.
  private static func escapedCount(of bytes: Span<UInt8>) -> Int {
    var quotes = 0
    var controls = 0
    // Without a branch, so that many bytes are looked at together.
    for index in bytes.indices {
      let byte = unsafe bytes[unchecked: index]
      quotes &+= byte == 0x22 || byte == 0x5C ? 1 : 0
      controls &+= byte < 0x20 ? 1 : 0
    }
    return bytes.count + quotes + 5 * controls
  }

  /// Ends the body and gives it up.
  consuming func finished() -> [UInt8] { bytes + rows.end }
}
