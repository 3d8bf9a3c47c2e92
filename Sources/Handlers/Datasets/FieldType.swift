/// A Table Schema type with its constraints, and the PostgreSQL type that holds it.
///
/// Types and constraints are those of the Frictionless Table Schema specification.
package enum FieldType: Sendable, Equatable {
  case string(TextRule)
  case uuid
  case integer(ClosedRange<Int64>)
  case number
  case boolean
  case date
  case datetime

  /// What a string may be: its length counts Unicode scalars.
  package struct TextRule: Sendable, Equatable {
    package var minimumLength = 0
    package var maximumLength = Int.max
    /// Bounds a text that stands in a key, which an index has to hold.
    package var maximumBytes = Int.max
    package var allowed: [[UInt8]] = []

    package var isAny: Bool {
      minimumLength == 0 && maximumLength == Int.max && maximumBytes == Int.max && allowed.isEmpty
    }
  }

  package var isString: Bool {
    if case .string = self { return true }
    return false
  }

  /// The column type: integers whose declared bounds fit take four bytes.
  package var columnType: String {
    switch self {
    case .string: "text"
    case .uuid: "uuid"
    case .integer(let range):
      range.lowerBound >= Int64(Int32.min) && range.upperBound <= Int64(Int32.max)
        ? "integer" : "bigint"
    case .number: "numeric"
    case .boolean: "boolean"
    case .date: "date"
    case .datetime: "timestamptz"
    }
  }

  /// How a field of this type has to look, for the reason of a reject.
  package var expectation: String {
    switch self {
    case .string(let rule):
      rule.isAny
        ? "text"
        : rule.maximumBytes < Int.max
          ? "text of at most \(rule.maximumBytes) bytes within its constraints, for it is in the key"
          : "text within its declared constraints"
    case .uuid: "a UUID of 36 characters"
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number: "a decimal number"
    case .boolean: "true, false, 1 or 0"
    case .date: "a date as YYYY-MM-DD"
    case .datetime: "a time as YYYY-MM-DDThh:mm:ss, with an optional fraction and zone"
    }
  }
}

extension FieldType.TextRule {
  /// Whether the text that begins at an offset and ends with the bytes keeps to the rule.
  func allows(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    let count = bytes.count - start
    guard count <= maximumBytes else { return false }
    if !allowed.isEmpty {
      let isListed = allowed.contains { value in
        guard value.count == count else { return false }
        for index in 0..<count where value[index] != bytes[start + index] { return false }
        return true
      }
      guard isListed else { return false }
    }
    var scalars = 0
    for index in start..<bytes.count where bytes[index] & 0xc0 != 0x80 { scalars += 1 }
    return scalars >= minimumLength && scalars <= maximumLength
  }
}
