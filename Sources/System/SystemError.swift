internal import Glibc

/// An error number of the system, and its words.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  package let code: Int32

  /// Takes the number of a call that failed.
  package init(code: Int32) { self.code = code }

  /// Takes the number of the call that failed last.
  static var last: SystemError { SystemError(code: errno) }

  /// Whether a file was not there.
  package var isNoSuchFile: Bool { code == ENOENT }
  /// Whether a file was there already.
  package var isExistingFile: Bool { code == EEXIST }

  package var description: String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
