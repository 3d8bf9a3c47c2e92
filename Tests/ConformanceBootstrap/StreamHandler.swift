internal import LambdaRuntime

/// Streams pieces of text, as an HTTP answer or not, to the end or not.
struct StreamHandler: StreamingLambdaHandler {
  struct Event: Decodable {
    let pieces: Int
    var pieceSize: Int?
    var isHTTP: Bool?
    var failure: String?
    var text: String?
    var count: Int?
  }

  mutating func handle(
    _ event: Event, context: InvocationContext, response: inout ResponseStream
  ) throws {
    if event.isHTTP == true {
      try response.setHTTP(
        status: 201, headers: ["Content-Type": "text/csv"], cookies: ["a=1", "b=2"])
    } else {
      try response.setContentType("text/csv")
    }
    for number in 0..<event.pieces {
      try response.write(
        event.pieceSize.map { String(repeating: "x", count: $0) } ?? "piece \(number)\n")
    }
    guard let name = event.failure else { return }
    let text = event.text ?? SuiteFailure.unpleasant.message
    throw SuiteFailure(
      errorType: name, message: String(repeating: text, count: event.count ?? 1))
  }
}
