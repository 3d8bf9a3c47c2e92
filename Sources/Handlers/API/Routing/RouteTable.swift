internal import LambdaEvents

/// Every route of the API.
struct RouteTable: Sendable {
  let routes: [Route]

  /// The routes in the order of the documentation.
  static let all: RouteTable = RouteTable(
    routes: [
      FirstChunk.routes, TableList.routes, RowsPage.routes, RowsExport.routes, Metrics.routes,
      RowsInsert.routes, PostingList.routes, PostingDetail.routes, IngestNow.routes,
      LoadList.routes, RunningLoads.routes, LoadReplay.routes, Uploads.routes, BackupRoutes.routes,
      Accounts.routes,
      Health.routes, DocumentRoute.routes, Site.routes,
    ].flatMap { $0 })

  /// Finds the route of a request and what stands in its path's places.
  ///
  /// HEAD is taken for GET, whose body is left out of the answer.
  func find(_ method: String, _ path: String) throws(Problem) -> (Route, [String: String]) {
    let found = matches(path)
    guard !found.isEmpty else {
      throw Problem(
        .unknownRoute, "No route answers this path.", hint: "The routes are listed at /docs.")
    }
    let wanted = method == "HEAD" ? "GET" : method
    guard let match = found.first(where: { $0.route.method == wanted }) else {
      throw Problem(
        .methodNotAllowed, "This path takes \(Self.allowed(found.map(\.route))).",
        headers: [("allow", Self.allowed(found.map(\.route)))])
    }
    return (match.route, match.values)
  }

  /// The methods that a path takes, as `Allow` lists them; nil when no route answers it.
  func methods(_ path: String) -> String? {
    let found = matches(path)
    return found.isEmpty ? nil : Self.allowed(found.map(\.route))
  }

  private func matches(_ path: String) -> [(route: Route, values: [String: String])] {
    var best = 0
    var found: [(route: Route, values: [String: String])] = []
    func look(_ pattern: PathPattern, _ own: [String: String], _ route: Route) {
      guard let values = pattern.match(path) else { return }
      let literalCount = pattern.literalCount
      if literalCount > best {
        best = literalCount
        found = []
      }
      if literalCount == best { found.append((route, values.merging(own) { $1 })) }
    }
    for route in routes {
      look(route.path, [:], route)
      for alias in route.aliases { look(alias.path, alias.values, route) }
    }
    return found
  }

  private static func allowed(_ routes: [Route]) -> String {
    var methods: [String] = []
    for route in routes {
      methods += route.method == "GET" ? ["GET", "HEAD"] : [route.method]
    }
    return (methods + ["OPTIONS"]).joined(separator: ", ")
  }
}

/// A path with places for names, such as `/tables/{table}/rows`.
struct PathPattern: Sendable, ExpressibleByStringLiteral {
  /// The pattern as OpenAPI writes it.
  let text: String

  init(stringLiteral text: String) { self.text = text }
  init(_ text: String) { self.text = text }

  /// How many segments stand as they are; of two patterns that match, the one with more is meant.
  var literalCount: Int { text.split(separator: "/").count { !Self.isPlace($0) } }

  /// What stands in the pattern's places, or nil when the path is another.
  ///
  /// A slash at the path's end counts for nothing.
  func match(_ path: String) -> [String: String]? {
    guard agrees(with: path) else { return nil }
    var values: [String: String] = [:]
    for (part, segment) in zip(path.split(separator: "/"), text.split(separator: "/"))
    where Self.isPlace(segment) {
      values[String(segment.dropFirst().dropLast())] = String(part)
    }
    return values
  }

  // Every call is held against all patterns, and most are those of other paths: so this compares bytes
  // and takes no memory.
  private func agrees(with path: String) -> Bool {
    let pattern = text.utf8.span
    let path = path.utf8.span
    let slash = UInt8(ascii: "/")
    let end = path.count > 1 && path[path.count - 1] == slash ? path.count - 1 : path.count
    var (index, place) = (0, 0)
    while index < end, place < pattern.count {
      guard pattern[place] == UInt8(ascii: "{") else {
        guard path[index] == pattern[place] else { return false }
        (index, place) = (index + 1, place + 1)
        continue
      }
      guard path[index] != slash else { return false }
      while index < end, path[index] != slash { index += 1 }
      while place < pattern.count, pattern[place] != slash { place += 1 }
    }
    return index == end && place == pattern.count
  }

  private static func isPlace(_ segment: Substring) -> Bool {
    segment.utf8.first == UInt8(ascii: "{")
  }
}
