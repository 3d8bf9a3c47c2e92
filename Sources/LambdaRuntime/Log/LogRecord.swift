internal import JSON
internal import System

/// The forms of a log line.
package enum LogFormat: Sendable {
  case text
  case json
}

/// One log record and how it is written.
struct LogRecord {
  let level: LogLevel
  let message: String
  let requestID: String?
  let traceID: String?
  let fields: KeyValuePairs<String, LogValue>

  /// The record as one line, its newline included.
  func line(_ format: LogFormat, at time: WallClock) -> [UInt8] {
    switch format {
    case .json: jsonLine(at: time)
    case .text: textLine(at: time)
    }
  }

  private func jsonLine(at time: WallClock) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("timestamp", time.iso8601Milliseconds)
    writer.member("level", level.rawValue)
    writer.member("message", message)
    if let requestID { writer.member("requestId", requestID) }
    if let traceID { writer.member("traceId", traceID) }
    for (name, value) in fields {
      writer.key(name)
      value.write(to: &writer)
    }
    writer.endObject()
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  // CloudWatch makes a record of every line, so line breaks in the text must not end it.
  private func textLine(at time: WallClock) -> [UInt8] {
    var text = "\(time.iso8601Milliseconds) \(level.rawValue) \(requestID ?? "-") \(message)"
    for (name, value) in fields { text += " \(name)=\(value.text)" }
    var line: [UInt8] = []
    line.reserveCapacity(text.utf8.count + 1)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): line.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): line.append(contentsOf: "\\r".utf8)
      case 0..<0x20, 0x7F: line.append(UInt8(ascii: " "))
      default: line.append(byte)
      }
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }
}

/// A value in a log record, written as a literal or by its case.
public enum LogValue: Sendable, Equatable {
  /// Text.
  case string(String)
  /// A number without a fraction.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// True or false.
  case bool(Bool)

  /// Wraps a number without a fraction.
  public static func integer(_ value: Int) -> LogValue {
    .integer(Int64(value))
  }

  fileprivate func write(to writer: inout JSONWriter) {
    switch self {
    case .string(let value): writer.string(value)
    case .integer(let value): writer.integer(value)
    case .number(let value): writer.number(value)
    case .bool(let value): writer.bool(value)
    }
  }

  fileprivate var text: String {
    switch self {
    case .string(let value)
    where value.isEmpty || value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 }):
      "\"" + value.escapingQuotes + "\""
    case .string(let value): value
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .bool(let value): String(value)
    }
  }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  /// Creates text from a literal.
  public init(stringLiteral value: String) {
    self = .string(value)
  }

  /// Creates a number from a literal.
  public init(integerLiteral value: Int64) {
    self = .integer(value)
  }

  /// Creates a number from a literal.
  public init(floatLiteral value: Double) {
    self = .number(value)
  }

  /// Creates a truth value from a literal.
  public init(booleanLiteral value: Bool) {
    self = .bool(value)
  }
}

extension String {
  // By scalars: a quote with an accent is another character, but still ends the text.
  fileprivate var escapingQuotes: String {
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text.append("\\") }
      text.append(scalar)
    }
    return String(text)
  }
}
