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

  /// Reads up to eight digits without a sign; nil for any other text.
  ///
  /// The eight bytes that end with the text are looked at together, so all of them have to be
  /// there. The steps are those of Lemire's "Quickly parsing eight digits" (2018).
  @inline(__always)
  static func parseShort(_ end: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    let bytes = unsafe UnsafeRawPointer(end - 8).loadUnaligned(as: UInt64.self).littleEndian
    // What stands before the text counts as zeros.
    let mask = UInt64.max &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
    var digits = (bytes ^ 0x3030_3030_3030_3030) & mask
    guard (digits | (digits &+ 0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0 == 0 else {
      return nil
    }
    digits = digits &* 10 &+ digits >> 8
    let upper = (digits & 0x0000_00ff_0000_00ff) &* 0x000f_4240_0000_0064
    let lower = (digits >> 16 & 0x0000_00ff_0000_00ff) &* 0x0000_2710_0000_0001
    return Int64(truncatingIfNeeded: (upper &+ lower) >> 32)
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
