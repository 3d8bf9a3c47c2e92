import JSON

/// JSON text handled as text, so that the order of keys and the spelling of numbers stay.
package enum JSONText {
  /// Lays valid JSON out over several lines; anything else is returned as it is.
  package static func pretty(_ bytes: [UInt8]) -> String {
    guard (try? JSON.decode(JSONValue.self, from: bytes)) != nil else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return laidOut(bytes, width: 0, indentation: 0)
  }

  /// The records of an array of flat objects: names in the order of the first, values as text.
  package static func table(
    _ bytes: [UInt8]
  ) -> (columns: [String], rows: [[String]])? {
    guard case .array(let elements) = try? JSON.decode(JSONValue.self, from: bytes) else {
      return nil
    }
    let columns = firstKeys(bytes)
    var rows: [[String]] = []
    for element in elements {
      guard case .object(let members) = element else { return nil }
      rows.append(columns.map { members[$0].map(plain) ?? "" })
    }
    return (columns, rows)
  }

  private static func firstKeys(_ bytes: [UInt8]) -> [String] {
    var keys: [String] = []
    var depth = 0
    var previous: ArraySlice<UInt8> = []
    for token in tokens(bytes) {
      switch token.first {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 1 { return keys }
      case UInt8(ascii: ":") where depth == 2:
        if let key = try? JSON.decode(String.self, from: Array(previous)) { keys.append(key) }
      default: break
      }
      previous = token
    }
    return keys
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .bool(let flag): String(flag)
    case .integer(let number): String(number)
    case .number(let number): "\(number)"
    case .string(let text): text
    default: (try? JSON.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
  }

  /// Strings, literals and punctuation of valid JSON, without the space between them.
  static func tokens(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var tokens: [ArraySlice<UInt8>] = []
    var index = 0
    while index < bytes.count {
      let start = index
      index += 1
      switch bytes[start] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): continue
      case UInt8(ascii: "\""):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, bytes.count)
      case let byte where !isPunctuation(byte):
        while index < bytes.count, !isPunctuation(bytes[index]), bytes[index] > 0x20 { index += 1 }
      default: break
      }
      tokens.append(bytes[start..<index])
    }
    return tokens
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool { "{}[]:,".utf8.contains(byte) }
}
