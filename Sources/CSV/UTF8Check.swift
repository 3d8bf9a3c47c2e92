internal import CWideCompare

// How this works
//
// In valid UTF-8 the continuation bytes stand exactly where the starts before them ask for some. With
// one mask for each kind of start that is an equation on 64 bits. It leaves out what depends on a
// value: overlong forms, surrogates and numbers above U+10FFFF can only begin with a few bytes, which
// have a mask of their own and are looked at one by one.
enum UTF8Check {
  /// Whether bytes are valid UTF-8 as the Unicode Standard (table 3-7) defines it.
  static func isValid(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var position = unsafe cwide_ascii_prefix(bytes, count)
    /// The continuation bytes that the next block owes.
    var owed: UInt64 = 0
    while position < count {
      let length = min(64, count - position)
      let found = unsafe masks(bytes + position, length)
      let asked = found.two &<< 1 | found.three &<< 2 | found.four &<< 3 | owed
      guard asked == found.continuation else { return false }
      owed = found.two &>> 63 | found.three &>> 62 | found.four &>> 61
      var special = found.special
      while special != 0 {
        let start = position + special.trailingZeroBitCount
        guard start + 1 < count, unsafe mayStand(bytes[start], before: bytes[start + 1]) else {
          return false
        }
        special &= special &- 1
      }
      position += length
    }
    return owed == 0
  }

  /// The masks of up to 64 bytes; those behind a shorter count are taken as ASCII.
  private static func masks(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> cwide_utf8 {
    guard count < 64 else { return unsafe cwide_utf8_64(bytes) }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { block in
      unsafe block.initialize(repeating: 0)
      for index in 0..<count { unsafe block[index] = bytes[index] }
      guard let start = block.baseAddress else { return cwide_utf8() }
      return unsafe cwide_utf8_64(start)
    }
  }

  private static func mayStand(_ first: UInt8, before second: UInt8) -> Bool {
    switch first {
    case 0xE0: second >= 0xA0
    case 0xED: second < 0xA0
    case 0xF0: second >= 0x90
    case 0xF1...0xF3: true
    case 0xF4: second < 0x90
    default: false
    }
  }
}

extension CSVBatch {
  /// Whether all bytes of the batch are valid UTF-8.
  public var isUTF8: Bool {
    guard !isASCII, let base = unsafe bytes.baseAddress else { return true }
    return unsafe UTF8Check.isValid(base, bytes.count)
  }

  /// Whether the bytes of one record of this batch are valid UTF-8.
  public func isUTF8(_ record: CSVRecord) -> Bool {
    unsafe precondition(record.start <= record.end && record.end <= bytes.count, "of another batch")
    guard let base = unsafe bytes.baseAddress else { return true }
    return unsafe UTF8Check.isValid(base + Int(record.start), Int(record.end - record.start))
  }
}
