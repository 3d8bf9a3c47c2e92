import Glibc

/// Why a command could not do its work, and what the user can do about it.
package struct CommandError: Error, Equatable, CustomStringConvertible {
  /// The exit status: 1 for work that failed, 2 for a command line that makes no sense.
  package let status: Int32
  package let message: String
  /// The next step for the user, as a sentence; empty when the message says it.
  package let advice: String

  package init(_ message: String, advice: String = "", status: Int32 = 1) {
    self.message = message
    self.advice = advice
    self.status = status
  }

  package var description: String {
    advice.isEmpty ? message : "\(message)\n\(advice)"
  }

  /// A failed system call, with the reason `errno` gives.
  static func system(_ attempt: String, errno code: Int32 = errno) -> CommandError {
    CommandError("cannot \(attempt): \(reason(code))")
  }

  static func reason(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
