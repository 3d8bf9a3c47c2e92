/// Decimal integers as text: digits with an optional sign, nothing around them.
enum IntegerText {
  /// Reads an integer within bounds; nil when the text is none, or lies outside them.
  @inline(__always)
  static func parse(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ low: Int64, _ high: Int64
  ) -> Int64? {
    var index = 0
    var isNegative = false
    if count > 0, unsafe bytes[0] == 0x2d || bytes[0] == 0x2b {
      isNegative = unsafe bytes[0] == 0x2d
      index = 1
    }
    guard index < count else { return nil }
    if count > 18 { return unsafe long(bytes, from: index, count, isNegative, low, high) }
    var value: Int64 = 0
    while index < count {
      let digit = unsafe bytes[index] &- 0x30
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int64(truncatingIfNeeded: digit)
      index &+= 1
    }
    if isNegative { value = 0 &- value }
    return value >= low && value <= high ? value : nil
  }

  /// The same for texts so long that the sum may overflow.
  private static func long(
    _ bytes: UnsafePointer<UInt8>, from start: Int, _ count: Int, _ isNegative: Bool,
    _ low: Int64, _ high: Int64
  ) -> Int64? {
    // Summing downwards reaches Int64.min, which has no positive counterpart.
    var value: Int64 = 0
    for index in start..<count {
      let digit = unsafe bytes[index] &- 0x30
      guard digit <= 9 else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = tens.subtractingReportingOverflow(Int64(digit))
      if overflow || overflow2 { return nil }
      value = sum
    }
    if !isNegative {
      let (positive, overflow) = Int64(0).subtractingReportingOverflow(value)
      if overflow { return nil }
      value = positive
    }
    return value >= low && value <= high ? value : nil
  }
}
