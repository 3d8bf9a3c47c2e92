internal import Postgres

/// Puts the body of a page together from the rows of its query.
struct PageBody: ~Copyable {
  private var rows: StreamedRows
  private(set) var bytes: [UInt8] = []
  private(set) var rowCount = 0
  /// How long the body is once it stands in a JSON string, as gateways take it.
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
    for byte in bytes[start...] {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x09, 0x0A, 0x0D: escapedCount += 2
      case 0..<0x20: escapedCount += 6
      default: escapedCount += 1
      }
    }
    guard rowCount == 0 || escapedCount <= Self.maximumBytes else {
      bytes.removeSubrange(start...)
      return false
    }
    rowCount += 1
    return true
  }

  /// Ends the body and gives it up.
  consuming func finished() -> [UInt8] { bytes + rows.end }
}
