/// Lets only addresses through that are safe to follow.
enum WebLink {
  /// Returns the address without the port that its scheme means anyway, or nothing when it is not
  /// a plain one of http or https.
  static func text(_ uri: String) -> String? {
    let uri = uri.drop { $0.isWhitespace }
    for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
    where uri.prefix(scheme.count).lowercased() == scheme {
      let rest = uri.dropFirst(scheme.count)
      var host = rest.prefix { !"/?#".contains($0) }
      let path = rest[host.endIndex...]
      if host.hasSuffix(port) { host.removeLast(port.count) }
      let text = scheme + host + path
      // A user before the host would be a disguise; the other bytes have no place in an address.
      guard !host.isEmpty, !host.contains("@"), text.utf8.count <= 500,
        text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) })
      else { return nil }
      return text
    }
    return nil
  }
}
