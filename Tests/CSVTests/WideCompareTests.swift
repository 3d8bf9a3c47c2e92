internal import CWideCompare
import TestSupport
import Testing

/// Holds the wide functions of this CPU against the portable ones.
@Suite
struct WideCompareTests {
  @Test
  func `structure masks are those of the portable function`() {
    var random = SeededRandom(seed: 31)
    let alphabets: [[UInt8]] = [Array(0...255), Array("a,\"\n\r".utf8), Array("abc,\n".utf8)]
    for round in 0..<2000 {
      let bytes = random.bytes(64, from: alphabets[round % 3])
      let wide = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe bytes.baseAddress.map { unsafe cwide_structure64($0, 0x22, 0x2C) }
      }
      let portable = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe bytes.baseAddress.map { unsafe cwide_structure64_portable($0, 0x22, 0x2C) }
      }
      #expect(wide?.quote == portable?.quote)
      #expect(wide?.delimiter == portable?.delimiter)
      #expect(wide?.newline == portable?.newline)
      #expect(wide?.carriage_return == portable?.carriage_return)
      #expect(wide.map { $0.high != 0 } == bytes.contains { $0 > 0x7F })
      #expect(portable.map { $0.high != 0 } == bytes.contains { $0 > 0x7F })
    }
  }

  /// One more alphabet at a time, because the wide function looks for the rarer bytes only where some
  /// are.
  @Test(arguments: [
    Array(0...0x7F), Array(0x61...0xBF), Array(0x61...0xDF), Array(0xC2...0xDF) + [0x61],
    [0x61, 0xC3, 0xE0], [0x61, 0xED], [0x61, 0xEF], [0x61, 0xC1], [0x61, 0xF0], Array(0...255),
  ])
  func `UTF-8 masks are those of the portable function`(alphabet: [UInt8]) {
    var random = SeededRandom(seed: 32)
    for _ in 0..<100 {
      let bytes = random.bytes(64, from: alphabet)
      let wide = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe bytes.baseAddress.map { unsafe cwide_utf8_64($0) }
      }
      let portable = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe bytes.baseAddress.map { unsafe cwide_utf8_64_portable($0) }
      }
      #expect(wide?.continuation == portable?.continuation)
      #expect(wide?.two == portable?.two)
      #expect(wide?.three == portable?.three)
      #expect(wide?.four == portable?.four)
      #expect(wide?.special == portable?.special)
    }
  }

  @Test
  func `an ASCII prefix ends before the first byte that is not`() {
    for count in 0...200 {
      for high in [nil, 0, 1, 15, 16, 63, 64, 100, 199] as [Int?] {
        var bytes = [UInt8](repeating: 0x61, count: count)
        if let high, high < count { bytes[high] = 0xC3 }
        let limit = high.map { min($0, count) } ?? count
        let wide = unsafe bytes.withUnsafeBufferPointer { bytes in
          unsafe bytes.baseAddress.map { unsafe cwide_ascii_prefix($0, count) } ?? 0
        }
        let portable = unsafe bytes.withUnsafeBufferPointer { bytes in
          unsafe bytes.baseAddress.map { unsafe cwide_ascii_prefix_portable($0, count) } ?? 0
        }
        for found in [wide, portable] {
          #expect(found <= limit && found > limit - 16, "\(found) of \(count), \(limit)")
        }
      }
    }
  }
}
