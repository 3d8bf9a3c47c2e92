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

  /// What stands in the pattern's places, or nil when the path is another.
  func match(_ path: String) -> [String: String]? {
    let parts = Self.parts(of: path)
    guard parts.count == segments.count else { return nil }
    var values: [String: String] = [:]
    for (part, segment) in zip(parts, segments) {
      switch segment {
      case .literal(let text): guard part == text else { return nil }
      case .place(let name):
        guard !part.isEmpty else { return nil }
        values[name] = String(part)
      }
    }
    return values
  }

  private static func parts(of path: String) -> [Substring] {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    return Array(parts)
  }
}
