internal import System

/// Decides when a server must prove itself, and against which authorities.
enum TLSDefaults {
  /// The modes libpq knows.
  static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

  /// Whether every host is a Unix socket or loopback, so that nothing leaves the machine.
  static func isLocal(host: String?, address: String?) -> Bool {
    // libpq connects to the address where there is one, and takes the host for the certificate.
    guard let names = address ?? host, !names.isEmpty else { return true }
    return names.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(isLocalName)
  }

  private static func isLocalName(_ name: Substring) -> Bool {
    // Empty means the default Unix socket; `@` begins one of the abstract kind.
    if name.isEmpty || name.hasPrefix("/") || name.hasPrefix("@") { return true }
    if name == "localhost" || name == "::1" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The bundle of certificate authorities to check against when none is named.
  static func standardBundle() throws(PostgresError) -> String {
    if let path = CABundle.standard { return path }
    throw PostgresError(
      .setting,
      "PGSSLROOTCERT is not set, and neither the folder of the executable nor the system has a "
        + "bundle of certificate authorities; it should hold the path of a PEM file")
  }
}
