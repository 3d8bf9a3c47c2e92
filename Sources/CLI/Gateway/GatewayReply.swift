import HTTP
import JSON

/// Turns what a function answered into the HTTP response the gateway would send.
package enum GatewayReply {
  package static func response(to result: InvocationResult) -> ServerResponse {
    switch result {
    case .failure(let failure):
      return failed(with: failure)
    case .response(let response):
      if response.isStreamed { return streamed(response) }
      return buffered(response.body)
    }
  }

  /// The gateway tells its client nothing of the error; the header is for whoever runs the stack.
  private static func failed(with failure: InvocationFailure) -> ServerResponse {
    var answer =
      failure.type == "Sandbox.Timedout"
      ? ServerResponse.json(504, #"{"message":"Endpoint request timed out"}"#)
      : ServerResponse.json(502, #"{"message":"Internal server error"}"#)
    answer.headers.append("X-Amz-Function-Error", failure.type)
    return answer
  }

  private static func malformed(_ what: String) -> ServerResponse {
    failed(with: InvocationFailure(type: "Gateway.MalformedReply", message: what))
  }

  /// Payload format 2.0: an object with `statusCode`, or any other JSON as the body itself.
  private static func buffered(_ body: [UInt8]) -> ServerResponse {
    guard let value = try? JSON.decode(JSONValue.self, from: body) else {
      return malformed("the function's answer is not JSON")
    }
    guard value["statusCode"] != nil else {
      return .json(200, body)
    }
    return structured(value, body: nil)
  }

  /// A streamed answer may begin with a JSON prelude and eight zero bytes.
  private static func streamed(_ response: InvocationResponse) -> ServerResponse {
    guard response.contentType == "application/vnd.awslambda.http-integration-response" else {
      return ServerResponse(
        200, headers: ["Content-Type": response.contentType], body: response.body)
    }
    let separator = [UInt8](repeating: 0, count: 8)
    guard let end = response.body.firstRange(of: separator),
      let prelude = try? JSON.decode(
        JSONValue.self, from: Array(response.body[..<end.lowerBound]))
    else { return malformed("the stream has no valid prelude") }
    return structured(prelude, body: Array(response.body[end.upperBound...]))
  }

  private static func structured(_ value: JSONValue, body streamed: [UInt8]?) -> ServerResponse {
    guard let status = status(value["statusCode"]), (200...599).contains(status) else {
      return malformed("statusCode is not an HTTP status")
    }
    var answer = ServerResponse(status)
    if case .object(let headers) = value["headers"] {
      for (name, value) in headers.sorted(by: { $0.key < $1.key }) where !isOwn(name) {
        guard let text = text(of: value) else { return malformed("a header is not a string") }
        answer.headers.append(name, text)
      }
    }
    if case .array(let cookies) = value["cookies"] {
      for case .string(let cookie) in cookies { answer.headers.append("Set-Cookie", cookie) }
    }
    if let streamed {
      answer.body = streamed
    } else if case .string(let text) = value["body"] {
      guard value["isBase64Encoded"] == .bool(true) else {
        answer.body = Array(text.utf8)
        return completed(answer)
      }
      guard let bytes = Base64.decode(Array(text.utf8)) else {
        return malformed("body is not base64")
      }
      answer.body = bytes
    }
    return completed(answer)
  }

  private static func completed(_ answer: ServerResponse) -> ServerResponse {
    var answer = answer
    if answer.status == 204 || answer.status == 304 { answer.body = [] }
    if answer.headers["Content-Type"] == nil, !answer.body.isEmpty {
      answer.headers.append("Content-Type", "text/plain; charset=utf-8")
    }
    return answer
  }

  private static func status(_ value: JSONValue?) -> Int? {
    switch value {
    case .integer(let status): Int(exactly: status)
    case .string(let text): Int(text)
    default: nil
    }
  }

  private static func text(of value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    case .number(let number): "\(number)"
    case .bool(let flag): String(flag)
    default: nil
    }
  }

  /// Headers that belong to the connection, not to the function.
  private static func isOwn(_ name: String) -> Bool {
    ["content-length", "connection", "transfer-encoding", "keep-alive"]
      .contains(name.lowercased())
  }
}
