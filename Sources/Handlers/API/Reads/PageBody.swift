internal import CSVLoad
internal import LambdaEvents
internal import Postgres
internal import System

/// Builds the body of a page from the rows of its query.
struct PageBody: ~Copyable {
  private var rows: RowsWriter
  private(set) var bytes: [UInt8] = []
  private(set) var rowCount = 0
  /// The maximum length of the body in a JSON string, which is how gateways receive it.
  private var escapedCount = 0

  /// The largest body that is sure to fit through a gateway.
  static let maximumBytes = 5 << 20

  init(_ form: RowForm, escapesFormulas: Bool) {
    rows = RowsWriter(form, escapesFormulas: escapesFormulas)
  }

  /// Writes what precedes the rows.
  mutating func begin(_ columns: [TableShape.Column]) {
    bytes += rows.head(columns)
  }

  /// Appends a row, unless the body would grow too large; it always accepts the first row.
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

  /// The maximum length of bytes in a JSON string: a control character takes six, a quote two.
  private static func escapedCount(of bytes: Span<UInt8>) -> Int {
    var quotes = 0
    var controls = 0
    // Without branches, so that the loop is vectorized.
    for index in bytes.indices {
      let byte = unsafe bytes[unchecked: index]
      quotes &+= byte == 0x22 || byte == 0x5C ? 1 : 0
      controls &+= byte < 0x20 ? 1 : 0
    }
    return bytes.count + quotes + 5 * controls
  }

  /// Ends the body and returns it.
  consuming func finished() -> [UInt8] { bytes + rows.end }
}

/// The formats of a list of rows.
enum RowForm: CaseIterable {
  case json, ndjson, csv

  var mediaType: String {
    switch self {
    case .json: "application/json"
    case .ndjson: "application/x-ndjson"
    case .csv: "text/csv"
    }
  }

  var contentType: String { self == .csv ? "text/csv; charset=utf-8" : mediaType }

  /// The form that the request's `Accept` prefers (RFC 9110, section 12.5.1); the first one without
  /// a preference.
  static func accepted(
    by request: APIRequest, among forms: [RowForm] = allCases
  ) throws(Problem) -> RowForm {
    guard let accept = request.headers["accept"], !accept.isEmpty else { return forms[0] }
    if let form = forms.first(where: { $0.mediaType == accept }) { return form }
    let ranges = WeightedItem.items(of: accept)
    var best: (form: RowForm, weight: Double)?
    for form in forms {
      let weight = Self.weight(of: form.mediaType, in: ranges)
      if weight > best?.weight ?? 0 { best = (form, weight) }
    }
    guard let best else {
      throw Problem(
        .notAcceptable,
        "This route answers \(forms.map(\.mediaType).joined(separator: ", ")).")
    }
    return best.form
  }

  private static func weight(of type: String, in ranges: [WeightedItem]) -> Double {
    let group = type.prefix { $0 != "/" } + "/*"
    var found = (precision: -1, weight: 0.0)
    for range in ranges {
      let precision: Int
      switch range.name {
      case type: precision = 2
      case String(group): precision = 1
      case "*/*": precision = 0
      default: continue
      }
      if precision > found.precision { found = (precision, range.weight) }
    }
    return found.weight
  }
}

/// Writes rows of a result in one of the formats.
struct RowsWriter {
  private let form: RowForm
  private let csv: CSVRows
  private var isFirst = true

  init(_ form: RowForm, escapesFormulas: Bool) {
    self.form = form
    csv = CSVRows(escapesFormulas: escapesFormulas)
  }

  /// The bytes before the rows.
  func head(_ columns: [TableShape.Column]) -> [UInt8] {
    switch form {
    case .json: Array("[".utf8)
    case .ndjson: []
    case .csv: csv.header(columns.map(\.name))
    }
  }

  /// The rows of one batch.
  mutating func rows(of result: borrowing PostgresResult) -> [UInt8] {
    var bytes: [UInt8] = []
    for row in 0..<result.rowCount {
      append(result, row, 0..<result.columnCount, to: &bytes)
    }
    return bytes
  }

  /// Appends one row: all fields for CSV, otherwise the one that holds the row's JSON.
  mutating func append(
    _ result: borrowing PostgresResult, _ row: Int, _ fields: Range<Int>, to bytes: inout [UInt8]
  ) {
    guard form != .csv else { return csv.append(result, row, fields, to: &bytes) }
    if form == .json, !isFirst { bytes += ",\n".utf8 }
    isFirst = false
    result.withField(row: row, column: fields.lowerBound) { text in
      guard let text else { return }
      unsafe text.withUnsafeBufferPointer { text in unsafe bytes += text }
    }
    if form == .ndjson { bytes.append(UInt8(ascii: "\n")) }
  }

  /// The bytes after the rows.
  var end: [UInt8] { form == .json ? Array("]".utf8) : [] }
}

/// Writes rows of a result as CSV (RFC 4180) with a header; all fields have to be text.
struct CSVRows {
  /// Whether fields that a spreadsheet would compute are prefixed with an apostrophe.
  let escapesFormulas: Bool

  /// The header and all rows.
  func rows(of result: borrowing PostgresResult) -> [UInt8] {
    let columns = 0..<result.columnCount
    var bytes = header(columns.map { (try? result.columnName($0)) ?? "" })
    for row in 0..<result.rowCount { append(result, row, columns, to: &bytes) }
    return bytes
  }

  /// The header.
  func header(_ names: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, name) in names.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(Array(name.utf8), to: &bytes)
    }
    return bytes + Self.lineEnd
  }

  /// Appends one row; NULL becomes an empty field, and an empty text a quoted one.
  func append(
    _ result: borrowing PostgresResult, _ row: Int, _ columns: Range<Int>, to bytes: inout [UInt8]
  ) {
    for column in columns {
      if column > columns.lowerBound { bytes.append(UInt8(ascii: ",")) }
      result.withField(row: row, column: column) { field in
        guard let field else { return }
        append(field.copied, to: &bytes)
      }
    }
    bytes += Self.lineEnd
  }

  private func append(_ field: [UInt8], to bytes: inout [UInt8]) {
    let field = escapesFormulas ? FormulaText.disarmed(field) : field
    let needsQuotes = field.isEmpty || field.contains { Self.special.contains($0) }
    guard needsQuotes else {
      bytes += field
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in field {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let special = Array("\",\r\n".utf8)
  private static let lineEnd = Array("\r\n".utf8)
}
