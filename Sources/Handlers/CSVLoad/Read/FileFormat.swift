internal import System

/// Recognizes files that are not CSV by their first bytes, so that the message can name the format.
struct FileSignature {
  let bytes: [UInt8]
  /// The position of the bytes in the file.
  var offset = 0
  /// What such a file is, and what to do with it.
  let name: String

  /// How many first bytes identify a format: a tar archive does so in its first block.
  static let openingBytes = 512

  /// The format that begins with these bytes, if it is a known one that is not CSV.
  static func name(of bytes: Span<UInt8>) -> String? {
    if known[0].begins(bytes) { return archiveName(bytes) }
    return known.first { $0.begins(bytes) }?.name
  }

  private static let extract = "extract the CSV, or compress it with gzip or zstd"
  private static let export = "export it as CSV first"

  private static let known: [FileSignature] = [
    FileSignature(bytes: [0x50, 0x4B, 0x03, 0x04], name: "a ZIP archive; \(extract)"),
    FileSignature(bytes: [0x50, 0x4B, 0x05, 0x06], name: "an empty ZIP archive"),
    FileSignature(bytes: [0x50, 0x4B, 0x07, 0x08], name: "a split ZIP archive; \(extract)"),
    // After "BZh" and a digit, which alone could begin a CSV.
    FileSignature(
      bytes: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], offset: 4, name: "bzip2-compressed; \(extract)"),
    FileSignature(bytes: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], name: "xz-compressed; \(extract)"),
    FileSignature(bytes: Array("LZIP".utf8) + [1], name: "lzip-compressed; \(extract)"),
    FileSignature(bytes: [0x04, 0x22, 0x4D, 0x18], name: "lz4-compressed; \(extract)"),
    FileSignature(bytes: [0x02, 0x21, 0x4C, 0x18], name: "lz4-compressed; \(extract)"),
    FileSignature(
      bytes: [0xFF, 0x06, 0x00, 0x00] + Array("sNaPpY".utf8), name: "snappy-compressed; \(extract)"),
    FileSignature(bytes: [0x1F, 0x9D], name: "compressed by compress; \(extract)"),
    FileSignature(bytes: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], name: "a 7z archive; \(extract)"),
    FileSignature(bytes: Array("Rar!".utf8) + [0x1A, 0x07], name: "a RAR archive; \(extract)"),
    FileSignature(bytes: Array("ustar".utf8), offset: 257, name: "a tar archive; \(extract)"),
    FileSignature(bytes: Array("PAR1".utf8) + [0x15], name: "a Parquet file; \(export)"),
    FileSignature(bytes: Array("ARROW1".utf8) + [0, 0], name: "an Arrow file; \(export)"),
    FileSignature(bytes: Array("Obj".utf8) + [1], name: "an Avro file; \(export)"),
    FileSignature(
      bytes: Array("SQLite format 3".utf8) + [0], name: "an SQLite database; \(export)"),
    FileSignature(
      bytes: [0xD0, 0xCF, 0x11, 0xE0], name: "an old Excel workbook; save it as CSV first"),
    FileSignature(bytes: Array("%PDF-".utf8), name: "a PDF document"),
    FileSignature(bytes: [0x89, 0x50, 0x4E, 0x47], name: "a PNG image"),
    FileSignature(bytes: [0xFF, 0xD8, 0xFF], name: "a JPEG image"),
    FileSignature(bytes: Array("GIF89a".utf8), name: "a GIF image"),
    FileSignature(bytes: [0x7F, 0x45, 0x4C, 0x46], name: "an executable"),
  ]

  private func begins(_ file: Span<UInt8>) -> Bool {
    guard file.count >= offset + bytes.count else { return false }
    return bytes.indices.allSatisfy { file[offset + $0] == bytes[$0] }
  }

  /// The kind of ZIP archive, by the names of its first entries.
  private static func archiveName(_ bytes: Span<UInt8>) -> String {
    let text = String(decoding: bytes.copied, as: UTF8.self)
    if text.holds("[Content_Types].xml") || text.holds("xl/") {
      return "an Excel workbook; save it as CSV first"
    }
    if text.holds("opendocument.spreadsheet") {
      return "an OpenDocument spreadsheet; save it as CSV first"
    }
    return known[0].name
  }
}

/// Text encodings with units of two or four bytes, which are not supported.
///
/// Spreadsheets write them as "Unicode text". Read as UTF-8, every other byte of such a file is
/// NUL.
struct WideEncoding {
  /// The name that `iconv` knows.
  let name: String
  fileprivate let mark: [UInt8]
  /// The bytes of a unit.
  fileprivate let width: Int
  /// The position in a unit of the byte that distinguishes ASCII characters.
  fileprivate let place: Int

  fileprivate static let all = [
    // The mark of UTF-16LE is also the start of UTF-32LE's.
    WideEncoding(name: "UTF-32LE", mark: [0xFF, 0xFE, 0x00, 0x00], width: 4, place: 0),
    WideEncoding(name: "UTF-32BE", mark: [0x00, 0x00, 0xFE, 0xFF], width: 4, place: 3),
    WideEncoding(name: "UTF-16LE", mark: [0xFF, 0xFE], width: 2, place: 0),
    WideEncoding(name: "UTF-16BE", mark: [0xFE, 0xFF], width: 2, place: 1),
  ]

  /// Whether at least half of the units, and at least four, are ASCII characters.
  ///
  /// Delimiters, digits and line ends are, whatever else a CSV contains. A stray NUL in another
  /// encoding makes one such unit, not every second one.
  fileprivate func fits(_ bytes: Span<UInt8>) -> Bool {
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

extension WideEncoding {
  /// Recognizes an encoding by its byte order mark or, without one, by the first characters.
  init?(opening bytes: Span<UInt8>) {
    let found = Self.all.first { encoding in
      encoding.mark.indices.allSatisfy { index in
        index < bytes.count && bytes[index] == encoding.mark[index]
      }
    }
    guard let encoding = found ?? Self.all.first(where: { $0.fits(bytes) }) else { return nil }
    self = encoding
  }
}
