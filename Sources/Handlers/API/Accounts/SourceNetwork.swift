internal import Glibc
internal import LambdaEvents

/// The network that a call came from, as far as one caller has it to itself.
enum SourceNetwork {
  /// The address; of IPv6 the first 64 bits, of which every customer has the rest.
  static func text(of request: APIRequest) -> String {
    guard let address = request.sourceIP else { return "unknown" }
    var bytes = in6_addr()
    guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else {
      // An address is short; what is no address is all the same.
      return address.utf8.count <= 15 ? address : "unknown"
    }
    let network = unsafe withUnsafeBytes(of: bytes) { all in unsafe Array(all.prefix(8)) }
    // An IPv4 address in the form of IPv6 stands behind the first 64 bits.
    guard network.contains(where: { $0 != 0 }) else { return address }
    return network.map { String($0, radix: 16) }.joined(separator: ":")
  }
}
