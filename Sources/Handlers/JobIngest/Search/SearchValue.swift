internal import JSON

/// What one value of a search parameter may be.
enum SearchValue: Sendable {
  /// Words to look for.
  case text
  /// Words in a list, so without the semicolon that separates them.
  case word
  /// A city or installation.
  case place
  /// A whole number, written with at least so many digits.
  case number(ClosedRange<Int>, digits: Int = 1)
  /// So many letters and digits.
  case code(ClosedRange<Int>)
  /// One of some words, in any case.
  case choice([String])
  /// Yes or no.
  case flag

  private static let longestText = 200

  /// The value as it stands in a query, or nil when it does not belong here.
  func queryText(_ value: JSONValue) -> String? {
    switch value {
    case .bool(let value):
      guard case .flag = self else { return nil }
      return value ? "True" : "False"
    case .integer(let value): return isText ? nil : canonical("\(value)")
    case .number(let value):
      return Int(exactly: value).flatMap { isText ? nil : canonical("\($0)") }
    case .string(let value): return canonical(Self.trimmed(value))
    default: return nil
    }
  }

  private var isText: Bool {
    switch self {
    case .text, .word, .place: true
    default: false
    }
  }

  private func canonical(_ text: String) -> String? {
    let isPrintable = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard (1...Self.longestText).contains(text.utf8.count), isPrintable else { return nil }
    switch self {
    case .text: return text
    case .word: return text.contains(";") ? nil : text
    case .place: return Self.isPlace(text) ? text : nil
    case .number(let range, let digits):
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
        range.contains(number)
      else { return nil }
      let plain = "\(number)"
      return String(repeating: "0", count: max(0, digits - plain.utf8.count)) + plain
    case .code(let length):
      let isCode = text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || (0x30...0x39).contains($0.value))
      }
      return isCode && length.contains(text.utf8.count) ? text.uppercased() : nil
    case .choice(let words):
      return words.first { $0.lowercased() == text.lowercased() }
    case .flag:
      return ["True", "False"].first { $0.lowercased() == text.lowercased() }
    }
  }

  /// Two letters after the last comma abbreviate a state; the service finds nothing by them.
  private static func isPlace(_ text: String) -> Bool {
    guard !text.contains(";") else { return false }
    guard let comma = text.lastIndex(of: ",") else { return true }
    let state = text[text.index(after: comma)...].filter { $0 != " " && $0 != "." }
    return state.count > 2
  }

  private static func trimmed(_ text: String) -> String {
    var words = text.drop { $0.isWhitespace }
    while words.last?.isWhitespace == true { words.removeLast() }
    return String(words)
  }

  /// What is expected, as a noun phrase.
  var expected: String {
    switch self {
    case .text: "text of 1 to \(Self.longestText) bytes"
    case .word: "text of 1 to \(Self.longestText) bytes without a semicolon"
    case .place:
      "a city or installation with the full name of its state, such as \"Chicago, Illinois\" "
        + "(an abbreviated state finds nothing, and a list takes the place of semicolons)"
    case .number(let range, _): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .code(let length):
      length.count == 1
        ? "a code of \(length.lowerBound) letters and digits"
        : "a code of \(length.lowerBound) to \(length.upperBound) letters and digits"
    case .choice(let words): "one of \(words.joined(separator: ", "))"
    case .flag: "true or false"
    }
  }
}
