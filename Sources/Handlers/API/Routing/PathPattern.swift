/// A path with places for names, such as `/tables/{table}/rows`.
struct PathPattern: Sendable, ExpressibleByStringLiteral {
  private enum Segment {
    case literal(Substring)
    case place(String)
  }

  /// The pattern as OpenAPI writes it.
  let text: String
  private let segments: [Segment]

  init(stringLiteral text: StaticString) {
    self.init("\(text)")
  }

  init(_ text: String) {
    self.text = text
    segments = Self.parts(of: text).map { part in
      part.hasPrefix("{") && part.hasSuffix("}")
        ? .place(String(part.dropFirst().dropLast())) : .literal(part)
    }
  }

  /// How many segments stand as they are; of two patterns that match, the one with more is meant.
  var literalCount: Int {
    segments.count { if case .literal = $0 { true } else { false } }
  }

  /// What stands in the pattern's places, or nil when the parts are those of another path.
  func match(_ parts: [Substring]) -> [String: String]? {
    guard parts.count == segments.count else { return nil }
    // Most patterns are another's by their first segments: values are for the one that is meant.
    for (part, segment) in zip(parts, segments) {
      switch segment {
      case .literal(let text): guard part == text else { return nil }
      case .place: guard !part.isEmpty else { return nil }
      }
    }
    var values: [String: String] = [:]
    for case (let part, .place(let name)) in zip(parts, segments) { values[name] = String(part) }
    return values
  }

  /// The parts between a path's slashes; one at its end counts for nothing.
  static func parts(of path: String) -> [Substring] {
    var parts: [Substring] = []
    var start = path.startIndex
    while let slash = path.utf8[start...].firstIndex(of: UInt8(ascii: "/")) {
      parts.append(path[start..<slash])
      start = path.utf8.index(after: slash)
    }
    parts.append(path[start...])
    parts.removeFirst()
    if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    return parts
  }
}
