internal import System

/// Dates and times of ISO 8601 as text, in the units PostgreSQL stores them in.
package enum DateTimeText {
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
    return days(century &* 100 &+ year2, month, day)
  }

  /// Days since 2000-01-01 of a date, nil when it is none of the years 1 to 9999.
  @inline(__always)
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    guard let date = CivilDate(year, month, day) else { return nil }
    return date.daysSince1970 &- PostgresEpoch.days
  }

  /// Reads a date text of any length.
  @inline(__always)
  package static func date(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
    guard count == 10, let days = unsafe days(bytes) else { return nil }
    return Int32(truncatingIfNeeded: days)
  }

  /// Reads `YYYY-MM-DDThh:mm:ss[.ffffff][zone]` as microseconds since 2000-01-01T00:00:00Z.
  ///
  /// `T` may be a space; the zone is `Z`, `±hh`, `±hhmm` or `±hh:mm`, and UTC when there is none.
  @inline(__always)
  static func microseconds(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    guard count >= 19,
      // "YYYY-MM-", then "DDThh:mm" without its third byte.
      let date = unsafe pairs(
        word(bytes), like: 0x2d30_302d_3030_3030, room: 0x7f76_767f_7676_7676),
      let time = unsafe pairs(
        word(bytes + 8) & ~0x00ff_0000, like: 0x3030_3a30_3000_3030, room: 0x7676_7f76_767f_7676),
      unsafe bytes[10] == 0x54 || bytes[10] == 0x20, unsafe bytes[16] == 0x3a
    else { return nil }
    let year = Int(date & 0xff) &* 100 &+ Int(date >> 16 & 0xff)
    let hour = Int(time >> 24 & 0xff)
    let minute = Int(time >> 48 & 0xff)
    let second = unsafe pair(bytes, 17)
    guard let days = days(year, Int(date >> 40 & 0xff), Int(time & 0xff)),
      hour < 24, minute < 60, second >= 0, second < 60
    else { return nil }
    let seconds = days &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second
    let whole = Int64(truncatingIfNeeded: seconds) &* 1_000_000
    if count == 20, unsafe bytes[19] == 0x5a { return whole }
    return unsafe rest(bytes, count, whole)
  }

  /// Reads pairs of digits among eight bytes, all of them together.
  ///
  /// - Parameters:
  ///   - text: The bytes, the first one lowest.
  ///   - pattern: Has `0` where a digit has to be, and the other characters as they have to be.
  ///   - room: By how much each byte may still grow before it has its top bit, once the pattern is
  ///     taken away from the text: 0x76 for a digit, 0x7f for what has to be as it is.
  /// - Returns: The values of all neighbours, each in the byte of its first digit.
  @inline(__always)
  private static func pairs(_ text: UInt64, like pattern: UInt64, room: UInt64) -> UInt64? {
    let digits = text ^ pattern
    guard (digits | (digits &+ room)) & 0x8080_8080_8080_8080 == 0 else { return nil }
    return digits &* 10 &+ digits >> 8
  }

  @inline(__always)
  private static func word(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
    unsafe UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self).littleEndian
  }

  /// Reads `hh:mm:ss[.ffffff]` as microseconds since midnight.
  static func timeOfDay(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    guard count >= 8, unsafe bytes[2] == 0x3a && bytes[5] == 0x3a else { return nil }
    let hour = unsafe pair(bytes, 0)
    let minute = unsafe pair(bytes, 3)
    let second = unsafe pair(bytes, 6)
    guard (hour | minute | second) >= 0, hour < 24, minute < 60, second < 60 else { return nil }
    var index = 8
    guard let fraction = unsafe fraction(bytes, &index, count), index == count else { return nil }
    return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + fraction
  }

  /// Reads what follows the seconds: a fraction, then a zone.
  private static func rest(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ whole: Int64
  ) -> Int64? {
    var index = 19
    guard let fraction = unsafe fraction(bytes, &index, count) else { return nil }
    let value = whole + fraction
    guard index < count else { return value }
    guard let offset = unsafe TimePattern.offset(bytes, &index, count), index == count else {
      return nil
    }
    return value - Int64(offset) * 1_000_000
  }

  /// Reads a fraction of a second as microseconds; 0 when there is none, nil when it is broken.
  ///
  /// A microsecond is the finest a column holds; a value is refused rather than bent.
  static func fraction(
    _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int
  ) -> Int64? {
    guard index < count, unsafe bytes[index] == 0x2e else { return 0 }
    index += 1
    let start = index
    var value: Int64 = 0
    var unit: Int64 = 100_000
    while index < count, case let digit = unsafe bytes[index] &- 0x30, digit <= 9 {
      if unit == 0 && digit != 0 { return nil }
      value += Int64(digit) * unit
      unit /= 10
      index += 1
    }
    return index > start ? value : nil
  }

  /// Two digits as a number, negative when they are none.
  @inline(__always)
  private static func pair(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> Int {
    let tens = unsafe bytes[index] &- 0x30
    let ones = unsafe bytes[index &+ 1] &- 0x30
    if tens > 9 || ones > 9 { return -1 }
    return Int(tens) &* 10 &+ Int(ones)
  }
}
