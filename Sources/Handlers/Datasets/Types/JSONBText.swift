internal import JSON

/// JSON text as PostgreSQL's `jsonb` takes it.
///
/// That is RFC 8259 without `\u0000`, which no text of the server can hold, and without numbers that
/// its `numeric` cannot.
enum JSONBText {
  /// Counts the members of the object, or the elements of the array, that the text is.
  ///
  /// - Returns: nil when it is not one of that kind, or `jsonb` would refuse it.
  static func count(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, of kind: JSONScanner.Kind
  ) -> Int? {
    let text = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: bytes, count: count))
    var scanner = JSONScanner()
    var members = 0
    do throws(JSONError) {
      switch kind {
      case .array:
        try scanner.eachElement(text) { (scanner) throws(JSONError) in
          members += 1
          try pass(text, &scanner)
        }
      default:
        try scanner.eachMember(text) { (scanner, key) throws(JSONError) in
          members += 1
          try check(string: key, of: text)
          try pass(text, &scanner)
        }
      }
      try scanner.finish(text)
      return members
    } catch {
      return nil
    }
  }

  private static let refused = JSONError(
    code: .rejected, path: "", expected: "a value that jsonb can hold")

  private static func pass(
    _ text: Span<UInt8>, _ scanner: inout JSONScanner
  ) throws(JSONError) {
    switch try scanner.kind(text) {
    case .object:
      try scanner.eachMember(text) { (scanner, key) throws(JSONError) in
        try check(string: key, of: text)
        try pass(text, &scanner)
      }
    case .array:
      try scanner.eachElement(text) { (scanner) throws(JSONError) in try pass(text, &scanner) }
    case .string: try check(string: try scanner.skipValue(text), of: text)
    case .number: try check(number: try scanner.skipValue(text), of: text)
    case .bool, .null: try scanner.skipValue(text)
    }
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

  /// Keeps to what `numeric` holds: 131 072 digits before the point and 16 383 behind it.
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
      let value = unsafe digits.withUnsafeBufferPointer { bytes in
        unsafe bytes.baseAddress.flatMap { start in
          unsafe IntegerText.parse(start, bytes.count, -limit, limit)
        }
      }
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
