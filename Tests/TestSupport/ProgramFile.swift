internal import Glibc

/// The programs of this package, which are built beside the tests.
public enum ProgramFile {
  /// The path of a program.
  public static func path(_ name: String) -> String { "\(directory)/\(name)" }

  private static let directory: String = {
    // The test runner is a program of the build folder.
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
    let path = String(
      decoding: bytes.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
  }()
}
