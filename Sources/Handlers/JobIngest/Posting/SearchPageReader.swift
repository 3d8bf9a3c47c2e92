internal import AWS
internal import JSON
internal import System

/// Reads the pages of a search's answer (<https://developer.usajobs.gov/api-reference/get-api-search>).
///
/// Places make up nine tenths of a page, and most are repeated, so each distinct text of a place is
/// decoded once and then recognized by its bytes. Members that depend on the search rather than the
/// posting are left out of the document, so that two searches that find the same posting agree on its
/// content.
struct SearchPageReader: ~Copyable {
  var directory = PlaceDirectory()

  /// Reads the answer's text.
  ///
  /// - Throws: An error if the text is not JSON or not an answer to a search. A posting that cannot
  ///   be read becomes an item with a fault.
  mutating func read(_ bytes: Span<UInt8>) throws(JSONError) -> SearchPage {
    directory.beginPage()
    var page = SearchPage()
    var total: Int?
    var hasItems = false
    var scanner = JSONScanner()
    try scanner.eachMember(bytes) { (scanner, key) throws(JSONError) in
      guard Self.isKey(key, "SearchResult", bytes), try scanner.kind(bytes) == .object else {
        return _ = try scanner.skipValue(bytes)
      }
      try scanner.eachMember(bytes) { (scanner, key) throws(JSONError) in
        if Self.isKey(key, "SearchResultCountAll", bytes) {
          total = Self.count(bytes.extracting(try scanner.skipValue(bytes)))
        } else if Self.isKey(key, "SearchResultItems", bytes) {
          hasItems = true
          try scanner.eachElement(bytes) { (scanner) throws(JSONError) in
            try self.readItem(bytes, &scanner, into: &page)
          }
        } else {
          try scanner.skipValue(bytes)
        }
      }
    }
    try scanner.finish(bytes)
    guard hasItems else {
      throw JSONError(
        code: .missing, path: "SearchResult.SearchResultItems", expected: "the list of postings")
    }
    guard let total else {
      throw JSONError(
        code: .missing, path: "SearchResult.SearchResultCountAll", expected: "a count")
    }
    page.total = total
    page.text = bytes.copied
    return page
  }

  private mutating func readItem(
    _ bytes: Span<UInt8>, _ scanner: inout JSONScanner, into page: inout SearchPage
  ) throws(JSONError) {
    var item = SearchPage.Item()
    let (document, places) = (page.documents.count, page.places.count)
    directory.beginPosting()
    if try scanner.kind(bytes) == .object {
      let start = scanner.position
      try copyMembers(bytes, &scanner, into: &page, &item, of: .item)
      item.source = start..<scanner.position
    } else {
      item.source = try scanner.skipValue(bytes)
      item.fault = JSONError(code: .mismatch, path: "", expected: "an object")
    }
    item.document = document..<page.documents.count
    item.places = places..<page.places.count
    // Places are validated when they are decoded, most of them on earlier pages.
    if (try? UTF8Span(validating: page.documents.span.extracting(item.document))) == nil {
      item.fault = JSONError(code: .rejected, path: "", expected: "text in UTF-8")
    }
    if item.id == nil, item.fault == nil {
      item.fault = JSONError(
        code: .missing, path: "MatchedObjectId", expected: "the posting's control number")
    }
    item.contentHash = Digest.sha256(
      Array(page.documents[item.document]) + directory.postingSum.bytes)
    page.items.append(item)
  }

  /// The three objects of a posting whose members are not all copied.
  private enum Level { case item, descriptor, userArea }

  private mutating func copyMembers(
    _ bytes: Span<UInt8>, _ scanner: inout JSONScanner, into page: inout SearchPage,
    _ item: inout SearchPage.Item, of level: Level
  ) throws(JSONError) {
    page.documents.append(UInt8(ascii: "{"))
    var isFirst = true
    try scanner.eachMember(bytes) { (scanner, key) throws(JSONError) in
      let kind = try scanner.kind(bytes)
      var descent: Level?
      switch level {
      case .item:
        if Self.isKey(key, "RelevanceRank", bytes) { return _ = try scanner.skipValue(bytes) }
        if Self.isKey(key, "MatchedObjectId", bytes) {
          var reader = scanner
          item.id = try Self.identity(bytes, &reader, kind)
        }
        if Self.isKey(key, "MatchedObjectDescriptor", bytes) { descent = .descriptor }
      case .descriptor:
        if Self.isKey(key, "PositionFormattedDescription", bytes) {
          return _ = try scanner.skipValue(bytes)
        }
        if Self.isKey(key, "PositionLocation", bytes) {
          return try self.readPlaces(bytes, &scanner, kind, into: &page, &item)
        }
        if Self.isKey(key, "UserArea", bytes) { descent = .userArea }
      case .userArea:
        if Self.isKey(key, "IsRadialSearch", bytes) { return _ = try scanner.skipValue(bytes) }
      }
      if !isFirst { page.documents.append(UInt8(ascii: ",")) }
      isFirst = false
      page.documents.append(bytes, (key.lowerBound - 1)..<(key.upperBound + 1))
      page.documents.append(UInt8(ascii: ":"))
      if let descent, kind == .object {
        try self.copyMembers(bytes, &scanner, into: &page, &item, of: descent)
      } else {
        page.documents.append(bytes, try scanner.skipValue(bytes))
      }
    }
    page.documents.append(UInt8(ascii: "}"))
  }

  private mutating func readPlaces(
    _ bytes: Span<UInt8>, _ scanner: inout JSONScanner, _ kind: JSONScanner.Kind,
    into page: inout SearchPage, _ item: inout SearchPage.Item
  ) throws(JSONError) {
    guard kind == .array else {
      try scanner.skipValue(bytes)
      if kind != .null {
        item.fault = JSONError(
          code: .mismatch, path: "MatchedObjectDescriptor.PositionLocation", expected: "an array")
      }
      return
    }
    try scanner.eachElement(bytes) { (scanner) throws(JSONError) in
      _ = try scanner.kind(bytes)
      if let expected = self.directory.expected(bytes, at: scanner.position) {
        scanner.pass(expected.count)
        return self.directory.note(expected.place, in: &page)
      }
      let text = bytes.extracting(try scanner.skipValue(bytes))
      do throws(JSONError) {
        self.directory.note(try self.directory.place(of: text), in: &page)
      } catch {
        let member = error.path.isEmpty ? "" : ".\(error.path)"
        item.fault = JSONError(
          code: error.code, path: "MatchedObjectDescriptor.PositionLocation[]\(member)",
          expected: error.expected)
      }
    }
  }

  /// Longer than any id; PostgreSQL limits the size of index entries.
  private static let identityLimit = 64

  /// The text of an id, which is a string in every answer seen, but a number in some descriptions of
  /// the service.
  private static func identity(
    _ bytes: Span<UInt8>, _ scanner: inout JSONScanner, _ kind: JSONScanner.Kind
  ) throws(JSONError) -> String? {
    let text: String
    switch kind {
    case .string:
      let source = bytes.extracting(try scanner.skipValue(bytes))
      guard (try? UTF8Span(validating: source)) != nil else { return nil }
      var reader = JSONScanner()
      text = PlainText.trimmed(try reader.string(source))
    case .number:
      text = String(decoding: bytes.extracting(try scanner.skipValue(bytes)).copied, as: UTF8.self)
    default: return nil
    }
    guard !text.isEmpty, text.utf8.count <= identityLimit, !text.utf8.contains(0) else {
      return nil
    }
    return text
  }

  /// A count, written as a number or a string; nil if it exceeds an `integer` column.
  private static func count(_ value: Span<UInt8>) -> Int? {
    var digits = String(decoding: value.copied, as: UTF8.self)
    if digits.hasPrefix("\"") { digits = String(digits.dropFirst().dropLast()) }
    return Int32(digits).flatMap { $0 < 0 ? nil : Int($0) }
  }

  private static func isKey(
    _ key: Range<Int>, _ name: StaticString, _ bytes: Span<UInt8>
  ) -> Bool {
    guard key.count == name.utf8CodeUnitCount else { return false }
    for offset in 0..<key.count {
      guard unsafe bytes[key.lowerBound + offset] == name.utf8Start[offset] else { return false }
    }
    return true
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

/// One page of a search's answer, read far enough to tell which postings are already known.
struct SearchPage {
  /// One posting: its id and the position of the rest.
  struct Item {
    /// `MatchedObjectId`; nil if it cannot be read.
    var id: String?
    /// SHA-256 of the document and the set of places, regardless of their order.
    var contentHash: [UInt8] = []
    /// The bytes of `text` that hold the posting.
    var source = 0..<0
    /// The bytes of `documents` that hold the posting without its places.
    var document = 0..<0
    /// The elements of `places` that are the posting's.
    var places = 0..<0
    /// Why the posting cannot be read.
    var fault: JSONError?
  }

  /// `SearchResultCountAll`: how many postings the search has in all.
  var total = 0
  var items: [Item] = []
  /// The answer's text.
  var text: [UInt8] = []
  /// The documents of all items, one after another.
  var documents: [UInt8] = []
  /// Positions in the place directory, without repeats within an item.
  var places: [Int32] = []
  /// Postings that were too large to receive.
  var rejects: [PostingReject] = []
}
