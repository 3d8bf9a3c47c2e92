internal import System

/// Says why a part of a request cannot be read; the right answer to the caller is status 400.
public struct RequestFault: Error, Equatable, Sendable {
  /// The parts that arrive encoded.
  public enum Part: String, Sendable {
    /// The path of the URL.
    case path
    /// The query of the URL.
    case query = "query string"
    /// The body.
    case body
  }

  /// The part that cannot be read.
  public let part: Part
  /// What is wrong with it, as a sentence that may be shown to the caller and holds no value.
  public let message: String

  init(_ part: Part, _ fault: PercentEncoding.Fault, startingAt start: Int = 0) {
    self.part = part
    message =
      switch fault {
      case .badEscape(let offset):
        "The \(part.rawValue) has a % without two hexadecimal digits at byte \(start + offset)."
      case .notUTF8:
        "The \(part.rawValue) has percent escapes that are not UTF-8."
      }
  }

  static let bodyNotBase64 = RequestFault(
    part: .body, message: "The body is marked as base64, but is not.")

  private init(part: Part, message: String) {
    self.part = part
    self.message = message
  }
}
