/// Decimal numbers as text, in PostgreSQL's binary form of `numeric`.
///
/// Digits, a point and an exponent, as Table Schema has them. `NaN` and `INF` are no numbers here:
/// one of them turns every sum over the column into itself.
enum NumericText {
  /// The longest text taken, and the most digits on each side of the point that an exponent may
  /// make of it: well inside the column's 131 072 before the point and 16 383 after it.
  static let maximumDigits = 1000

  /// Bytes the binary form of any text may take.
  static let capacity = 8 + 2 * (2 * (maximumDigits + 3) / 4)

  /// The digits of a text, whose point the exponent has moved.
  private struct Digits {
    let start: Int
    /// Digits written before the point, and in all.
    let point: Int
    let count: Int
    /// Digits of the number before the point; negative when zeros follow it first.
    let whole: Int
  }

  /// Appends a number's binary form: digit count, weight, sign, scale, digits of base 10 000.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - count: Its length.
  ///   - hasRoomBefore: Whether the eight bytes before the text can be looked at too.
  ///   - output: Where the number goes.
  /// - Returns: false, with nothing appended, when the text is no decimal number.
  static func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, hasRoomBefore: Bool = false,
    to output: inout RowBuffer
  ) -> Bool {
    if unsafe appendShort(bytes, count, hasRoomBefore: hasRoomBefore, to: &output) { return true }
    guard count > 0, count <= maximumDigits else { return false }
    let isSigned = unsafe bytes[0] == 0x2d || bytes[0] == 0x2b
    let isNegative = unsafe bytes[0] == 0x2d
    guard let digits = unsafe digits(bytes, from: isSigned ? 1 : 0, count) else { return false }
    let scale = max(digits.count - digits.whole, 0)
    guard digits.whole <= maximumDigits, scale <= maximumDigits else { return false }
    // Groups of four digits, aligned at the point.
    let before = (max(digits.whole, 0) + 3) / 4
    let after = (scale + 3) / 4
    func group(_ index: Int) -> UInt16 {
      var value: UInt16 = 0
      var number = digits.whole - (before - index) * 4
      for _ in 0..<4 {
        var digit: UInt16 = 0
        if number >= 0, number < digits.count {
          let position = digits.start + number + (number >= digits.point ? 1 : 0)
          digit = UInt16(unsafe bytes[position] - 0x30)
        }
        value = value * 10 + digit
        number += 1
      }
      return value
    }
    var first = 0
    var last = before + after
    while first < last, group(first) == 0 { first += 1 }
    while last > first, group(last - 1) == 0 { last -= 1 }
    output.append(Int16(last - first))
    output.append(first == last ? Int16(0) : Int16(before - first - 1))
    output.append(isNegative && last > first ? UInt16(0x4000) : 0)
    output.append(Int16(scale))
    for index in first..<last { output.append(group(index)) }
    return true
  }

  /// The digits on both sides of a point as two numbers.
  private struct Parts {
    let whole: UInt64
    let fraction: UInt64
    let scale: Int
  }

  /// Appends a number of at most sixteen digits on each side of its point, and without exponent:
  /// such numbers fit into two words, which give the groups by division.
  ///
  /// - Returns: false, with nothing appended, for every other text.
  @inline(__always)
  private static func appendShort(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, hasRoomBefore: Bool, to output: inout RowBuffer
  ) -> Bool {
    guard count > 0 else { return false }
    let isNegative = unsafe bytes[0] == 0x2d
    let start = unsafe isNegative || bytes[0] == 0x2b ? 1 : 0
    guard
      let parts = unsafe (hasRoomBefore ? shortParts(bytes + count, count - start) : nil)
        ?? parts(bytes + start, count - start)
    else { return false }
    let scale = parts.scale
    var (whole, fraction) = (parts.whole, parts.fraction)
    // Eight groups of four digits, the point in their middle.
    var groups = InlineArray<8, UInt16>(repeating: 0)
    var place = 4
    while whole > 0 {
      place -= 1
      groups[place] = UInt16(truncatingIfNeeded: whole % 10_000)
      whole /= 10_000
    }
    let first = place
    place = 4 + (scale + 3) / 4
    for _ in scale..<(place - 4) * 4 { fraction &*= 10 }
    while fraction > 0 {
      place -= 1
      groups[place] = UInt16(truncatingIfNeeded: fraction % 10_000)
      fraction /= 10_000
    }
    appendGroups(
      groups, from: first, to: 4 + (scale + 3) / 4, isNegative: isNegative, scale: scale, &output)
    return true
  }

  /// Reads up to eight digits on each side of a point, all of a side together.
  ///
  /// The text ends where the pointer is, and eight bytes before its first can be looked at.
  @inline(__always)
  private static func shortParts(_ end: UnsafePointer<UInt8>, _ count: Int) -> Parts? {
    guard count > 0 else { return nil }
    let last = unsafe UnsafeRawPointer(end - 8).loadUnaligned(as: UInt64.self).littleEndian
    // What stands before the text is no point.
    let text = last & (UInt64.max &<< UInt64(truncatingIfNeeded: 64 &- 8 &* min(count, 8)))
    // The lowest bit is that of the first byte that is a point.
    let other = text ^ 0x2e2e_2e2e_2e2e_2e2e
    let points = (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080
    let scale = points == 0 ? 0 : 7 - points.trailingZeroBitCount / 8
    let wholeDigits = count - scale - (points == 0 ? 0 : 1)
    guard wholeDigits <= 8, wholeDigits + scale > 0 else { return nil }
    var (whole, fraction) = (Int64(0), Int64(0))
    if wholeDigits > 0 {
      guard let value = unsafe IntegerText.parseShort(end - (count - wholeDigits), wholeDigits)
      else { return nil }
      whole = value
    }
    if scale > 0 {
      guard let value = unsafe IntegerText.parseShort(end, scale) else { return nil }
      fraction = value
    }
    return Parts(whole: UInt64(whole), fraction: UInt64(fraction), scale: scale)
  }

  /// Reads up to sixteen digits on each side of a point.
  private static func parts(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Parts? {
    var index = 0
    let whole = unsafe digits(bytes, &index, count)
    let wholeDigits = index
    var scale = 0
    var fraction: UInt64 = 0
    if index < count, unsafe bytes[index] == 0x2e {
      index += 1
      let point = index
      fraction = unsafe digits(bytes, &index, count)
      scale = index - point
    }
    guard index == count, wholeDigits <= 16, scale <= 16, wholeDigits + scale > 0 else {
      return nil
    }
    return Parts(whole: whole, fraction: fraction, scale: scale)
  }

  /// The value of the digits from an index on, which is moved behind them; of more than sixteen it
  /// is not to be used.
  @inline(__always)
  private static func digits(
    _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int
  ) -> UInt64 {
    var value: UInt64 = 0
    while index < count, case let digit = unsafe bytes[index] &- 0x30, digit <= 9 {
      value = value &* 10 &+ UInt64(digit)
      index += 1
    }
    return value
  }

  /// Appends groups around the point, of which there are four before it, without the zeros outside.
  @inline(__always)
  private static func appendGroups(
    _ groups: borrowing InlineArray<8, UInt16>, from start: Int, to end: Int, isNegative: Bool,
    scale: Int, _ output: inout RowBuffer
  ) {
    var (first, last) = (start, end)
    while first < last, groups[first] == 0 { first += 1 }
    while last > first, groups[last - 1] == 0 { last -= 1 }
    output.append(Int16(truncatingIfNeeded: last - first))
    output.append(first == last ? Int16(0) : Int16(truncatingIfNeeded: 3 - first))
    output.append(isNegative && last > first ? UInt16(0x4000) : 0)
    output.append(Int16(truncatingIfNeeded: scale))
    for index in first..<last { output.append(groups[index]) }
  }

  private static func digits(
    _ bytes: UnsafePointer<UInt8>, from start: Int, _ count: Int
  ) -> Digits? {
    var end = start
    var point = -1
    while end < count {
      if unsafe bytes[end] == 0x2e, point < 0 {
        point = end - start
      } else if unsafe bytes[end] &- 0x30 > 9 {
        break
      }
      end += 1
    }
    let written = end - start - (point < 0 ? 0 : 1)
    guard written > 0 else { return nil }
    var whole = point < 0 ? written : point
    if end < count {
      guard unsafe bytes[end] | 0x20 == 0x65,
        let exponent = unsafe IntegerText.parse(bytes + end + 1, count - end - 1, -9999, 9999)
      else { return nil }
      whole += Int(exponent)
    }
    return Digits(start: start, point: point < 0 ? written : point, count: written, whole: whole)
  }
}
