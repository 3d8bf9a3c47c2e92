internal import CSodium

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
