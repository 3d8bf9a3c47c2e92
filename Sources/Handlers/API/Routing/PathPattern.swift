/// A path with places for names, such as `/tables/{table}/rows`.
struct PathPattern: Sendable, ExpressibleByStringLiteral {
  /// The pattern as OpenAPI writes it.
  let text: String

  init(stringLiteral text: String) { self.text = text }
  init(_ text: String) { self.text = text }

  /// How many segments stand as they are; of two patterns that match, the one with more is meant.
  var literalCount: Int { text.split(separator: "/").count { !Self.isPlace($0) } }

  /// What stands in the pattern's places, or nil when the path is another.
  ///
  /// A slash at the path's end counts for nothing.
  func match(_ path: String) -> [String: String]? {
    guard agrees(with: path) else { return nil }
    var values: [String: String] = [:]
    for (part, segment) in zip(path.split(separator: "/"), text.split(separator: "/"))
    where Self.isPlace(segment) {
      values[String(segment.dropFirst().dropLast())] = String(part)
    }
    return values
  }

  // Every call is held against all patterns, and most are those of other paths: so this compares bytes
  // and takes no memory.
  private func agrees(with path: String) -> Bool {
    let pattern = text.utf8.span
    let path = path.utf8.span
    let slash = UInt8(ascii: "/")
    let end = path.count > 1 && path[path.count - 1] == slash ? path.count - 1 : path.count
    var (index, place) = (0, 0)
    while index < end, place < pattern.count {
      guard pattern[place] == UInt8(ascii: "{") else {
        guard path[index] == pattern[place] else { return false }
        (index, place) = (index + 1, place + 1)
        continue
      }
      guard path[index] != slash else { return false }
      while index < end, path[index] != slash { index += 1 }
      while place < pattern.count, pattern[place] != slash { place += 1 }
    }
    return index == end && place == pattern.count
  }

  private static func isPlace(_ segment: Substring) -> Bool {
    segment.utf8.first == UInt8(ascii: "{")
  }
}
