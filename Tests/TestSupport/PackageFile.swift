internal import Glibc

/// A Data Package of a test's own, in a file that goes when the test is over.
public final class PackageFile: Sendable {
  /// Where the file is.
  public let path: String

  /// Writes the descriptor.
  public init(_ json: String) throws {
    var template = Array("/tmp/datapackage.XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw SystemCallFailure("mkstemp") }
    defer { close(descriptor) }
    path = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let bytes = Array(json.utf8)
    let written = unsafe bytes.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress, $0.count)
    }
    guard written == bytes.count else { throw SystemCallFailure("write \(path)") }
  }

  deinit { unsafe unlink(path) }
}
