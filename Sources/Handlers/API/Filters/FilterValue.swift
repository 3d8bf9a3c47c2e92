internal import Datasets
internal import System

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
