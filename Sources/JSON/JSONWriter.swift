/// Writes JSON text piece by piece, without building a value first.
///
/// Commas and colons are put in as needed; that begins and ends match is the caller's part.
public struct JSONWriter: Sendable {
  /// The text written so far.
  public private(set) var bytes: [UInt8] = []

  private let escapesNonASCII: Bool
  private var needsComma = false

  /// Creates a writer with nothing written.
  ///
  /// - Parameter escapesNonASCII: Writes `\u` escapes for everything outside printable ASCII, as
  ///   a header of HTTP needs.
  public init(escapesNonASCII: Bool = false) {
    self.escapesNonASCII = escapesNonASCII
  }

  /// Makes room for that many bytes in all.
  public mutating func reserve(_ capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// Begins an object.
  public mutating func beginObject() {
    begin(UInt8(ascii: "{"))
  }

  /// Ends the object begun last.
  public mutating func endObject() {
    end(UInt8(ascii: "}"))
  }

  /// Begins an array.
  public mutating func beginArray() {
    begin(UInt8(ascii: "["))
  }

  /// Ends the array begun last.
  public mutating func endArray() {
    end(UInt8(ascii: "]"))
  }

  /// Writes the key of the value that comes next.
  public mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a key and a string.
  public mutating func member(_ name: String, _ text: String) {
    key(name)
    string(text)
  }

  /// Writes a string.
  public mutating func string(_ text: String) {
    beginValue()
    bytes.append(UInt8(ascii: "\""))
    if escapesNonASCII {
      StringEscaper.appendASCII(text, to: &bytes)
    } else {
      StringEscaper.append(text.utf8Span.span, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes bytes that should be UTF-8 as a string; what is not becomes U+FFFD.
  public mutating func string(utf8 span: Span<UInt8>) {
    guard !escapesNonASCII, (try? UTF8Span(validating: span)) != nil else {
      return string(
        unsafe span.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
    }
    beginValue()
    bytes.append(UInt8(ascii: "\""))
    StringEscaper.append(span, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes bytes as a string in Base64.
  package mutating func base64(_ span: Span<UInt8>) {
    beginValue()
    bytes.append(UInt8(ascii: "\""))
    Base64.append(span, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a number without a fraction.
  public mutating func integer(_ value: some BinaryInteger) {
    beginValue()
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Writes a number; one that is not finite has no JSON form and becomes `null`.
  public mutating func number(_ value: Double) {
    guard value.isFinite else { return null() }
    beginValue()
    var text = value.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes `true` or `false`.
  public mutating func bool(_ value: Bool) {
    beginValue()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// Writes `null`.
  public mutating func null() {
    beginValue()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes text that is already one JSON value, unchecked.
  public mutating func raw(_ json: Span<UInt8>) {
    beginValue()
    unsafe json.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func begin(_ bracket: UInt8) {
    beginValue()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func beginValue() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}
