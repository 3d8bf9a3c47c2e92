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

/// Says why compressed data could not be taken to its end, and where.
public struct CompressionError: Error, Sendable, Equatable {
  /// Names the kind of failure.
  public enum Code: Sendable {
    /// The data ends before it should.
    case truncated
    /// The data is not as its format wants it, or its checksum is wrong.
    case damaged
    /// The data grows more than a text that people compress does.
    case tooDense
    /// Undoing the compression takes more memory than is given to it, or a dictionary.
    case unsupported
    /// There was no memory to begin.
    case outOfMemory
  }

  /// The kind of failure.
  public let code: Code
  /// How the data is compressed.
  public let format: CompressionFormat
  /// How far into the compressed data the failure showed.
  public let offset: Int
  /// What is wrong, in the library's words where it has some.
  public let reason: String
}

extension CompressionError: CustomStringConvertible {
  /// The format, what is wrong with the data, and the offset.
  public var description: String {
    switch code {
    case .truncated: "the \(format.rawValue) data ends too early, at byte \(offset): \(reason)"
    case .damaged: "the \(format.rawValue) data is damaged at byte \(offset): \(reason)"
    case .tooDense, .unsupported, .outOfMemory:
      "the \(format.rawValue) data at byte \(offset): \(reason)"
    }
  }
}
