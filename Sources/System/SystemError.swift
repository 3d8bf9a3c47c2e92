internal import Glibc

/// An error number of the system, and its words.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  package let code: Int32

  /// Takes the number of a call that failed.
  package init(code: Int32) { self.code = code }

  /// Whether a file was not there.
  package var isNoSuchFile: Bool { code == ENOENT }

  package var description: String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
