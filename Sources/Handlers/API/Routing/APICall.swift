internal import JSON
internal import LambdaEvents
internal import LambdaRuntime

/// One HTTP call on its way to its route's answer.
struct APICall: Sendable {
  let request: APIRequest
  let route: Route
  let arguments: Arguments
  let clearance: Clearance
  let context: InvocationContext

  /// The body as JSON of a type's shape.
  func json<T: Decodable>(as shape: T.Type) throws -> T {
    try requireJSON()
    let body = try request.body
    guard !body.isEmpty else {
      throw Problem(.badRequest, "The body is empty; expected JSON.")
    }
    do {
      return try JSON.decode(shape, from: body)
    } catch {
      throw Problem(.badRequest, "The body is not readable as JSON: \(error)")
    }
  }

  /// Refuses a body that says it is anything but JSON.
  func requireJSON() throws(Problem) {
    let type = request.headers["content-type"]?.split(separator: ";").first?
      .filter { $0 != " " }.lowercased()
    guard type == nil || type == "application/json" || type?.hasSuffix("+json") == true else {
      throw Problem(.unsupportedMediaType, "The body must be application/json.")
    }
  }
}
