internal import JSON
internal import System

extension FieldType {
  /// Bytes that the binary form of a text may need beyond twice the text.
  var extraBytes: Int {
    switch self {
    case .number: NumericText.capacity
    default: 24
    }
  }

  /// Appends the binary form of a value, without the length that COPY puts before it.
  ///
  /// The caller has reserved twice the text and ``extraBytes``, and has checked that the text is
  /// UTF-8.
  ///
  /// - Returns: false, with anything appended, if the text is not a value of the type.
  package func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, to rows: inout RowBuffer
  ) -> Bool {
    switch self {
    case .string(.email) where unsafe !EmailText.isValid(bytes, count): return false
    case .string(.uri) where unsafe !URIText.isValid(bytes, count): return false
    case .string, .any: unsafe rows.append(bytes, count: count)
    case .uuid: return unsafe UUIDText.append(bytes, count, to: &rows)
    case .binary:
      let text = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
      // Only the canonical form is accepted: otherwise two texts would stand for the same bytes.
      guard let value = Base64.decode(text), Base64.encode(value) == text else { return false }
      unsafe Bytes.lend(value.span) { unsafe rows.append($0, count: $1) }
    case .number(let form): return unsafe form.appendNumber(bytes, count, to: &rows)
    case .boolean(let words):
      guard let value = unsafe words.value(bytes, count) else { return false }
      rows.append(UInt8(value ? 1 : 0))
    case .integer, .year, .date, .yearmonth, .time, .datetime:
      guard let value = unsafe scalar(bytes, count) else { return false }
      if isFourBytes { rows.append(Int32(truncatingIfNeeded: value)) } else { rows.append(value) }
    case .duration:
      guard let duration = unsafe DurationText(bytes, count) else { return false }
      duration.append(to: &rows)
    case .object, .array:
      let kind = self == .array ? JSONScanner.Kind.array : .object
      guard unsafe JSONBText.count(bytes, count, of: kind) != nil else { return false }
      // The version of jsonb's binary form, which is text.
      rows.append(UInt8(1))
      unsafe rows.append(bytes, count: count)
    case .geopoint(let form):
      guard let place = unsafe GeopointText(bytes, count, form) else { return false }
      place.append(to: &rows)
    }
    return true
  }

  private var isFourBytes: Bool {
    switch self {
    case .integer(_, .four), .year, .date, .yearmonth: true
    default: false
    }
  }

  /// A value that is a whole number of its unit: integers, days, or microseconds.
  private func scalar(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    switch self {
    case .integer(let form, let width):
      let value = unsafe form.integer(bytes, count)
      return width == .four ? value.flatMap(Int32.init(exactly:)).map(Int64.init) : value
    case .year: return unsafe YearText.year(bytes, count)
    case .yearmonth: return unsafe YearText.month(bytes, count).map(Int64.init)
    case .date(.standard): return unsafe DateTimeText.date(bytes, count).map(Int64.init)
    case .date(.any): return unsafe AnyTimeText.date(bytes, count).map(Int64.init)
    case .time(.standard): return unsafe DateTimeText.timeOfDay(bytes, count)
    case .time(.any): return unsafe AnyTimeText.timeOfDay(bytes, count)
    case .datetime(.standard): return unsafe DateTimeText.microseconds(bytes, count)
    case .datetime(.any): return unsafe AnyTimeText.moment(bytes, count)
    case .date(.pattern(let pattern)):
      return unsafe pattern.parts(bytes, count)?.days.map(Int64.init)
    case .time(.pattern(let pattern)): return unsafe pattern.parts(bytes, count)?.timeOfDay
    case .datetime(.pattern(let pattern)): return unsafe pattern.parts(bytes, count)?.moment
    default: return nil
    }
  }
}

extension FieldType {
  /// Appends the binary form of one text, which has to be UTF-8; false, with anything appended, if
  /// the text is not a value of the type.
  package func append(_ text: Span<UInt8>, to rows: inout RowBuffer) -> Bool {
    rows.reserve(2 * text.count + extraBytes)
    return unsafe Bytes.lend(text) { unsafe append($0, $1, to: &rows) }
  }

  /// The binary form of one text; nil if it is not a value of the type.
  package func encoded(_ text: [UInt8]) -> [UInt8]? {
    var rows = RowBuffer(capacity: 64)
    return append(text.span, to: &rows) ? rows.withBytes { $0.copied } : nil
  }
}
