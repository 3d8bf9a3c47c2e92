// How this works
//
// A response's body is one JSON string of up to 6 MB, and in a body that is JSON itself every few
// bytes is a quote. Eight bytes at a time are tested with plain integer arithmetic, and copied where
// none needs an escape. Else they are written one by one without a branch, by putting the backslash
// always and stepping over it only where it belongs. A block of the text at a time gets the space
// that it would take at worst, so the loops need not ask for any.

/// Writes UTF-8 text as the inside of a JSON string.
struct JSONBodyText {
  private static let blockSize = 4096
  private static let widest = 6

  private static let short: [(byte: UInt8, letter: Unicode.Scalar)] = [
    (0x22, "\""), (0x5C, "\\"), (0x08, "b"), (0x09, "t"), (0x0A, "n"), (0x0C, "f"), (0x0D, "r"),
  ]

  /// For each byte, how many bytes it takes once it is escaped: 1, 2 or 6.
  private static let widths: [UInt8] = {
    var widths = (0..<256).map { $0 < 0x20 ? UInt8(widest) : 1 }
    for (byte, _) in short { widths[Int(byte)] = 2 }
    return widths
  }()

  /// For each byte, the byte itself, or the letter of its two-byte escape.
  private static let letters: [UInt8] = {
    var letters = (0..<256).map { UInt8($0) }
    for (byte, letter) in short { letters[Int(byte)] = UInt8(ascii: letter) }
    return letters
  }()

  /// Appends the escaped text.
  func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
    var start = 0
    while start < text.count {
      let block = text.extracting(start..<min(start + Self.blockSize, text.count))
      bytes.append(addingCapacity: block.count * Self.widest) { output in
        unsafe block.withUnsafeBufferPointer { source in
          unsafe output.withUnsafeMutableBufferPointer { space, count in
            unsafe count += write(source, UnsafeMutableBufferPointer(rebasing: space[count...]))
          }
        }
      }
      start += Self.blockSize
    }
  }

  @unsafe private func write(
    _ source: UnsafeBufferPointer<UInt8>, _ space: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    let raw = UnsafeRawBufferPointer(source)
    let target = UnsafeMutableRawBufferPointer(space)
    return unsafe Self.widths.withUnsafeBufferPointer { widths in
      unsafe Self.letters.withUnsafeBufferPointer { letters in
        var written = 0
        var index = 0
        while index &+ 8 <= raw.count {
          let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          if Self.isPlain(word) {
            unsafe target.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
            written &+= 8
          } else {
            for offset in 0..<8 {
              let byte = UInt8(truncatingIfNeeded: word &>> UInt64(offset &* 8))
              unsafe Self.write(byte, widths, letters, target, at: &written)
            }
          }
          index &+= 8
        }
        while index < raw.count {
          unsafe Self.write(raw[index], widths, letters, target, at: &written)
          index &+= 1
        }
        return written
      }
    }
  }

  @inline(__always)
  @unsafe private static func write(
    _ byte: UInt8, _ widths: UnsafeBufferPointer<UInt8>, _ letters: UnsafeBufferPointer<UInt8>,
    _ target: UnsafeMutableRawBufferPointer, at written: inout Int
  ) {
    let width = unsafe Int(widths[Int(byte)])
    if width == widest {
      unsafe writeControl(byte, target, at: written)
    } else {
      unsafe target[written] = UInt8(ascii: "\\")
      unsafe target[written &+ width &- 1] = letters[Int(byte)]
    }
    written &+= width
  }

  /// Whether none of eight bytes is a control, a quote or a backslash.
  private static func isPlain(_ word: UInt64) -> Bool {
    let high: UInt64 = 0x8080_8080_8080_8080
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let found =
      ((word &- 0x2020_2020_2020_2020) & ~word) | ((quotes &- ones) & ~quotes)
      | ((backslashes &- ones) & ~backslashes)
    return found & high == 0
  }

  /// Writes `\u00` and two digits.
  @unsafe private static func writeControl(
    _ byte: UInt8, _ target: UnsafeMutableRawBufferPointer, at offset: Int
  ) {
    let digit = byte & 0xF
    unsafe target[offset] = UInt8(ascii: "\\")
    unsafe target[offset + 1] = UInt8(ascii: "u")
    unsafe target[offset + 2] = UInt8(ascii: "0")
    unsafe target[offset + 3] = UInt8(ascii: "0")
    unsafe target[offset + 4] = UInt8(ascii: "0") + (byte >> 4)
    unsafe target[offset + 5] =
      digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
  }
}
