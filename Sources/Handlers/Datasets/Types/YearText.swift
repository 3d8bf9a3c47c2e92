/// Years and months of years as XML Schema has them, without zones.
enum YearText {
  /// Reads `YYYY`: four digits, or more without leading zeros, and `-` before the year 1.
  static func year(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    let isNegative = unsafe count > 0 && bytes[0] == 0x2d
    let start = isNegative ? 1 : 0
    let digits = count - start
    guard unsafe digits == 4 || digits > 4 && bytes[start] != 0x30,
      unsafe bytes[start] &- 0x30 <= 9,
      let year = unsafe IntegerText.parse(
        bytes + start, digits, 0, Int64(Int32.max))
    else { return nil }
    return isNegative ? (year == 0 ? nil : -year) : year
  }

  /// Reads `YYYY-MM` as the days from 2000-01-01 to the month's first.
  static func month(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
    guard count == 7, unsafe bytes[4] == 0x2d,
      let year = unsafe year(bytes, 4), year > 0, unsafe bytes[5] &- 0x30 <= 9,
      let month = unsafe IntegerText.parse(bytes + 5, 2, 1, 12)
    else { return nil }
    return DateTimeText.days(Int(year), Int(month), 1).map { Int32($0) }
  }
}
