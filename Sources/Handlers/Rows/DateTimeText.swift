/// Dates and times of ISO 8601 as text, in the units PostgreSQL stores them in.
enum DateTimeText {
  /// Reads `YYYY-MM-DD` as days since 2000-01-01; nil when it is no date of the years 1 to 9999.
  @inline(__always)
  static func days(_ bytes: UnsafePointer<UInt8>) -> Int? {
    let century = unsafe pair(bytes, 0)
    let year2 = unsafe pair(bytes, 2)
    let month = unsafe pair(bytes, 5)
    let day = unsafe pair(bytes, 8)
    guard (century | year2 | month | day) >= 0, unsafe bytes[4] == 0x2d && bytes[7] == 0x2d else {
      return nil
    }
    let year = century &* 100 &+ year2
    guard year >= 1, month >= 1, month <= 12, day >= 1, day <= length(of: month, in: year) else {
      return nil
    }
    return daysSince2000(year, month, day)
  }

  /// Reads a date text of any length.
  @inline(__always)
  static func date(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
    guard count == 10, let days = unsafe days(bytes) else { return nil }
    return Int32(truncatingIfNeeded: days)
  }

  /// Reads `YYYY-MM-DDThh:mm:ss[.ffffff][zone]` as microseconds since 2000-01-01T00:00:00Z.
  ///
  /// `T` may be a space; the zone is `Z`, `±hh`, `±hhmm` or `±hh:mm`, and UTC when there is none.
  @inline(__always)
  static func microseconds(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    guard count >= 19, let days = unsafe days(bytes) else { return nil }
    let hour = unsafe pair(bytes, 11)
    let minute = unsafe pair(bytes, 14)
    let second = unsafe pair(bytes, 17)
    guard (hour | minute | second) >= 0, hour < 24, minute < 60, second < 60,
      unsafe bytes[13] == 0x3a && bytes[16] == 0x3a,
      unsafe bytes[10] == 0x54 || bytes[10] == 0x20
    else { return nil }
    let seconds = days &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second
    let whole = Int64(truncatingIfNeeded: seconds) &* 1_000_000
    if count == 20, unsafe bytes[19] == 0x5a { return whole }
    return unsafe rest(bytes, count, whole)
  }

  /// Reads what follows the seconds: a fraction, then a zone.
  private static func rest(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ whole: Int64
  ) -> Int64? {
    var index = 19
    var value = whole
    if index < count, unsafe bytes[index] == 0x2e {
      index += 1
      let start = index
      var unit: Int64 = 100_000
      while index < count, case let digit = unsafe bytes[index] &- 0x30, digit <= 9 {
        // A microsecond is the finest the column holds; a value is refused rather than bent.
        if unit == 0 && digit != 0 { return nil }
        value += Int64(digit) * unit
        unit /= 10
        index += 1
      }
      guard index > start else { return nil }
    }
    guard index < count else { return value }
    let sign = unsafe bytes[index]
    index += 1
    if sign == 0x5a { return index == count ? value : nil }
    guard sign == 0x2b || sign == 0x2d, count - index >= 2 else { return nil }
    let hours = unsafe pair(bytes, index)
    var minutes = 0
    switch count - index {
    case 2: break
    case 4: minutes = unsafe pair(bytes, index + 2)
    case 5:
      guard unsafe bytes[index + 2] == 0x3a else { return nil }
      minutes = unsafe pair(bytes, index + 3)
    default: return nil
    }
    guard hours >= 0, minutes >= 0, hours < 16, minutes < 60 else { return nil }
    let offset = Int64(hours * 3600 + minutes * 60) * 1_000_000
    return sign == 0x2b ? value - offset : value + offset
  }

  /// Two digits as a number, negative when they are none.
  @inline(__always)
  private static func pair(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> Int {
    let tens = unsafe bytes[index] &- 0x30
    let ones = unsafe bytes[index &+ 1] &- 0x30
    if tens > 9 || ones > 9 { return -1 }
    return Int(tens) &* 10 &+ Int(ones)
  }

  @inline(__always)
  private static func length(of month: Int, in year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    // 31 days but for April, June, September and November.
    return 30 &+ ((month &+ (month &>> 3)) & 1)
  }

  /// Days from 2000-01-01 in the proleptic Gregorian calendar, counting years from March so that
  /// the leap day comes last.
  @inline(__always)
  private static func daysSince2000(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let marchYear = month <= 2 ? year &- 1 : year
    let marchMonth = month <= 2 ? month &+ 9 : month &- 3
    let leapDays = marchYear / 4 &- marchYear / 100 &+ marchYear / 400
    // 153 days in each five months from March on; 730 426 days precede 2000-01-01's epoch day.
    return marchYear &* 365 &+ leapDays &+ (153 &* marchMonth &+ 2) / 5 &+ day &- 730_426
  }
}
