internal import Glibc
internal import JSON

/// An error in the forms the service accepts.
struct ErrorReport {
  /// Longer messages are cut: X-Ray drops causes over 64 KB, and nobody reads that far.
  static let messageLimit = 16 * 1024
  static let causeMessageLimit = 2 * 1024

  /// The type, matching `(Runtime|Function)\.[A-Z][a-zA-Z]+`; the service replaces any other.
  let type: String
  let message: String

  init(type: String, message: String) {
    self.type = Self.accepted(type)
    self.message = Self.cut(message, to: Self.messageLimit)
  }

  /// Reports an error by its own description, if it has one that is meant to be shown.
  init(_ error: any Error) {
    switch error {
    case let error as any FunctionError:
      self.init(type: error.errorType, message: error.message)
    case let error as any CustomStringConvertible:
      self.init(type: "Unhandled", message: error.description)
    default:
      // The default description spells out stored properties, which may hold anything.
      self.init(type: "Unhandled", message: "The handler failed with an error of its own.")
    }
  }

  /// The JSON object that the caller receives.
  var body: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("errorMessage", message)
    writer.member("errorType", type)
    writer.emptyArray("stackTrace")
    writer.endObject()
    return writer.bytes
  }

  /// The same with the message cut until the object takes no more than that many bytes.
  func body(within limit: Int) -> [UInt8] {
    var (body, allowed) = (self.body, limit)
    while body.count > limit, allowed > 0 {
      body = ErrorReport(type: type, message: Self.cut(message, to: allowed)).body
      allowed /= 2
    }
    return body
  }

  /// The same for X-Ray, in ASCII, because it travels in a header.
  var xRayCause: [UInt8] {
    var writer = JSONWriter(escapesNonASCII: true)
    writer.beginObject()
    writer.member("working_directory", Self.workingDirectory)
    writer.key("exceptions")
    writer.beginArray()
    writer.beginObject()
    writer.member("message", Self.cut(message, to: Self.causeMessageLimit))
    writer.member("type", type)
    writer.emptyArray("stack")
    writer.endObject()
    writer.endArray()
    writer.emptyArray("paths")
    writer.endObject()
    return writer.bytes
  }

  private static var workingDirectory: String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      unsafe getcwd(buffer.baseAddress, buffer.count).map { unsafe String(cString: $0) } ?? ""
    }
  }

  private static func accepted(_ type: String) -> String {
    var name = Substring(type)
    var origin = "Function."
    for prefix in ["Function.", "Runtime."] where type.hasPrefix(prefix) {
      origin = prefix
      name = name.dropFirst(prefix.count)
    }
    let letters = name.filter { $0.isASCII && $0.isLetter }
    guard letters.count > 1 else { return "Function.Unhandled" }
    return origin + letters.prefix(1).uppercased() + letters.dropFirst().prefix(120)
  }

  private static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: limit)
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + "… (cut)"
  }
}

extension Log {
  /// Logs an error that is reported to the service as well.
  func report(_ report: ErrorReport, as level: LogLevel = .error) {
    record(level, report.message, ["errorType": .string(report.type)])
  }
}

extension JSONWriter {
  fileprivate mutating func emptyArray(_ name: String) {
    key(name)
    beginArray()
    endArray()
  }
}
