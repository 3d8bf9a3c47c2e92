internal import Glibc

/// A system call that failed while a test was being set up.
public struct SystemCallFailure: Error, CustomStringConvertible {
  /// The call and the errno it left.
  public let description: String

  init(_ call: String, code: Int32 = errno) {
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "errno \(code)"
    description = "\(call): \(reason)"
  }
}
