internal import Datasets
internal import JSON
internal import System

/// Rows in the body of a call: one object or a list of them.
///
/// Each value is kept as the text of a field in a file, so that the schema validates both in the same
/// way. Numbers have to be JSON numbers and keep every digit; types that JSON lacks are strings.
struct InputRows {
  /// One text for each field of the dataset; nil without a value.
  private(set) var rows: [[[UInt8]?]] = []
  /// Everything that is wrong with them.
  private(set) var faults: [Problem.Fault] = []

  private let dataset: Dataset
  /// The maximum number of rows in one call.
  static let most = 1000
  /// The maximum number of faults in a response.
  private static let mostFaults = 1000

  /// Reads and validates a body.
  ///
  /// - Throws: A problem when it is not JSON or not 1 to 1000 rows.
  init(_ body: [UInt8], of dataset: Dataset) throws(Problem) {
    self.dataset = dataset
    do throws(JSONError) {
      try read(body.span)
    } catch {
      throw Problem(.badRequest, "The body is not readable as JSON: \(error)")
    }
    guard !rows.isEmpty, rows.count <= Self.most else {
      throw Problem(
        .badRequest, "The body holds \(rows.count) rows; expected 1 to \(Self.most).")
    }
  }

  private mutating func read(_ body: Span<UInt8>) throws(JSONError) {
    var scanner = JSONScanner()
    if try scanner.kind(body) == .array {
      try scanner.eachElement(body) { (scanner) throws(JSONError) in
        try readRow(&scanner, body)
      }
    } else {
      try readRow(&scanner, body)
    }
    try scanner.finish(body)
  }

  private mutating func readRow(
    _ scanner: inout JSONScanner, _ body: Span<UInt8>
  ) throws(JSONError) {
    let number = rows.count
    guard try scanner.kind(body) == .object else {
      _ = try scanner.skipValue(body)
      rows.append([])
      note(number, nil, "type", "the row is no object; expected one with \(dataset.fieldList)")
      return
    }
    var values = [[UInt8]?](repeating: nil, count: dataset.fields.count)
    var seen = Set<Int>()
    var refused = Set<Int>()
    try scanner.eachMember(body) { (scanner, key) throws(JSONError) in
      var reader = JSONScanner(at: key.lowerBound - 1)
      let name = try reader.string(body)
      guard let index = dataset.fields.firstIndex(where: { $0.name == name }) else {
        _ = try scanner.skipValue(body)
        note(
          number, name, "unknown-field",
          "there is no such field; the fields are \(dataset.fieldList)")
        return
      }
      guard seen.insert(index).inserted else {
        _ = try scanner.skipValue(body)
        note(number, name, "repeated-field", "the field comes twice")
        return
      }
      let field = dataset.fields[index]
      switch try text(&scanner, body, of: field, number) {
      case .none: break
      case .text(let text): values[index] = text
      case .refused:
        refused.insert(index)
        note(number, name, "type", field.reason(.type))
      }
    }
    rows.append(values)
    for (index, field) in dataset.fields.enumerated() where !refused.contains(index) {
      let value = values[index]
      let code = value.map { field.fault(of: $0) } ?? (field.isRequired ? .missing : nil)
      if let code { note(number, field.name, code.rawValue, field.reason(code)) }
    }
  }

  /// Reads the text of a value.
  private mutating func text(
    _ scanner: inout JSONScanner, _ body: Span<UInt8>, of field: Dataset.Field, _ row: Int
  ) throws(JSONError) -> Value {
    let kind = try scanner.kind(body)
    switch (kind, field.traits.json) {
    case (.null, _):
      _ = try scanner.skipValue(body)
      return .none
    case (.bool, .boolean):
      let range = try scanner.skipValue(body)
      guard case .boolean(let words) = field.type else { return .refused }
      let isTrue = body[range.lowerBound] == UInt8(ascii: "t")
      return (isTrue ? words.trueWords : words.falseWords).first.map { .text(Array($0.utf8)) }
        ?? .none
    case (.number, .integer):
      return .text(Self.whole(body.extracting(try scanner.skipValue(body)).copied))
    case (.number, .number), (.object, .object), (.array, .array):
      return .text(body.extracting(try scanner.skipValue(body)).copied)
    case (.string, .text), (.string, .string):
      return .text(Array(try scanner.string(body).utf8))
    default:
      _ = try scanner.skipValue(body)
      return .refused
    }
  }

  /// The value of a field.
  private enum Value {
    case none
    case text([UInt8])
    /// JSON of the wrong type.
    case refused
  }

  /// An integer without the fraction or the exponent that JSON allows it to have.
  private static func whole(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { [0x2E, 0x65, 0x45].contains($0) }),
      let number = Double(String(decoding: text, as: UTF8.self)), abs(number) < 0x1p53,
      let integer = Int64(exactly: number)
    else { return text }
    return Array(String(integer).utf8)
  }

  private mutating func note(_ row: Int, _ field: String?, _ code: String, _ reason: String) {
    guard faults.count < Self.mostFaults else { return }
    faults.append(Problem.Fault(row: row, field: field, code: code, reason: reason))
  }

  /// The rows as CSV (RFC 4180), the loader's input.
  var csv: [UInt8] {
    var bytes: [UInt8] = []
    for row in rows {
      for (index, (value, field)) in zip(row, dataset.fields).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        for byte in value ?? field.missingValues.first ?? [] {
          if byte == UInt8(ascii: "\"") { bytes.append(byte) }
          bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
