internal import JSON

/// JSON text as PostgreSQL's `jsonb` accepts it.
///
/// That is RFC 8259 without `\u0000`, which PostgreSQL's text cannot contain, and without numbers
/// that `numeric` cannot.
enum JSONBText {
  /// Counts the members of an object, or the elements of an array.
  ///
  /// - Returns: nil if the text is not of that kind, or `jsonb` would reject it.
  static func count(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, of kind: JSONScanner.Kind
  ) -> Int? {
    let text = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: bytes, count: count))
    var scanner = JSONScanner()
    do throws(JSONError) {
      guard try scanner.kind(text) == kind else { return nil }
      let members = try pass(text, &scanner)
      try scanner.finish(text)
      return members
    } catch {
      return nil
    }
  }

  private static let refused = JSONError(
    code: .rejected, path: "", expected: "a value that jsonb can hold")

  /// Passes a value and counts its members or elements.
  private static func pass(
    _ text: Span<UInt8>, _ scanner: inout JSONScanner
  ) throws(JSONError) -> Int {
    var members = 0
    switch try scanner.kind(text) {
    case .object:
      try scanner.eachMember(text) { (scanner, key) throws(JSONError) in
        members += 1
        try check(string: key, of: text)
        _ = try pass(text, &scanner)
      }
    case .array:
      try scanner.eachElement(text) { (scanner) throws(JSONError) in
        members += 1
        _ = try pass(text, &scanner)
      }
    case .string: try check(string: try scanner.skipValue(text), of: text)
    case .number: try check(number: try scanner.skipValue(text), of: text)
    case .bool, .null: try scanner.skipValue(text)
    }
    return members
  }

  private static func check(string range: Range<Int>, of text: Span<UInt8>) throws(JSONError) {
    var index = range.lowerBound
    while index < range.upperBound {
      guard text[index] == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      let isNUL =
        text[index + 1] == UInt8(ascii: "u")
        && (index + 2..<index + 6).allSatisfy { text[$0] == UInt8(ascii: "0") }
      if isNUL { throw refused }
      index += 2
    }
  }

  /// Enforces the limits of `numeric`: 131 072 digits before the point and 16 383 behind it.
  private static func check(number range: Range<Int>, of text: Span<UInt8>) throws(JSONError) {
    var index = range.lowerBound
    var point: Int?
    var digits = 0
    var leadingZeros: Int?
    loop: while index < range.upperBound {
      switch text[index] {
      case UInt8(ascii: "."): point = digits
      case UInt8(ascii: "e"), UInt8(ascii: "E"): break loop
      case UInt8(ascii: "-"): break
      default:
        if leadingZeros == nil, text[index] != 0x30 { leadingZeros = digits }
        digits += 1
      }
      index += 1
    }
    var exponent = 0
    if index < range.upperBound {
      // The server reads the exponent into an int, and leaves as much room again for the digits.
      let limit = Int64(Int32.max / 2 - 1)
      let digits = text.extracting(index + 1..<range.upperBound)
      let value = unsafe Bytes.lend(digits) { unsafe IntegerText.parse($0, $1, -limit, limit) }
      guard let value else { throw refused }
      exponent = Int(value)
    }
    let whole = point ?? digits
    let first = whole + exponent - (leadingZeros ?? 0)
    guard digits - whole - exponent <= 16_383, leadingZeros == nil || first <= 131_072 else {
      throw refused
    }
  }
}
