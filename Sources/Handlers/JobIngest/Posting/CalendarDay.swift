internal import Datasets
internal import JSON

/// A date without a zone, as `YYYY-MM-DD`.
///
/// The service writes times without saying whose; to make an instant of them would move some dates
/// by a day.
enum CalendarDay {
  /// Takes the date from one of the service's three forms: `2016-05-03T00:00:00Z`, `2020-12-03`
  /// and `2025-07-17T23:59:59.9970`; nil when there is none.
  static func text(_ raw: String) -> String? {
    let bytes = Array(raw.utf8)
    guard bytes.count >= 10, bytes.count == 10 || bytes[10] == UInt8(ascii: "T") else {
      return nil
    }
    let isDay = unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return false }
      return unsafe DateTimeText.date(start, 10) != nil
    }
    return isDay ? String(decoding: bytes[..<10], as: UTF8.self) : nil
  }
}

extension KeyedDecodingContainer {
  /// Decodes a date; nil when there is none.
  func day(_ key: Key) throws -> String? {
    guard let text = try plainText(key) else { return nil }
    guard let day = CalendarDay.text(text) else {
      throw JSONError(
        code: .rejected, path: codingPath + [key], expected: "a date such as 2025-07-17")
    }
    return day
  }

  /// Decodes a truth value, written as such or as text; nil when there is none.
  func truth(_ key: Key) throws -> Bool? {
    if let value = try? decodeIfPresent(Bool.self, forKey: key) { return value }
    guard let text = try plainText(key) else { return nil }
    switch text.lowercased() {
    case "true", "yes", "y", "1": return true
    case "false", "no", "n", "0": return false
    default:
      throw JSONError(code: .rejected, path: codingPath + [key], expected: "true or false")
    }
  }
}
