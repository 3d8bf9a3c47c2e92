/// The bytes that give a CSV file its structure.
///
/// The names follow the Frictionless CSV Dialect. Line ends need no setting: LF, CRLF and a lone CR
/// each end a line, also mixed in one file.
public struct CSVDialect: Sendable, Equatable {
  /// The byte between two fields.
  public var delimiter: UInt8

  /// The byte around a field that may hold delimiters and line ends; nil when nothing is quoted.
  public var quote: UInt8?

  /// Whether two quotes inside a quoted field stand for one.
  public var doubleQuote: Bool

  /// The byte that takes away the meaning of the one after it, inside quotes and outside.
  public var escape: UInt8?

  /// The byte that makes a line a comment when it is the line's first.
  public var comment: UInt8?

  /// Whether spaces at the start of a field are dropped, also before a quote.
  public var skipInitialSpace: Bool

  /// Whether a line without any byte is a record with one empty field; else it is skipped.
  ///
  /// Skipping is what the data tools do (Python, pandas, DuckDB). `COPY` of PostgreSQL into a table
  /// of one column wants it as a record.
  public var emptyLineIsRecord: Bool

  /// Describes a dialect; without arguments, RFC 4180.
  public init(
    delimiter: UInt8 = 0x2C, quote: UInt8? = 0x22, doubleQuote: Bool = true,
    escape: UInt8? = nil, comment: UInt8? = nil, skipInitialSpace: Bool = false,
    emptyLineIsRecord: Bool = false
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.doubleQuote = doubleQuote
    self.escape = escape
    self.comment = comment
    self.skipInitialSpace = skipInitialSpace
    self.emptyLineIsRecord = emptyLineIsRecord
  }

  /// Whether the wide scan can find this dialect's structure by comparing single bytes.
  var isPlain: Bool {
    escape == nil && comment == nil && !skipInitialSpace && (doubleQuote || quote == nil)
  }
}
