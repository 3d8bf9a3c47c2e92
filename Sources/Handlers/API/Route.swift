internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres

/// One path of the API and what answers it.
struct Route {
  typealias Answer = (
    _ request: APIRequest, _ package: DataPackage, _ connection: inout PostgresConnection
  ) throws -> APIResponse

  let method: String
  let paths: [String]
  /// Whether the route answers without authorization.
  var isOpen = false
  let answer: Answer

  /// Every route, in the order of the documentation.
  static var all: [Route] {
    [
      Route(
        method: "GET", paths: ["/read/first-chunk", "/read/first-chunck"],
        answer: FirstChunk.answer),
      Route(method: "GET", paths: ["/metrics/hires", "/qtrlyhired"], answer: Metrics.hires),
      Route(
        method: "GET", paths: ["/metrics/departments", "/hired2021"], answer: Metrics.departments),
      Route(method: "GET", paths: ["/health"], isOpen: true, answer: Health.answer),
    ]
  }

  /// Finds the route of a request; HEAD is taken for GET, whose answer the gateway cuts.
  static func find(_ request: APIRequest) throws -> Route {
    var path = try request.path
    if path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    let routes = all.filter { $0.paths.contains(path) }
    guard !routes.isEmpty else {
      let known = all.compactMap(\.paths.first).joined(separator: ", ")
      throw Problem(.unknownRoute, "No route answers this path; known are \(known).")
    }
    let method = request.method == "HEAD" ? "GET" : request.method
    guard let route = routes.first(where: { $0.method == method }) else {
      let allowed = routes.map { $0.method == "GET" ? "GET, HEAD" : $0.method }
        .joined(separator: ", ")
      throw Problem(
        .methodNotAllowed, "This path takes \(allowed).", headers: [("allow", allowed)])
    }
    return route
  }
}
