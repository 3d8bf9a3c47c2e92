internal import CSodium

/// Makes texts that nobody can guess.
package enum SecretToken {
  /// How many random bytes stand in a token.
  private static let byteCount = 32

  /// Returns 43 characters of base64url (RFC 4648, section 5) that hold 32 random bytes.
  package static func make() throws(PasswordError) -> String {
    try Sodium.check()
    var bytes = [UInt8](repeating: 0, count: byteCount)
    unsafe randombytes_buf(&bytes, byteCount)
    // Four characters for three bytes, and the NUL at the end.
    var text = [CChar](repeating: 0, count: (byteCount * 4 + 2) / 3 + 1)
    _ = unsafe sodium_bin2base64(
      &text, text.count, bytes, byteCount, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The library, made ready when it is first needed.
enum Sodium {
  /// Whether it can be used; it cannot where the system gives no random numbers.
  static let isReady = sodium_init() >= 0

  static func check() throws(PasswordError) {
    guard isReady else { throw PasswordError.noRandomNumbers }
  }
}

/// Why a password could not be hashed or judged, which says nothing of the password.
package enum PasswordError: Error, CustomStringConvertible {
  case noRandomNumbers
  case noMemory

  package var description: String {
    switch self {
    case .noRandomNumbers: "the system gives no random numbers"
    case .noMemory: "there is not enough memory to hash a password, which takes 19 MiB"
    }
  }
}
