/// Dates and times of the format `any`: every form that can be read in one way only.
///
/// `01/02/2021` is a day in January or in February, so numbers with slashes or points have to begin
/// with the year; a file of others has a pattern of its own.
enum AnyTimeText {
  private static let dates = patterns(
    ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"]
      + ["%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y", "%Y %b %d", "%Y-%b-%d"]
      + ["%a, %d %b %Y", "%a %d %b %Y", "%a, %b %d, %Y"], for: .date)
  private static let times = patterns(
    ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M", "%H%M%S", "%H%M"]
      + ["%I:%M:%S %p", "%I:%M:%S%p", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"], for: .time)
  /// What C's `asctime` writes.
  private static let moments = patterns(
    ["%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %Z %Y", "%a %b %d %H:%M:%S %z %Y"], for: .datetime)

  private static func patterns(
    _ texts: [String], for purpose: TimePattern.Purpose
  ) -> [TimePattern] {
    texts.compactMap { try? TimePattern($0, for: purpose) }
  }

  static func date(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
    for pattern in dates {
      if let parts = unsafe pattern.parts(bytes, count) { return parts.days.map { Int32($0) } }
    }
    return nil
  }

  static func timeOfDay(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    var parts = TimeParts()
    return unsafe time(bytes, from: 0, count, isZoned: false, &parts) ? parts.timeOfDay : nil
  }

  static func moment(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    if let value = unsafe DateTimeText.microseconds(bytes, count) { return value }
    for pattern in moments {
      if let parts = unsafe pattern.parts(bytes, count) { return parts.moment }
    }
    for pattern in dates {
      var parts = TimeParts()
      guard let end = unsafe pattern.match(bytes, count, into: &parts) else { continue }
      if end == count { return parts.moment }
      let start = unsafe behindSeparator(bytes, end, count)
      if start > end, unsafe time(bytes, from: start, count, isZoned: true, &parts) {
        return parts.moment
      }
    }
    return nil
  }

  /// Passes what may stand between a date and its time: `T`, or a comma and spaces.
  private static func behindSeparator(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int
  ) -> Int {
    var index = start
    if index < count, unsafe bytes[index] == 0x54 { return index + 1 }
    if index < count, unsafe bytes[index] == 0x2c { index += 1 }
    let first = index
    while index < count, unsafe bytes[index] == 0x20 { index += 1 }
    return index > first ? index : start
  }

  /// Reads a time and, for a moment, its zone, to the end of the text.
  private static func time(
    _ bytes: UnsafePointer<UInt8>, from start: Int, _ count: Int, isZoned: Bool,
    _ parts: inout TimeParts
  ) -> Bool {
    for pattern in times {
      var read = parts
      guard var index = unsafe pattern.match(bytes, from: start, count, into: &read) else {
        continue
      }
      if isZoned, index < count {
        if unsafe bytes[index] == 0x20 { index += 1 }
        guard let offset = unsafe TimePattern.zone(bytes, &index, count) else { continue }
        read.offsetSeconds = offset
      }
      if index == count {
        parts = read
        return true
      }
    }
    return false
  }
}
