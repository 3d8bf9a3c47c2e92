internal import Glibc
internal import System

/// Where the Runtime API listens: `127.0.0.1:9001`, `localhost:9001` or `[::1]:9001`.
struct RuntimeAPIAddress: Sendable, Equatable {
  /// The host as it was written, without the brackets of an IPv6 address.
  let host: String
  let port: UInt16
  /// Host and port as the `Host` header wants them.
  let authority: String

  init(_ text: String) throws(SettingError) {
    guard
      let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
      let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { throw Self.invalid }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.utf8.contains(UInt8(ascii: ":")) {
      throw Self.invalid
    }
    let isPlain = host.utf8.allSatisfy { $0.isASCIIAlphanumeric || ".-_:%".utf8.contains($0) }
    guard isPlain, !host.isEmpty else { throw Self.invalid }
    self.host = String(host)
    self.port = port
    authority = text
  }

  private static var invalid: SettingError {
    SettingError(
      variable: "AWS_LAMBDA_RUNTIME_API", expected: "a host and a port, such as 127.0.0.1:9001")
  }

  /// Connects, over IPv4 or IPv6 literals without touching the resolver.
  func connect() throws(TransportError) -> TCPSocket {
    var v4 = sockaddr_in()
    if unsafe inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
      v4.sin_family = sa_family_t(AF_INET)
      v4.sin_port = port.bigEndian
      return try unsafe withUnsafeBytes(of: &v4) { bytes throws(TransportError) in
        try unsafe TCPSocket.connected(to: bytes, family: AF_INET)
      }
    }
    var v6 = sockaddr_in6()
    if unsafe inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
      v6.sin6_family = sa_family_t(AF_INET6)
      v6.sin6_port = port.bigEndian
      return try unsafe withUnsafeBytes(of: &v6) { bytes throws(TransportError) in
        try unsafe TCPSocket.connected(to: bytes, family: AF_INET6)
      }
    }
    return try connectByName()
  }

  private func connectByName() throws(TransportError) -> TCPSocket {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, String(port), &hints, &list) == 0 else { throw .unknownHost }
    defer { unsafe freeaddrinfo(list) }
    var failure = TransportError.unknownHost
    var entry = unsafe list
    while let candidate = unsafe entry {
      let bytes = unsafe UnsafeRawBufferPointer(
        start: candidate.pointee.ai_addr, count: Int(candidate.pointee.ai_addrlen))
      do {
        return try unsafe TCPSocket.connected(to: bytes, family: candidate.pointee.ai_family)
      } catch {
        failure = error
      }
      unsafe entry = unsafe candidate.pointee.ai_next
    }
    throw failure
  }
}
