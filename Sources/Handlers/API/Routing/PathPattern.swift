/// A path with places for names, such as `/tables/{table}/rows`.
struct PathPattern: Sendable, ExpressibleByStringLiteral {
  /// The pattern as OpenAPI writes it.
  let text: String

  // The text is cut into segments for each call: there are few, and a start needs none of them.
  init(stringLiteral text: String) { self.text = text }
  init(_ text: String) { self.text = text }

  /// How many segments stand as they are; of two patterns that match, the one with more is meant.
  var literalCount: Int {
    Self.parts(of: text).count { Self.place($0) == nil }
  }

  /// What stands in the pattern's places, or nil when the parts are those of another path.
  func match(_ parts: [Substring]) -> [String: String]? {
    let segments = Self.parts(of: text)
    guard parts.count == segments.count else { return nil }
    // Most patterns are another's by their first segments: values are for the one that is meant.
    for (part, segment) in zip(parts, segments) {
      guard Self.place(segment) == nil ? part == segment : !part.isEmpty else { return nil }
    }
    var values: [String: String] = [:]
    for (part, segment) in zip(parts, segments) {
      if let name = Self.place(segment) { values[name] = String(part) }
    }
    return values
  }

  /// The name of the place that a segment is, or nil when it stands as it is.
  private static func place(_ segment: Substring) -> String? {
    guard segment.utf8.first == UInt8(ascii: "{"), segment.utf8.last == UInt8(ascii: "}") else {
      return nil
    }
    return String(segment.dropFirst().dropLast())
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
