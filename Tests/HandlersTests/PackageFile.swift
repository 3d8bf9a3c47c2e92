import Glibc
import Testing

/// A Data Package of a test's own, in a file that goes when the test is over.
final class PackageFile {
  let path: String

  init(_ json: String) throws {
    var template = Array("/tmp/datapackage.XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    try #require(descriptor >= 0)
    path = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let bytes = Array(json.utf8)
    let written = unsafe bytes.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress, $0.count)
    }
    close(descriptor)
    try #require(written == bytes.count)
  }

  deinit { unsafe unlink(path) }
}
