internal import CCrypto

/// Computes SHA-256 and what is built on it.
package enum Digest {
  /// Returns the SHA-256 of some bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { output, count in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        _ = unsafe SHA256(bytes.baseAddress, bytes.count, output.baseAddress)
      }
      count = Int(SHA256_DIGEST_LENGTH)
    }
  }

  /// Returns the HMAC-SHA-256 of some text under a key.
  package static func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
    hmac(Array(text.utf8), key: key)
  }

  /// Returns the HMAC-SHA-256 of some bytes under a key.
  package static func hmac(_ text: [UInt8], key: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { output, count in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe text.withUnsafeBufferPointer { text in
          _ = unsafe HMAC(
            EVP_sha256(), key.baseAddress, CInt(key.count), text.baseAddress, text.count,
            output.baseAddress, nil)
        }
      }
      count = Int(SHA256_DIGEST_LENGTH)
    }
  }

  /// Returns bytes as lower-case hexadecimal digits.
  package static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0x0F)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

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
