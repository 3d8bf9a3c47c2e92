/// Reads values from JSON text and writes values as JSON text.
public enum JSON {
  /// Decodes a value from JSON text.
  ///
  /// Types are decoded by their own `Decodable` conformance, with no strategies for dates or bytes.
  ///
  /// - Throws: What was expected and where; never the text itself, which may be private.
  public static func decode<T: Decodable>(
    _ type: T.Type, from bytes: Span<UInt8>
  ) throws(JSONError) -> T {
    let value = try JSONScanner.parse(bytes)
    do {
      return try ValueDecoder(value: value, codingPath: []).decodeWhole(type)
    } catch let error as JSONError {
      throw error
    } catch let error as DecodingError {
      throw JSONError(error)
    } catch {
      throw JSONError(code: .rejected, path: "", expected: "another value")
    }
  }

  /// Decodes a value from JSON text held in an array.
  ///
  /// - Throws: What was expected and where; never the text itself, which may be private.
  public static func decode<T: Decodable>(
    _ type: T.Type, from bytes: [UInt8]
  ) throws(JSONError) -> T {
    try decode(type, from: bytes.span)
  }

  /// Encodes a value as JSON text, with keys in the order the value wrote them.
  ///
  /// - Throws: The path of what has no JSON form, such as a number that is not finite.
  public static func encode(_ value: some Encodable) throws(JSONError) -> [UInt8] {
    let root = EncodedValue()
    do {
      try ValueEncoder(target: root, codingPath: []).encodeWhole(value)
    } catch let error as JSONError {
      throw error
    } catch let error as EncodingError {
      throw JSONError(error)
    } catch {
      throw JSONError(code: .unencodable, path: "", expected: "a value that can be encoded")
    }
    var writer = JSONWriter()
    root.write(to: &writer)
    return writer.bytes
  }
}
