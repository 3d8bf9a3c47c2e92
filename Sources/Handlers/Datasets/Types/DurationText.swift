/// Durations as XML Schema has them, `P1Y2M3DT4H5M6.7S`, in the parts PostgreSQL keeps apart.
package struct DurationText: Equatable {
  var months: Int32 = 0
  var days: Int32 = 0
  var microseconds: Int64 = 0

  /// Reads a duration; nil when the text is none, or more than the column's parts can hold.
  init?(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    var index = 0
    let isNegative = unsafe count > 0 && bytes[0] == 0x2d
    if isNegative { index += 1 }
    guard index < count, unsafe bytes[index] == UInt8(ascii: "P") else { return nil }
    index += 1
    var rest = "YMD"[...]
    var isTime = false
    var parts = 0
    var months: Int64 = 0
    var days: Int64 = 0
    // Hours have to fit 32 bits, or servers before version 15 could not write the value out.
    let longest = Int64(Int32.max) * 3_600_000_000
    while index < count {
      if unsafe bytes[index] == UInt8(ascii: "T"), !isTime {
        (isTime, rest, parts) = (true, "HMS", 0)
        index += 1
        continue
      }
      let start = index
      while index < count, unsafe bytes[index] &- 0x30 <= 9 { index += 1 }
      guard let value = unsafe IntegerText.parse(bytes + start, index - start, 0, longest) else {
        return nil
      }
      let isWhole = unsafe index >= count || bytes[index] != 0x2e
      guard let fraction = unsafe DateTimeText.fraction(bytes, &index, count), index < count
      else { return nil }
      let unit = unsafe Character(Unicode.Scalar(bytes[index]))
      guard let place = rest.firstIndex(of: unit), isWhole || isTime && unit == "S" else {
        return nil
      }
      rest = rest[rest.index(after: place)...]
      index += 1
      parts += 1
      guard isTime || value <= Int64(Int32.max) else { return nil }
      switch (isTime, unit) {
      case (false, "Y"): months = value * 12
      case (false, "M"): months += value
      case (false, _): days = value
      default:
        let size: Int64 = unit == "H" ? 3_600_000_000 : unit == "M" ? 60_000_000 : 1_000_000
        let (product, overflow) = value.multipliedReportingOverflow(by: size)
        guard !overflow, product <= longest - microseconds else { return nil }
        microseconds += product + fraction
      }
    }
    guard parts > 0, let wholeMonths = Int32(exactly: months),
      let wholeDays = Int32(exactly: days)
    else { return nil }
    self.months = isNegative ? -wholeMonths : wholeMonths
    self.days = isNegative ? -wholeDays : wholeDays
    if isNegative { microseconds = -microseconds }
  }

  /// Reads a duration back from the binary form of `interval`.
  package init(encoded: Span<UInt8>) {
    func integer(_ range: Range<Int>) -> UInt64 {
      range.reduce(0) { $0 << 8 | UInt64(encoded[$1]) }
    }
    microseconds = Int64(bitPattern: integer(0..<8))
    days = Int32(truncatingIfNeeded: integer(8..<12))
    months = Int32(truncatingIfNeeded: integer(12..<16))
  }

  /// Appends the binary form of `interval`.
  func append(to rows: inout RowBuffer) {
    rows.append(microseconds)
    rows.append(days)
    rows.append(months)
  }

  /// What durations are ordered by, as PostgreSQL orders them: a month has 30 days of 24 hours.
  package var length: Int128 {
    (Int128(months) * 30 + Int128(days)) * 86_400_000_000 + Int128(microseconds)
  }
}
