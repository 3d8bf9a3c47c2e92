/// Reads the values of rows one after another out of the bytes of their block.
///
/// Every call names the bytes anew; nothing is read beyond them whatever stands there.
public struct AvroCursor: Sendable {
  /// The place of the next value.
  public private(set) var position = 0

  /// Starts at the first byte.
  public init() {}

  /// Reads whether the value of a nullable field follows.
  public mutating func isPresent(_ bytes: Span<UInt8>) throws(AvroError) -> Bool {
    switch try long(bytes) {
    case 0: return false
    case 1: return true
    case let branch:
      throw AvroError(.damaged, "a value is of branch \(branch) of a union of two")
    }
  }

  /// Reads a truth value.
  public mutating func boolean(_ bytes: Span<UInt8>) throws(AvroError) -> Bool {
    let byte = try next(bytes)
    guard byte < 2 else { throw AvroError(.damaged, "a truth value is \(byte)") }
    return byte == 1
  }

  /// Reads a whole number of 32 bits.
  public mutating func int(_ bytes: Span<UInt8>) throws(AvroError) -> Int32 {
    guard let value = Int32(exactly: try long(bytes)) else {
      throw AvroError(.damaged, "a number does not fit its 32 bits")
    }
    return value
  }

  /// Reads a whole number of 64 bits.
  public mutating func long(_ bytes: Span<UInt8>) throws(AvroError) -> Int64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let byte = try next(bytes)
      // The tenth byte has room for one bit.
      guard shift < 63 || byte < 2 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
    }
    throw AvroError(.damaged, "a number has more than 64 bits")
  }

  /// Reads the bits of a floating-point number of 32 bits.
  public mutating func floatBits(_ bytes: Span<UInt8>) throws(AvroError) -> UInt32 {
    UInt32(truncatingIfNeeded: try fixed(bytes, count: 4))
  }

  /// Reads the bits of a floating-point number of 64 bits.
  public mutating func doubleBits(_ bytes: Span<UInt8>) throws(AvroError) -> UInt64 {
    try fixed(bytes, count: 8)
  }

  /// Reads where the bytes of a text, or of bytes, are.
  public mutating func range(_ bytes: Span<UInt8>) throws(AvroError) -> Range<Int> {
    let count = try long(bytes)
    guard count >= 0, count <= bytes.count - position else {
      throw AvroError(
        .damaged, "a value of \(count) bytes stands where \(bytes.count - position) are left")
    }
    defer { position += Int(count) }
    return position..<(position + Int(count))
  }

  private mutating func fixed(_ bytes: Span<UInt8>, count: Int) throws(AvroError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(try next(bytes)) << UInt64(8 * index) }
    return value
  }

  private mutating func next(_ bytes: Span<UInt8>) throws(AvroError) -> UInt8 {
    guard position < bytes.count else {
      throw AvroError(.truncated, "a value goes on where its place ends")
    }
    defer { position += 1 }
    return bytes[position]
  }
}
