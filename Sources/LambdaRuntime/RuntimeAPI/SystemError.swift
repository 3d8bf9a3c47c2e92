internal import Glibc

/// An error number of the system, and its words.
struct SystemError: Error, CustomStringConvertible {
  let code: Int32

  var description: String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
