internal import JSON

/// Places on the globe as text, in the binary form of PostgreSQL's `point`: longitude, latitude.
struct GeopointText {
  let longitude: Double
  let latitude: Double

  /// Reads a place; nil when the text is none of this form, or no place on the globe.
  init?(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ form: GeopointForm) {
    let text = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: bytes, count: count))
    let pair: (Double, Double)?
    switch form {
    case .pair: pair = Self.pair(text)
    case .array: pair = Self.array(text)
    case .object: pair = Self.object(text)
    }
    guard let (longitude, latitude) = pair, abs(longitude) <= 180, abs(latitude) <= 90 else {
      return nil
    }
    self.longitude = longitude
    self.latitude = latitude
  }

  /// Appends the binary form of `point`.
  func append(to rows: inout RowBuffer) {
    rows.append(longitude.bitPattern)
    rows.append(latitude.bitPattern)
  }

  /// `90.5, 45.5`, with or without spaces behind the comma.
  private static func pair(_ text: Span<UInt8>) -> (Double, Double)? {
    guard let comma = text.indices.first(where: { text[$0] == 0x2c }) else { return nil }
    var start = comma + 1
    while start < text.count, text[start] == 0x20 { start += 1 }
    guard let one = number(text, 0..<comma), let other = number(text, start..<text.count) else {
      return nil
    }
    return (one, other)
  }

  /// `[90.5, 45.5]`.
  private static func array(_ text: Span<UInt8>) -> (Double, Double)? {
    var scanner = JSONScanner()
    var numbers: [Double] = []
    do throws(JSONError) {
      try scanner.eachElement(text) { (scanner) throws(JSONError) in
        let value = number(text, try scanner.skipValue(text))
        if let value { numbers.append(value) }
        guard value != nil, numbers.count <= 2 else { throw refused }
      }
      try scanner.finish(text)
    } catch {
      return nil
    }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }

  /// `{"lon": 90.5, "lat": 45.5}`, in either order.
  private static func object(_ text: Span<UInt8>) -> (Double, Double)? {
    var scanner = JSONScanner()
    var longitude: Double?
    var latitude: Double?
    do throws(JSONError) {
      try scanner.eachMember(text) { (scanner, key) throws(JSONError) in
        guard let value = number(text, try scanner.skipValue(text)) else { throw refused }
        if equals(text, key, "lon"), longitude == nil {
          longitude = value
        } else if equals(text, key, "lat"), latitude == nil {
          latitude = value
        } else {
          throw refused
        }
      }
      try scanner.finish(text)
    } catch {
      return nil
    }
    guard let longitude, let latitude else { return nil }
    return (longitude, latitude)
  }

  private static let refused = JSONError(code: .rejected, path: "", expected: "a place")

  private static func equals(_ text: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
    word.utf8.count == range.count && zip(range, word.utf8).allSatisfy { text[$0] == $1 }
  }

  /// A decimal number, as exactly as the column's double precision holds it.
  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Double? {
    let bytes = range.map { text[$0] }
    guard range.count <= 100, bytes.allSatisfy("0123456789+-.eE".utf8.contains) else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
  }
}
