import API
package import JSON
import LambdaEvents
package import LambdaRuntime

/// Calls of `api`, each by a handler of its own.
package enum APIRig {
  /// Calls the handler with an HTTP API event and gives the gateway's envelope.
  package static func call(
    _ path: String, query: String = "", method: String = "GET", accept: String = "*/*",
    variables: EnvironmentVariables, authorizer: String = "", timeout: Duration = .seconds(20)
  ) throws -> (status: Int, headers: JSONValue, body: String) {
    let event = """
      {"version":"2.0","routeKey":"$default","rawPath":"\(path)","rawQueryString":"\(query)",
      "headers":{"accept":"\(accept)"},"requestContext":{"http":{"method":"\(method)",
      "path":"\(path)"},"stage":"$default","requestId":"r"\(authorizer)},"isBase64Encoded":false}
      """
    return try send(event, variables: variables, timeout: timeout)
  }

  /// Hands an event to the handler and gives the gateway's envelope.
  package static func send(
    _ event: String, variables: EnvironmentVariables, timeout: Duration = .seconds(20)
  ) throws -> (status: Int, headers: JSONValue, body: String) {
    var handler = try APIHandler(variables: variables)
    let context = InvocationContext(requestID: "r", deadline: .after(timeout))
    let request = try JSON.decode(APIRequest.self, from: Array(event.utf8))
    let answer = handler.answer(request, context: context)
    let envelope = try JSON.decode(JSONValue.self, from: answer)
    guard case .integer(let status)? = envelope["statusCode"] else { return (0, .null, "") }
    return (Int(status), envelope["headers"] ?? .null, envelope["body"]?.string ?? "")
  }

  /// A loader whose API anyone may read.
  package static func loader(_ more: [String: String] = [:]) throws -> LoaderRig {
    try LoaderRig(["API_ACCESS": "open-reads"].merging(more) { _, new in new })
  }
}
