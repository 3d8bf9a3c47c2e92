import Glibc

/// The sample events under `events/`, which tests and local invocation share.
public enum EventFile {
  /// Says which file could not be read, and why.
  public struct Failure: Error, CustomStringConvertible {
    /// The file, and what the system says about it.
    public let description: String

    init(_ path: String) {
      let reason = unsafe String(cString: strerror(errno))
      description = "\(path): \(reason)"
    }
  }

  /// The bytes of `events/NAME.json`.
  public static func bytes(_ name: String) throws -> [UInt8] {
    let path = "\(directory)/\(name).json"
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &piece, piece.count)
      guard count >= 0 else { throw Failure(path) }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
    }
  }

  /// The names of all sample events, sorted, without `.json`.
  public static func names() throws -> [String] {
    guard let listing = unsafe opendir(directory) else { throw Failure(directory) }
    defer { unsafe closedir(listing) }
    var names: [String] = []
    while let entry = unsafe readdir(listing) {
      let file = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if file.hasSuffix(".json") { names.append(String(file.dropLast(".json".count))) }
    }
    return names.sorted()
  }

  /// The folder `events` at the root of the package, three levels above this file.
  public static let directory: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/events"
  }()
}
