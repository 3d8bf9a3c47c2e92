internal import Glibc

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

  /// The system's bundle of certificate authorities.
  static func systemBundle() throws(PostgresError) -> String {
    for path in bundles where unsafe access(path, R_OK) == 0 { return path }
    throw PostgresError(
      .setting,
      "PGSSLROOTCERT is not set and this system has no bundle of certificate authorities; "
        + "it should hold the path of a PEM file")
  }

  /// Amazon Linux and Fedora, Debian, Alpine and openSUSE.
  private static let bundles = [
    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem",
  ]
}
