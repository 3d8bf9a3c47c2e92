internal import Datasets
internal import JSON

/// Text of a posting without markup.
enum PlainText {
  /// Trims text and replaces character references; nil if nothing is left.
  static func plain(_ raw: String) -> String? {
    let text = trimmed(withoutReferences(raw))
    return text.isEmpty ? nil : text
  }

  /// Removes space from both ends.
  static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }

  /// Replaces HTML's character references, which postings of some years contain.
  ///
  /// Other text is unchanged (<https://html.spec.whatwg.org/#character-references>).
  static func withoutReferences(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      rest = rest[start...]
      // No known name is longer than this.
      guard let end = rest.prefix(12).firstIndex(of: ";"),
        let character = character(rest[rest.index(after: start)..<end])
      else {
        result.append("&")
        rest = rest.dropFirst()
        continue
      }
      result.append(character)
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static let names: [Substring: Character] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–",
    "mdash": "—", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "bull": "•",
    "middot": "·", "hellip": "…", "sect": "§", "reg": "®", "trade": "™", "eacute": "é",
    "ntilde": "ñ",
  ]

  private static func character(_ reference: Substring) -> Character? {
    guard reference.first == "#" else { return names[reference] }
    let digits = reference.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    let value = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let value, value > 0, let scalar = Unicode.Scalar(value) else { return nil }
    return Character(scalar)
  }
}

extension KeyedDecodingContainer {
  /// Decodes text, trimmed and without character references; nil if there is none.
  ///
  /// - Throws: An error if the text contains a NUL, which no column accepts.
  func plainText(_ key: Key) throws -> String? {
    guard let raw = try decodeIfPresent(String.self, forKey: key) else { return nil }
    guard !raw.utf8.contains(0) else {
      throw JSONError(
        code: .rejected, path: codingPath + [key], expected: "text without NUL characters")
    }
    return PlainText.plain(raw)
  }

  /// Decodes text that the service sometimes writes as a number.
  func textOrNumber(_ key: Key) throws -> String? {
    guard contains(key) else { return nil }
    return try decode(TextOrNumber.self, forKey: key).text
  }

  /// Decodes a list of texts or a single one, without empty ones.
  func plainTexts(_ key: Key) throws -> [String] {
    if let one = try? decodeIfPresent(String.self, forKey: key) {
      return PlainText.plain(one).map { [$0] } ?? []
    }
    return try decodeIfPresent([String].self, forKey: key)?.compactMap(PlainText.plain) ?? []
  }
}

/// A string, or a number as its text, or null.
private struct TextOrNumber: Decodable {
  let text: String?

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let raw = try? value.decode(String.self) {
      text = PlainText.plain(raw)
    } else if value.decodeNil() {
      text = nil
    } else if let integer = try? value.decode(Int64.self) {
      text = "\(integer)"
    } else if let number = try? value.decode(Double.self) {
      text = "\(number)"
    } else {
      throw JSONError(code: .mismatch, path: decoder.codingPath, expected: "text or a number")
    }
  }
}

extension KeyedDecodingContainer {
  /// Decodes a date from one of the service's three forms: `2016-05-03T00:00:00Z`, `2020-12-03` and
  /// `2025-07-17T23:59:59.9970`; nil if there is none.
  ///
  /// The service writes times without a zone: an instant made of them could be a day off.
  func day(_ key: Key) throws -> String? {
    guard let text = try plainText(key) else { return nil }
    let bytes = Array(text.utf8)
    let isDay = unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress, bytes.count >= 10 else { return false }
      return unsafe (bytes.count == 10 || bytes[10] == UInt8(ascii: "T"))
        && DateTimeText.date(start, 10) != nil
    }
    guard isDay else {
      throw JSONError(
        code: .rejected, path: codingPath + [key], expected: "a date such as 2025-07-17")
    }
    return String(decoding: bytes[..<10], as: UTF8.self)
  }

  /// Decodes a truth value, written as such or as text; nil if there is none.
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
