internal import CCrypto

/// Computes the SHA-256 of bytes that come piece by piece.
@safe package struct RunningDigest: ~Copyable {
  private let context: OpaquePointer?

  /// Starts with no bytes.
  package init() {
    unsafe context = EVP_MD_CTX_new()
    _ = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Adds the next bytes.
  package mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { bytes in
      _ = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }
  }

  /// Returns the digest of all bytes, after which there are none again.
  package mutating func finish() -> [UInt8] {
    defer { _ = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) }
    return unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
      var length: UInt32 = 0
      _ = unsafe EVP_DigestFinal_ex(context, output.baseAddress, &length)
      count = Int(length)
    }
  }
}
