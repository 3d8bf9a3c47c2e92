internal import JSON

extension KeyedDecodingContainer {
  /// Makes an error that says what should have stood under a key, and never what stands there.
  func expected(_ what: String, _ key: Key) -> JSONError {
    JSONError(code: .rejected, path: codingPath + [key], expected: what)
  }

  /// Decodes a text that must be there and hold something.
  func decodeNonEmpty(_ key: Key, _ what: String) throws -> String {
    guard contains(key) else {
      throw JSONError(code: .missing, path: codingPath + [key], expected: what)
    }
    let text = try decode(String.self, forKey: key)
    guard !text.isEmpty else { throw expected(what, key) }
    return text
  }

  /// Decodes a text; absent, null and empty are the same.
  func decodeIfNotEmpty(_ key: Key) throws -> String? {
    let text = try decodeIfPresent(String.self, forKey: key)
    return text?.isEmpty == false ? text : nil
  }

  /// Decodes an entity tag and takes off the quotes that some senders keep.
  func decodeETag(_ key: Key) throws -> String? {
    guard let tag = try decodeIfNotEmpty(key) else { return nil }
    guard tag.utf8.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return tag }
    return String(tag.dropFirst().dropLast())
  }

  /// Decodes a version's id.
  ///
  /// The version called `null`, of a bucket that keeps none, may be overwritten and so identifies
  /// nothing; it counts as absent.
  func decodeVersionID(_ key: Key) throws -> String? {
    let version = try decodeIfNotEmpty(key)
    return version == "null" ? nil : version
  }

  /// Decodes a size in bytes, which is never negative.
  func decodeSize(_ key: Key) throws -> Int64? {
    guard let size = try decodeIfPresent(Int64.self, forKey: key) else { return nil }
    guard size >= 0 else { throw expected("a size in bytes", key) }
    return size
  }
}

extension JSONError {
  /// The error of a JSON text that stands, as a string, at a place of another one.
  func inside(_ place: [any CodingKey]) -> JSONError {
    let outer = JSONError(code: code, path: place, expected: expected).path
    guard code != .malformed else {
      return JSONError(code: .rejected, path: outer, expected: "a string that holds JSON")
    }
    return JSONError(code: code, path: EventFault.join(outer, path), expected: expected)
  }
}
