internal import Glibc

/// Finds the certificates that servers are checked against.
public enum CABundle {
  /// The bundle beside the executable, else the system's; found once.
  public static let standard: String? = candidates.first { isReadable($0) }

  /// Says whether a file can be read.
  public static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  private static var candidates: [String] {
    let beside = executableFolder.map { ["\($0)/ca-bundle.crt"] } ?? []
    // Amazon Linux and Fedora; Debian and Ubuntu; Alpine; openSUSE.
    return beside + [
      "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt",
      "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem",
    ]
  }

  private static var executableFolder: String? {
    let path = unsafe withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: Int(PATH_MAX)
    ) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let count = unsafe readlink("/proc/self/exe", start, buffer.count)
      guard count > 0, count < buffer.count else { return "" }
      return unsafe String(
        decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return String(path[..<slash])
  }
}
