internal import CSodium
internal import Glibc

/// What is kept of a password: its hash by Argon2id, with the salt and the parameters.
///
/// The text is that of the PHC string format, `$argon2id$v=19$m=19456,t=2,p=1$…`. Neither printing
/// nor dumping one shows it.
package struct PasswordHash: Sendable, Equatable {
  /// The hash as it is stored.
  package let text: String

  // What OWASP's "Password Storage Cheat Sheet" names as the least: 19 MiB and two passes, so that
  // a function of 128 MB has room for it.
  private static let memory = 19 << 20
  private static let passes: UInt64 = 2

  /// Takes a hash that was stored.
  package init(text: String) { self.text = text }

  /// Hashes a password with a salt of its own; takes tens of milliseconds on purpose.
  package init(of password: String) throws(PasswordError) {
    try Sodium.check()
    var output = [CChar](repeating: 0, count: crypto_pwhash_strbytes())
    let password = Array(password.utf8CString)
    let isMade =
      unsafe crypto_pwhash_str_alg(
        &output, password, UInt64(password.count - 1), Self.passes, Self.memory,
        crypto_pwhash_alg_argon2id13()) == 0
    guard isMade else { throw .noMemory }
    text = String(
      decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Says whether a password is the one, in time that does not depend on where it differs.
  package func matches(_ password: String) throws(PasswordError) -> Bool {
    try Sodium.check()
    guard text.utf8.count < crypto_pwhash_strbytes() else { return false }
    let password = Array(password.utf8CString)
    errno = 0
    let isIt = unsafe crypto_pwhash_str_verify(text, password, UInt64(password.count - 1)) == 0
    // It answers the same to a wrong password and to too little memory.
    if !isIt, errno == ENOMEM { throw .noMemory }
    return isIt
  }

  /// Whether it was made with other parameters than a new one would be.
  package var isOutdated: Bool {
    guard text.utf8.count < crypto_pwhash_strbytes() else { return true }
    return unsafe crypto_pwhash_str_needs_rehash(text, Self.passes, Self.memory) != 0
  }

  /// A hash of no password that anybody knows, to work on where there is no user: who asks must not
  /// learn that from the time the answer takes.
  package static let ofNobody = PasswordHash(
    text: "$argon2id$v=19$m=19456,t=2,p=1$YzhG5GgE4pIAnmKg1M7dsw"
      + "$Z+Vfi+h08C1LHYHkGSLIMJ3i8ntifGZ2qHIJRHnFRMM")
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
  /// The name of the type alone.
  package var description: String { "PasswordHash" }
  /// Nothing.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
