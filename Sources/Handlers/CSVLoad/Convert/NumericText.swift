/// Decimal numbers as text, in PostgreSQL's binary form of `numeric`.
enum NumericText {
  /// The longest text taken, well inside the column's 131 072 digits before the point.
  static let maximumBytes = 1000

  /// Bytes the binary form of a text may take.
  static func capacity(_ count: Int) -> Int { 16 + count }

  /// Appends a number's binary form: digit count, weight, sign, scale, digits of base 10 000.
  ///
  /// - Returns: false, with nothing appended, when the text is no decimal number.
  static func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, to output: inout RowBuffer
  ) -> Bool {
    var start = 0
    var isNegative = false
    if count > 0, unsafe bytes[0] == 0x2d || bytes[0] == 0x2b {
      isNegative = unsafe bytes[0] == 0x2d
      start = 1
    }
    var point = count
    for index in start..<count {
      if unsafe bytes[index] == 0x2e, point == count {
        point = index
      } else if unsafe bytes[index] &- 0x30 > 9 {
        return false
      }
    }
    let whole = point - start
    let scale = point < count ? count - point - 1 : 0
    guard whole + scale > 0, count <= maximumBytes else { return false }
    // Groups of four digits, aligned at the point.
    let before = (whole + 3) / 4
    let after = (scale + 3) / 4
    func group(_ index: Int) -> UInt16 {
      var value: UInt16 = 0
      for place in 0..<4 {
        let position =
          index < before
          ? point - (before - index) * 4 + place : point + 1 + (index - before) * 4 + place
        let isDigit = index < before ? position >= start : position < count
        value = value * 10 + (isDigit ? UInt16(unsafe bytes[position] - 0x30) : 0)
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
}
