internal import Datasets
internal import LambdaRuntime
internal import System

/// A file of the folder `www` beside `bootstrap`.
struct PageFile {
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
