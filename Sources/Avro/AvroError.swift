internal import Compression

/// Says why an object container file could not be written or read, and where in it.
public struct AvroError: Error, Sendable, Equatable {
  /// Names the kind of failure.
  public enum Code: Sendable {
    /// The file does not begin as an object container file does.
    case notAvro
    /// The file ends before it should.
    case truncated
    /// What stands in the file contradicts its format or itself.
    case damaged
    /// The file is sound, and has a codec or a schema that is not read here.
    case unsupported
    /// A row or a block is larger than any that is written or read here.
    case tooLarge
    /// There was no memory for it.
    case outOfMemory
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong, without any value of the file.
  public let reason: String
  /// How far into the file the block or header begins that is concerned; nil while writing.
  public internal(set) var offset: Int?

  init(_ code: Code, _ reason: String, offset: Int? = nil) {
    self.code = code
    self.reason = reason
    self.offset = offset
  }
}

extension AvroError {
  /// Converts the error of a block; one that was read has an offset.
  init(_ error: BlockError, at offset: Int? = nil) {
    let code: Code =
      switch error.code {
      case .damaged: .damaged
      case .tooLarge: .tooLarge
      case .outOfMemory: .outOfMemory
      }
    self.init(code, offset == nil ? error.reason : "a block: \(error.reason)", offset: offset)
  }

  func placed(at offset: Int) -> AvroError {
    var error = self
    error.offset = offset
    return error
  }
}

extension AvroError: CustomStringConvertible {
  /// What is wrong and where.
  public var description: String {
    let place = offset.map { " at byte \($0)" } ?? ""
    return switch code {
    case .notAvro: "the file is no Avro object container file: \(reason)"
    case .truncated: "the Avro file ends too early\(place): \(reason)"
    case .damaged: "the Avro file is damaged\(place): \(reason)"
    case .unsupported: "the Avro file cannot be read here: \(reason)"
    case .tooLarge, .outOfMemory: "the Avro file\(place): \(reason)"
    }
  }
}
