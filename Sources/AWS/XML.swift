/// Reads and writes the little XML that S3 speaks: elements without attributes.
enum XML {
  /// Returns the text of the first element of a name, with its entities replaced.
  static func firstText(of name: String, in document: String) -> String? {
    let bytes = Array(document.utf8)
    guard let start = position(of: Array("<\(name)>".utf8), in: bytes, from: 0),
      let end = position(
        of: Array("</\(name)>".utf8), in: bytes, from: start + name.utf8.count + 2)
    else { return nil }
    return unescaped(String(decoding: bytes[(start + name.utf8.count + 2)..<end], as: UTF8.self))
  }

  /// Replaces the characters that would be taken for markup.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  private static func position(of part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count - part.count >= start else { return nil }
    return (start...(bytes.count - part.count)).first {
      bytes[$0..<($0 + part.count)].elementsEqual(part)
    }
  }

  private static func unescaped(_ text: String) -> String {
    let parts = text.split(separator: "&", omittingEmptySubsequences: false)
    return parts.dropFirst().reduce(into: String(parts[0])) { result, part in
      let entity = entities.first { part.hasPrefix($0.name) }
      result += entity?.text ?? "&"
      result += part.dropFirst(entity?.name.count ?? 0)
    }
  }

  private static let entities: [(name: String, text: String)] = [
    ("amp;", "&"), ("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("apos;", "'"), ("#34;", "\""),
    ("#39;", "'"), ("#xD;", "\r"), ("#13;", "\r"),
  ]
}
