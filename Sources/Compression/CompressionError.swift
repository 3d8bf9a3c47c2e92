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
