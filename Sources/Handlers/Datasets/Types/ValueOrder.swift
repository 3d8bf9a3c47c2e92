extension TypeTraits.Order {
  /// Compares two values in the column's binary form: negative if the first is less, zero if they
  /// are equal.
  func compare(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Int {
    switch self {
    case .numeric: NumericOrder.compare(one, other)
    case .interval:
      Self.order(DurationText(encoded: one).length, DurationText(encoded: other).length)
    case .whole: Self.order(WholeNumber.decoded(one), WholeNumber.decoded(other))
    }
  }

  private static func order<Value: Comparable>(_ one: Value, _ other: Value) -> Int {
    one < other ? -1 : one > other ? 1 : 0
  }
}

/// Integers, days and microseconds in their binary form: four or eight bytes, big-endian.
enum WholeNumber {
  static func decoded(_ bytes: Span<UInt8>) -> Int64 {
    var bits: UInt64 = 0
    for index in bytes.indices { bits = bits << 8 | UInt64(bytes[index]) }
    let shift = UInt64(64 - 8 * min(bytes.count, 8))
    return Int64(bitPattern: bits << shift) >> Int64(shift)
  }
}

/// The order of numbers in PostgreSQL's binary form of `numeric`.
enum NumericOrder {
  /// Compares two numbers: negative if the first is less, zero if they are equal.
  ///
  /// The form is a count of digits, the weight of the first, the sign, the scale, which makes no
  /// difference here, and the digits of base 10 000 without zeros at either end.
  static func compare(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Int {
    let (sign, otherSign) = (sign(one), self.sign(other))
    guard sign == otherSign, sign != 0 else { return sign - otherSign }
    let (weight, otherWeight) = (word(one, 1), word(other, 1))
    guard weight == otherWeight else { return weight < otherWeight ? -sign : sign }
    let (count, otherCount) = (word(one, 0), word(other, 0))
    for index in 0..<min(count, otherCount) {
      let (digit, otherDigit) = (word(one, 4 + index), word(other, 4 + index))
      if digit != otherDigit { return digit < otherDigit ? -sign : sign }
    }
    return count == otherCount ? 0 : count < otherCount ? -sign : sign
  }

  private static func sign(_ number: Span<UInt8>) -> Int {
    word(number, 0) == 0 ? 0 : word(number, 2) == 0 ? 1 : -1
  }

  private static func word(_ number: Span<UInt8>, _ index: Int) -> Int {
    Int(Int16(bitPattern: UInt16(number[2 * index]) << 8 | UInt16(number[2 * index + 1])))
  }
}
