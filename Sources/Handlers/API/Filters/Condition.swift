internal import Datasets
internal import Postgres
internal import System

/// What rows have to fulfil, and the SQL of it with its parameters.
indirect enum Condition: Sendable {
  case compare(TableShape.Column, Comparison, isNegated: Bool)
  case all([Condition])
  case any([Condition])
  /// A condition of our own, in which each `?` stands for the next of the values.
  case expression(String, [PostgresValue])

  enum Comparison: Sendable {
    case order(Operator, String)
    case among([String])
    /// A pattern in which `*` stands for any text.
    case like(String, ignoresCase: Bool)
    case null
    case truth(Bool)
  }

  enum Operator: String, CaseIterable, Sendable {
    case eq, neq, lt, lte, gt, gte

    var sql: String {
      switch self {
      case .eq: "="
      case .neq: "<>"
      case .lt: "<"
      case .lte: "<="
      case .gt: ">"
      case .gte: ">="
      }
    }
  }

  /// The condition as SQL; its values are appended to the parameters.
  func sql(_ parameters: inout [PostgresValue]) -> String {
    switch self {
    case .all(let conditions):
      return Self.joined(conditions, " AND ", empty: "true", &parameters)
    case .any(let conditions):
      return Self.joined(conditions, " OR ", empty: "false", &parameters)
    case .compare(let column, let comparison, let isNegated):
      let text = Self.sql(column, comparison, &parameters)
      return isNegated ? "NOT (\(text))" : text
    case .expression(let text, let values):
      let parts = text.split(separator: "?", omittingEmptySubsequences: false)
      var sql = String(parts[0])
      for (part, value) in zip(parts.dropFirst(), values) {
        parameters.append(value)
        sql += "$\(parameters.count)\(part)"
      }
      return sql
    }
  }

  private static func joined(
    _ conditions: [Condition], _ word: String, empty: String, _ parameters: inout [PostgresValue]
  ) -> String {
    var parts: [String] = []
    for condition in conditions { parts.append("(\(condition.sql(&parameters)))") }
    return parts.isEmpty ? empty : parts.joined(separator: word)
  }

  private static func sql(
    _ column: TableShape.Column, _ comparison: Comparison, _ parameters: inout [PostgresValue]
  ) -> String {
    func bind(_ value: PostgresValue) -> String {
      parameters.append(value)
      return "$\(parameters.count)"
    }
    switch comparison {
    case .order(let sign, let value):
      return "\(column.sql) \(sign.sql) \(bind(.text(value)))::\(column.type.sql)"
    case .among(let values):
      return "\(column.sql) = ANY (\(bind(.textArray(values)))::\(column.type.sql)[])"
    case .like(let pattern, let ignoresCase):
      return "\(column.sql) \(ignoresCase ? "ILIKE" : "LIKE") \(bind(.text(likeText(pattern))))"
    case .null: return "\(column.sql) IS NULL"
    case .truth(let value): return "\(column.sql) IS \(value ? "TRUE" : "FALSE")"
    }
  }

  /// A pattern as LIKE takes it: the star is its percent sign, and its own signs stand for themselves.
  private static func likeText(_ pattern: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in pattern.unicodeScalars {
      switch scalar {
      case "*": text.append("%")
      case "%", "_", "\\": text.append(contentsOf: ["\\", scalar])
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}

/// Judges the values of filters, so that a wrong one is told by name before the database is asked.
///
/// They are judged as the fields of files are; texts that PostgreSQL alone would take, such as
/// `yesterday`, are none.
enum FilterValue {
  static func isValid(_ text: String, _ type: ColumnType) -> Bool {
    let bytes = Array(text.utf8)
    guard !bytes.contains(0) else { return false }
    switch type {
    case .text: return true
    case .integer(let range): return Int64(text).map(range.contains) ?? false
    case .boolean: return text == "true" || text == "false"
    case .numeric, .float: return isValid(bytes, .number(.plain))
    case .date: return isValid(bytes, .date(.standard))
    case .timestamp: return isValid(bytes, .datetime(.standard)) || isValid(bytes, .date(.standard))
    case .time: return isValid(bytes, .time(.standard))
    case .uuid: return isValid(bytes, .uuid)
    case .interval: return isValid(bytes, .duration)
    case .bytes: return isHexadecimal(bytes)
    case .json, .point, .other: return false
    }
  }

  private static func isValid(_ bytes: [UInt8], _ type: FieldType) -> Bool {
    type.encoded(bytes) != nil
  }

  /// Whether bytes are `\x` and pairs of hexadecimal digits.
  private static func isHexadecimal(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "\\x".utf8) && bytes.count % 2 == 0
      && bytes.dropFirst(2).allSatisfy { $0.hexadecimalValue != nil }
  }
}
