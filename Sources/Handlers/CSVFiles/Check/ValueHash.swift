internal import Datasets

/// 64 bits that stand for a value, so that values can be told apart in little memory.
///
/// Two of four million values have the same with a probability of one in two million. The bits are
/// those of FNV-1a, mixed as SplitMix64 does so that each of them is as good as any other.
struct ValueHash {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: Span<UInt8>) {
    var bits = bits
    for index in bytes.indices { bits = (bits ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
    self.bits = bits
  }

  mutating func add(_ number: UInt64) {
    bits = (bits ^ number) &* 0x0000_0100_0000_01b3
  }

  var value: UInt64 {
    var mixed = bits
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension FieldType {
  /// Adds a value in the column's binary form so that those are the same which `=` takes for the same.
  func add(_ encoded: Span<UInt8>, to hash: inout ValueHash) {
    switch self {
    case .number where encoded.count >= 8:
      // Zeros at the end, and how many of them are shown, make no other number.
      var end = encoded.count
      while end > 8, encoded[end - 1] == 0, encoded[end - 2] == 0 { end -= 2 }
      // Without digits it is zero, whose weight means nothing.
      if end > 8 { hash.add(encoded.extracting(2..<6)) }
      hash.add(encoded.extracting(8..<end))
    case .duration where encoded.count == 16:
      // A month is thirty days to it, and a day has 24 hours.
      let days = Self.whole(encoded, 8..<12) &+ 30 &* Self.whole(encoded, 12..<16)
      let micros = Self.whole(encoded, 0..<8).addingReportingOverflow(days &* 86_400_000_000)
      hash.add(UInt64(bitPattern: micros.partialValue))
    default:
      hash.add(encoded)
      hash.add(UInt64(encoded.count))
    }
  }

  private static func whole(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64 {
    var value: Int64 = bytes[range.lowerBound] & 0x80 == 0 ? 0 : -1
    for index in range { value = value << 8 | Int64(bytes[index]) }
    return value
  }
}
