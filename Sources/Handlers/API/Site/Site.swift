internal import AWS
internal import Datasets
internal import LambdaEvents
internal import LambdaRuntime
internal import System

/// The dashboard, the documentation's page, and the files that they load.
///
/// They are files of the folder `www` beside `bootstrap`; anyone may read them, because they hold
/// nothing but programs.
enum Site {
  static let routes = [
    Route(
      method: "GET", path: "/", id: "dashboard", group: .service, summary: "The dashboard",
      role: nil, success: page, problems: [.notFound], answer: dashboard),
    Route(
      method: "GET", path: "/docs", aliases: ["/swagger-ui"], id: "docs", group: .service,
      summary: "These routes, to read and to try", role: nil, success: page,
      problems: [.notFound], answer: docs),
    Route(
      method: "GET", path: "/assets/{asset}", aliases: ["/docs/{asset}"], id: "asset",
      group: .service, summary: "A file that the pages load", role: nil,
      parameters: [
        .path("asset", .text(longest: 100), "The file's name.")
      ],
      success: Route.Success(
        about: "The file.", content: SiteFile.Kind.allCases.map { ($0.mediaType, .string()) }),
      problems: [.notFound], answer: asset),
  ]

  private static let page = Route.Success(
    about: "The page.", content: [(SiteFile.Kind.html.mediaType, .string())])

  @Sendable private static func dashboard(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let variables = services.variables
    // Where the variables do not say where S3 is, there are no uploads to send.
    let uploads = services.settings.bucket.flatMap { bucket in
      try? S3Origin(bucket: bucket) { variables[$0] }.text
    }
    return try answer(
      SiteFile("index.html", services.variables), .dashboard(uploads: uploads), call)
  }

  @Sendable private static func docs(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    try answer(SiteFile("docs.html", services.variables), .docs, call)
  }

  private static func answer(
    _ file: SiteFile, _ policy: ContentPolicy, _ call: APICall
  ) -> APIAnswer {
    .whole(
      APIResponse(
        status: 200,
        headers: [
          ("content-type", file.kind.contentType),
          ("content-security-policy", policy.header),
          ("referrer-policy", "no-referrer"),
        ], body: file.based(at: call.request.stagePrefix)))
  }

  @Sendable private static func asset(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let file = try SiteFile(asset: call.arguments.required("asset"), services.variables)
    return .whole(
      APIResponse(
        status: 200,
        headers: [
          ("content-type", file.kind.contentType), ("cache-control", file.cacheControl),
        ], body: file.bytes))
  }
}

/// A file of the folder `www` beside `bootstrap`.
struct SiteFile {
  /// What the pages are made of, by the end of a file's name.
  enum Kind: String, CaseIterable {
    case html, js, css, svg, txt

    var mediaType: String {
      switch self {
      case .html: "text/html"
      case .js: "text/javascript"
      case .css: "text/css"
      case .svg: "image/svg+xml"
      case .txt: "text/plain"
      }
    }

    var contentType: String { "\(mediaType); charset=utf-8" }
  }

  let name: String
  let kind: Kind
  let bytes: [UInt8]

  /// Reads a page or, with its folder in front, what it loads.
  init(_ name: String, _ variables: EnvironmentVariables) throws {
    guard let kind = name.split(separator: ".").last.flatMap({ Kind(rawValue: String($0)) }),
      let bytes = try BundledFile.page(name, variables).contents()
    else {
      throw Problem(
        .notFound, "There is no file \"\(name)\" among the pages.",
        hint: "scripts/run puts them next to bootstrap; scripts/package puts them into the zip.")
    }
    self.name = name
    self.kind = kind
    self.bytes = bytes
  }

  /// Reads a file that a page loads, by the name in a path.
  init(asset name: String, _ variables: EnvironmentVariables) throws {
    // Neither a slash nor a dot in front: no name leads out of the folder.
    guard !name.hasPrefix("."), name.utf8.allSatisfy(Self.isNameByte) else {
      throw Problem(.notFound, "No file of the pages has such a name.")
    }
    try self.init("assets/\(name)", variables)
  }

  /// A name with a version, as `chart-4.5.1.js`, always stands for the same bytes; what has another
  /// is asked for each time, which costs no body while it has not changed.
  var cacheControl: String {
    let version = name.split(separator: "-").last.map { $0.prefix { $0.isNumber || $0 == "." } }
    let isVersioned = (version ?? "").split(separator: ".").count == 3
    return isVersioned ? "public, max-age=31536000, immutable" : "public, no-cache"
  }

  /// The page with its `<base>` at the API's root, so that what it loads is found from every path
  /// that leads to the page, with a slash at its end or without.
  func based(at stagePrefix: String) -> [UInt8] {
    // The stage comes from the gateway; one that would need escaping is none.
    guard stagePrefix.utf8.allSatisfy({ Self.isNameByte($0) || $0 == UInt8(ascii: "/") }),
      !stagePrefix.hasPrefix("//")
    else { return bytes }
    let page = String(decoding: bytes, as: UTF8.self)
    return Array(page.substituting(Self.base, by: "<base href=\"\(stagePrefix)/\">").utf8)
  }

  private static let base = "<base href=\"/\">"

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || "-_.".utf8.contains(byte)
  }
}

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
