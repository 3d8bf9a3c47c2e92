// How this works
//
// In text that is JSON itself, such as the body of a response, every few bytes is a quote. Eight bytes
// at a time are tested with plain integer arithmetic, and copied if none needs an escape. Otherwise
// they are written one by one without a branch, by always writing the backslash and stepping over it
// only where it belongs. Each block of the text first gets the space it would need at worst, so the
// loops need not ask for any.

/// Writes UTF-8 text as the inside of a JSON string.
enum StringEscaper {
  private static let blockSize = 4096
  private static let widest = 6

  private static let short: [(byte: UInt8, letter: Unicode.Scalar)] = [
    (0x22, "\""), (0x5C, "\\"), (0x08, "b"), (0x09, "t"), (0x0A, "n"), (0x0C, "f"), (0x0D, "r"),
  ]

  /// For each byte, how many bytes its escape takes: 1, 2 or 6.
  private static let widths: [UInt8] = {
    var widths = (0..<256).map { $0 < 0x20 || $0 == 0x7F ? UInt8(widest) : 1 }
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
  static func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
    var start = 0
    while start < text.count {
      let block = text.extracting(start..<min(start + blockSize, text.count))
      bytes.append(addingCapacity: block.count * widest) { output in
        unsafe block.withUnsafeBufferPointer { source in
          unsafe output.withUnsafeMutableBufferPointer { space, count in
            unsafe count += write(source, UnsafeMutableBufferPointer(rebasing: space[count...]))
          }
        }
      }
      start += blockSize
    }
  }

  /// Appends the text with an escape for everything outside printable ASCII.
  static func appendASCII(_ text: String, to bytes: inout [UInt8]) {
    for unit in text.utf16 {
      switch unit < 0x80 ? Int(widths[Int(unit)]) : widest {
      case 1: bytes.append(UInt8(unit))
      case 2: bytes += [UInt8(ascii: "\\"), letters[Int(unit)]]
      default:
        bytes += "\\u".utf8
        bytes += [12, 8, 4, 0].map { hexDigit(UInt8(unit >> $0 & 0xF)) }
      }
    }
  }

  @unsafe private static func write(
    _ source: UnsafeBufferPointer<UInt8>, _ space: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    let raw = UnsafeRawBufferPointer(source)
    let target = UnsafeMutableRawBufferPointer(space)
    return unsafe widths.withUnsafeBufferPointer { widths in
      unsafe letters.withUnsafeBufferPointer { letters in
        var written = 0
        var index = 0
        while index &+ 8 <= raw.count {
          let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          if isPlain(word) {
            unsafe target.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
            written &+= 8
          } else {
            for offset in 0..<8 {
              let byte = UInt8(truncatingIfNeeded: word &>> UInt64(offset &* 8))
              unsafe write(byte, widths, letters, target, at: &written)
            }
          }
          index &+= 8
        }
        while index < raw.count {
          unsafe write(raw[index], widths, letters, target, at: &written)
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
  ///
  /// A byte above one that is may count as one too, which only costs time.
  private static func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let deletes = word ^ 0x7F7F_7F7F_7F7F_7F7F
    let found =
      ((word &- 0x2020_2020_2020_2020) & ~word) | ((quotes &- ones) & ~quotes)
      | ((backslashes &- ones) & ~backslashes) | ((deletes &- ones) & ~deletes)
    return found & 0x8080_8080_8080_8080 == 0
  }

  /// Writes `\u00` and two digits.
  @unsafe private static func writeControl(
    _ byte: UInt8, _ target: UnsafeMutableRawBufferPointer, at offset: Int
  ) {
    unsafe target[offset] = UInt8(ascii: "\\")
    unsafe target[offset + 1] = UInt8(ascii: "u")
    unsafe target[offset + 2] = UInt8(ascii: "0")
    unsafe target[offset + 3] = UInt8(ascii: "0")
    unsafe target[offset + 4] = hexDigit(byte >> 4)
    unsafe target[offset + 5] = hexDigit(byte & 0xF)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
  }
}
