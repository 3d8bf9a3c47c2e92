/// What a page may load and where it may send to: its Content Security Policy.
///
/// https://www.w3.org/TR/CSP3/
enum ContentPolicy {
  /// Sends to the API and, when there is a bucket for uploads, to that; puts no markup together.
  case dashboard(uploads: String?)
  /// Swagger UI draws icons from `data:` addresses and puts markup together itself.
  case docs

  var header: String {
    switch self {
    case .dashboard(let uploads):
      (Self.common
        + [
          "connect-src 'self'" + (uploads.map { " \($0)" } ?? ""), "img-src 'self'",
          "require-trusted-types-for 'script'", "trusted-types 'none'",
        ]).joined(separator: "; ")
    case .docs:
      (Self.common + ["connect-src 'self'", "img-src 'self' data:"]).joined(separator: "; ")
    }
  }

  private static let common = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'self'",
    "form-action 'self'", "frame-ancestors 'none'",
  ]
}
