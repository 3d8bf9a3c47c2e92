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
