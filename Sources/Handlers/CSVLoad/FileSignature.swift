/// Tells files that are no CSV by their first bytes, so that the message can say what they are.
enum FileSignature {
  private static let known: [(bytes: [UInt8], name: String)] = [
    ([0x89, 0x50, 0x4e, 0x47], "a PNG image"),
    ([0xff, 0xd8, 0xff], "a JPEG image"),
    ([0x47, 0x49, 0x46, 0x38, 0x39, 0x61], "a GIF image"),
    ([0x25, 0x50, 0x44, 0x46, 0x2d], "a PDF document"),
    ([0x50, 0x4b, 0x03, 0x04], "a ZIP archive or an Excel workbook; save it as CSV first"),
    ([0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook; save it as CSV first"),
    ([0x50, 0x41, 0x52, 0x31, 0x15], "a Parquet file"),
    ([0x4f, 0x62, 0x6a, 0x01], "an Avro file"),
    ([0x1f, 0x8b], "gzip-compressed; upload the CSV uncompressed"),
    ([0x28, 0xb5, 0x2f, 0xfd], "zstd-compressed; upload the CSV uncompressed"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz-compressed; upload the CSV uncompressed"),
    ([0x7f, 0x45, 0x4c, 0x46], "an executable"),
    ([0xff, 0xfe], "UTF-16 text; save it as UTF-8 first"),
    ([0xfe, 0xff], "UTF-16 text; save it as UTF-8 first"),
  ]

  /// What the bytes begin, when they begin something known that is no CSV.
  static func name(of bytes: Span<UInt8>) -> String? {
    for (signature, name) in known where bytes.count >= signature.count {
      if signature.indices.allSatisfy({ bytes[$0] == signature[$0] }) { return name }
    }
    return nil
  }
}
