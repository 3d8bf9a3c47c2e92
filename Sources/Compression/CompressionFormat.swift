/// The ways of compressing a stream that can be undone here.
public enum CompressionFormat: String, Sendable {
  /// RFC 1952; a file may consist of several members.
  case gzip
  /// RFC 8878; a file may consist of several frames.
  case zstd

  /// How many of a stream's bytes ``init(opening:)`` has to see.
  public static let openingBytes = 4

  /// Tells the format by a stream's first bytes; nil when it is neither.
  public init?(opening bytes: Span<UInt8>) {
    if bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B {
      self = .gzip
    } else if bytes.count >= 4, Self.beginsFrame(bytes) {
      self = .zstd
    } else {
      return nil
    }
  }

  /// A frame of data, or one to be skipped, with which parallel compressors begin.
  private static func beginsFrame(_ bytes: Span<UInt8>) -> Bool {
    bytes[0] == 0x28 && bytes[1] == 0xB5 && bytes[2] == 0x2F && bytes[3] == 0xFD
      || bytes[0] & 0xF0 == 0x50 && bytes[1] == 0x2A && bytes[2] == 0x4D && bytes[3] == 0x18
  }
}
