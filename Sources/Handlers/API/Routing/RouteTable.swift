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
      Health.routes, DocumentRoute.routes, Pages.routes,
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
