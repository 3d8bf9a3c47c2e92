/// The opening quotes that are known to lead to no good.
///
/// After a fault the lines behind the faulty record's first are parsed again. Without a memory, a
/// file whose every line opens such a quote would be read to the fault once a line. Each quoted
/// field of the failed record is a start from which the scan goes the same way to the same fault,
/// so meeting one of them again is the fault, and no byte is read more than a few times.
struct BrokenQuotes {
  /// The stream offset of bit 0.
  private var origin = 0
  private var bits: [UInt64] = []

  /// Whether an offset may be among them.
  func reaches(_ offset: Int) -> Bool { offset < origin + bits.count * 64 }

  func contains(_ offset: Int) -> Bool {
    let bit = offset - origin
    guard bit >= 0, bit < bits.count * 64 else { return false }
    return bits[bit / 64] >> UInt64(bit % 64) & 1 != 0
  }

  /// Forgets what lies before an offset, so that the memory is bounded by one record's limit.
  mutating func forget(before offset: Int) {
    let words = (offset - origin) / 64
    if words >= bits.count {
      bits.removeAll(keepingCapacity: false)
      origin = offset
    } else if words > bits.count / 2 {
      bits.removeFirst(words)
      origin += words * 64
    }
  }

  mutating func insert(_ offset: Int) {
    let bit = offset - origin
    let missing = bit / 64 + 1 - bits.count
    if missing > 0 { bits.append(contentsOf: repeatElement(0, count: missing)) }
    bits[bit / 64] |= 1 << UInt64(bit % 64)
  }
}
