internal import System

/// One `name=value` of a query string, decoded.
public struct QueryItem: Equatable, Sendable {
  /// The name before the first `=`.
  public let name: String
  /// The value; a name that stands alone has an empty one.
  public let value: String

  /// Splits a query string and decodes each part, `+` as a space, in the order they came.
  package static func items(of rawQuery: String) throws(RequestFault) -> [QueryItem] {
    var items: [QueryItem] = []
    var start = 0
    for pair in rawQuery.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    {
      defer { start += pair.count + 1 }
      guard !pair.isEmpty else { continue }
      let name = pair.prefix { $0 != UInt8(ascii: "=") }
      let value = pair.dropFirst(name.count + 1)
      items.append(
        QueryItem(
          name: try decode(name, startingAt: start),
          value: try decode(value, startingAt: start + name.count + 1)))
    }
    return items
  }

  private static func decode(
    _ encoded: Substring.UTF8View, startingAt start: Int
  ) throws(RequestFault) -> String {
    do {
      return try PercentEncoding.decode(encoded, plus: .isSpace)
    } catch {
      throw RequestFault(.query, error, startingAt: start)
    }
  }
}
