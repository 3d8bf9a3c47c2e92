/// Where one field stands in its batch's bytes.
///
/// Eight bytes, because a table of them is written and read for every block of the file.
@frozen
public struct CSVField: Sendable, Equatable {
  /// The offset of the value's first byte, behind the opening quote if there is one.
  public let start: UInt32

  @usableFromInline
  let endAndFlags: UInt32

  @usableFromInline static let quotedFlag: UInt32 = 1 << 31
  @usableFromInline static let escapesFlag: UInt32 = 1 << 30

  @inlinable
  @inline(__always)
  init(start: UInt32, endAndFlags: UInt32) {
    self.start = start
    self.endAndFlags = endAndFlags
  }

  /// The offset behind the value's last byte; a closing quote stands there.
  @inlinable
  @inline(__always)
  public var end: UInt32 { endAndFlags & ~(Self.quotedFlag | Self.escapesFlag) }

  /// The number of bytes between start and end, escapes included.
  @inlinable
  @inline(__always)
  public var count: Int { Int(end &- start) }

  /// Whether the value stood in quotes, which tells an empty string from a missing value.
  @inlinable
  @inline(__always)
  public var isQuoted: Bool { endAndFlags & Self.quotedFlag != 0 }

  /// Whether the value holds doubled quotes or escapes and must be unescaped before use.
  @inlinable
  @inline(__always)
  public var hasEscapes: Bool { endAndFlags & Self.escapesFlag != 0 }
}
