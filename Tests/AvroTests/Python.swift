import Glibc
import TestSupport
import Testing

/// The Python of the tests, which has fastavro.
enum Python {
  static var isHere: Bool { program != nil }

  private static var program: String? {
    guard let name = unsafe getenv("TEST_PYTHON"), unsafe name.pointee != 0 else { return nil }
    return unsafe String(cString: name)
  }

  /// Runs a program on a file, whose path is its first argument, and gives what it says.
  static func run(_ source: String, file: [UInt8]) throws -> String {
    let folder = try ScratchFolder()
    let path = try folder.write(file, as: "file.avro")
    return try ChildProcess.run([try #require(program), "-c", source, path])
  }
}
