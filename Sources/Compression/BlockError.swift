/// Says why a block could not be compressed or undone.
public struct BlockError: Error, Sendable, Equatable {
  /// Names the kind of failure.
  public enum Code: Sendable {
    /// The block is not as its format wants it, or ends too early or too late.
    case damaged
    /// More would come out of the block than was allowed.
    case tooLarge
    /// There was no memory for it.
    case outOfMemory
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong, in the library's words where it has some.
  public let reason: String

  static let outOfMemory = BlockError(code: .outOfMemory, reason: "there is no memory for zlib")
}
