/// The encodings of text in units of two or four bytes, which no CSV here is in.
///
/// Spreadsheets write them as "Unicode text". Read as UTF-8, every other byte of such a file is NUL.
struct WideEncoding {
  /// The name that `iconv` knows.
  let name: String
  private let mark: [UInt8]
  /// The bytes of a unit.
  private let width: Int
  /// Where in a unit the byte stands that tells ASCII characters apart.
  private let place: Int

  private static let all = [
    // The mark of UTF-16LE begins that of UTF-32LE too.
    WideEncoding(name: "UTF-32LE", mark: [0xFF, 0xFE, 0x00, 0x00], width: 4, place: 0),
    WideEncoding(name: "UTF-32BE", mark: [0x00, 0x00, 0xFE, 0xFF], width: 4, place: 3),
    WideEncoding(name: "UTF-16LE", mark: [0xFF, 0xFE], width: 2, place: 0),
    WideEncoding(name: "UTF-16BE", mark: [0xFE, 0xFF], width: 2, place: 1),
  ]

  /// Recognises an encoding by its byte order mark, or by what a file without one begins with.
  init?(opening bytes: Span<UInt8>) {
    let found = Self.all.first { encoding in
      encoding.mark.indices.allSatisfy { index in
        index < bytes.count && bytes[index] == encoding.mark[index]
      }
    }
    guard let encoding = found ?? Self.all.first(where: { $0.fits(bytes) }) else { return nil }
    self = encoding
  }

  private init(name: String, mark: [UInt8], width: Int, place: Int) {
    (self.name, self.mark, self.width, self.place) = (name, mark, width, place)
  }

  /// Whether at least half of the units, and four, are ASCII characters.
  ///
  /// Delimiters, digits and line ends are, whatever else a CSV holds. A stray NUL in a file of
  /// another encoding makes one such unit, not every second.
  private func fits(_ bytes: Span<UInt8>) -> Bool {
    let units = bytes.count / width
    var ascii = 0
    for unit in 0..<units {
      let isASCII = (0..<width).allSatisfy { index in
        let byte = bytes[unit * width + index]
        return index == place ? byte != 0 && byte < 0x80 : byte == 0
      }
      if isASCII { ascii += 1 }
    }
    return ascii >= 4 && ascii * 2 >= units
  }
}
