/// Where one record stands in its batch's tables and bytes.
@frozen
public struct CSVRecord: Sendable, Equatable {
  /// The index of its first field in the batch's table of fields.
  public let firstField: UInt32

  /// The number of its fields; none when it has a fault.
  public let fieldCount: UInt32

  /// The offset of its first byte in the batch's bytes.
  public let start: UInt32

  /// The offset behind its last byte, before the line end.
  public let end: UInt32

  /// The lines between the batch's first line and the record's.
  @usableFromInline
  let linesIntoBatch: UInt32

  @usableFromInline
  let faultCode: UInt32

  @inlinable
  @inline(__always)
  init(
    firstField: UInt32, fieldCount: UInt32, start: UInt32, end: UInt32, linesIntoBatch: UInt32,
    faultCode: UInt32
  ) {
    self.firstField = firstField
    self.fieldCount = fieldCount
    self.start = start
    self.end = end
    self.linesIntoBatch = linesIntoBatch
    self.faultCode = faultCode
  }

  /// Why the record has no fields, if its quoting is broken or it passes a limit.
  @inlinable
  @inline(__always)
  public var fault: CSVFault? {
    faultCode == 0 ? nil : CSVFault(rawValue: UInt8(truncatingIfNeeded: faultCode))
  }
}

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

/// Why a record could not be split into fields.
///
/// A faulty record ends with its first line, whatever quotes it opened, and has no fields; the next
/// record starts at the line after.
@frozen
public enum CSVFault: UInt8, Sendable, CustomStringConvertible {
  /// A byte other than a delimiter, a line end or a second quote follows a closing quote.
  case textAfterQuote = 1

  /// A quote is still open at the end of the stream, or where the record is as long as may be.
  case unterminatedQuote = 2

  /// The record is longer than the parser's limit; its bytes are cut off there.
  case recordTooLong = 3

  /// The record has more fields than the parser's limit.
  case tooManyFields = 4

  /// Says what is wrong, without any byte of the file.
  public var description: String {
    switch self {
    case .textAfterQuote: "text after a closing quote"
    case .unterminatedQuote: "a quote that is never closed"
    case .recordTooLong: "record too long"
    case .tooManyFields: "too many fields to be a record"
    }
  }
}
