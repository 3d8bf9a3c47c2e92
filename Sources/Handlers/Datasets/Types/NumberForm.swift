/// How the numbers of a field are written: Table Schema's `decimalChar`, `groupChar`, `bareNumber`.
package struct NumberForm: Sendable, Equatable {
  package var decimal: [UInt8] = [0x2e]
  /// What stands between groups of digits; empty when nothing may.
  package var group: [UInt8] = []
  /// Whether nothing but the number may stand in the field, as a currency or a percent sign.
  var isBare = true

  package static let plain = NumberForm()
  var isPlain: Bool { self == .plain }

  /// What tells numbers of this form from plain ones, in words.
  var expectation: String {
    var text = ""
    if decimal != Self.plain.decimal { text += " with the decimal character \(quoted(decimal))" }
    if !group.isEmpty { text += " with or without groups of three by \(quoted(group))" }
    if !isBare { text += ", alone or with a unit such as % or EUR" }
    return text
  }

  private func quoted(_ character: [UInt8]) -> String {
    "\"\(String(decoding: character, as: UTF8.self))\""
  }
}

extension NumberForm {
  /// Reads an integer of this form.
  func integer(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    unsafe withPlain(bytes, count) { bytes, count in
      unsafe IntegerText.parse(bytes, count, .min, .max)
    }
  }

  /// Appends the binary form of a number of this form.
  func appendNumber(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, to rows: inout RowBuffer
  ) -> Bool {
    unsafe withPlain(bytes, count) { bytes, count in
      unsafe NumericText.append(bytes, count, to: &rows) ? true : nil
    } ?? false
  }

  private func withPlain<R>(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ body: (UnsafePointer<UInt8>, Int) -> R?
  ) -> R? {
    if isPlain { return unsafe body(bytes, count) }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { room in
      guard let output = room.baseAddress, let length = unsafe plain(bytes, count, into: output)
      else { return nil }
      return unsafe body(output, length)
    }
  }

  /// Rewrites a number of this form as a plain one: `-1.234,5 €` as `-1234.5`.
  ///
  /// Stricter than taking characters away: a group has three digits (two, in the middle, as in
  /// India), because `1,5` that became 15 would be a number nobody wrote; and the text around a
  /// number holds no sign, bracket or digit, nor does it end in the decimal character, because
  /// those may belong to the number.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - count: Its length.
  ///   - output: Room for as many bytes.
  /// - Returns: The count of bytes written, or nil when the text is no number of this form.
  func plain(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, into output: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var written = 0
    func put(_ byte: UInt8) {
      unsafe output[written] = byte
      written += 1
    }
    func digit(_ index: Int) -> Bool { unsafe index < count && bytes[index] &- 0x30 <= 9 }

    var index = 0
    if !isBare {
      guard let start = unsafe start(bytes, count) else { return nil }
      index = start
    }
    if index < count, unsafe Self.isSign(bytes[index]) {
      unsafe put(bytes[index])
      index += 1
    }
    var groups = 0
    var inGroup = 0
    while true {
      if digit(index) {
        unsafe put(bytes[index])
        index += 1
        inGroup += 1
      } else if unsafe has(group, bytes, count, at: index), digit(index + group.count) {
        guard inGroup >= (groups == 0 ? 1 : 2), inGroup <= 3 else { return nil }
        groups += 1
        inGroup = 0
        index += group.count
      } else {
        break
      }
    }
    guard groups == 0 || inGroup == 3 else { return nil }
    if unsafe has(decimal, bytes, count, at: index) {
      put(0x2e)
      index += decimal.count
      while digit(index) {
        unsafe put(bytes[index])
        index += 1
      }
    }
    if index < count, unsafe bytes[index] | 0x20 == 0x65 {
      let sign = unsafe index + 1 < count && Self.isSign(bytes[index + 1]) ? 1 : 0
      if digit(index + 1 + sign) {
        for _ in 0...sign {
          unsafe put(bytes[index])
          index += 1
        }
        while digit(index) {
          unsafe put(bytes[index])
          index += 1
        }
      }
    }
    return unsafe index == count || !isBare && isText(bytes, index, count) ? written : nil
  }

  /// Where the number begins behind the text before it, or nil when that may belong to the number.
  private func start(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    guard let first = (0..<count).first(where: { unsafe bytes[$0] &- 0x30 <= 9 }) else {
      return nil
    }
    var start = first
    let point = start - decimal.count
    let isFraction = unsafe point >= 0 && has(decimal, bytes, count, at: point)
    if isFraction { start = point }
    if start > 0, unsafe Self.isSign(bytes[start - 1]) { start -= 1 }
    guard unsafe isText(bytes, 0, start), start == 0 || !isFraction else { return nil }
    return start
  }

  /// Whether what stands there can be left away without touching the number.
  private func isText(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
    var index = from
    while index < to {
      let scalar = unsafe Bytes.scalar(bytes + index, to - index)
      if GeneralCategory.bit(of: scalar) & Self.numeric != 0 { return false }
      index += UTF8.width(scalar)
    }
    return true
  }

  /// Digits, dashes, brackets and mathematical signs, of which `<5` and `5½` would lose one.
  private static let numeric = ["N", "Pd", "Ps", "Pe", "Sm"].reduce(0) {
    $0 | (GeneralCategory.mask(named: $1) ?? 0)
  }

  private func has(
    _ character: [UInt8], _ bytes: UnsafePointer<UInt8>, _ count: Int, at index: Int
  ) -> Bool {
    guard !character.isEmpty, index + character.count <= count else { return false }
    for offset in character.indices where unsafe bytes[index + offset] != character[offset] {
      return false
    }
    return true
  }

  private static func isSign(_ byte: UInt8) -> Bool { byte == 0x2b || byte == 0x2d }
}
