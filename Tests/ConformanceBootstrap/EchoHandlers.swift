internal import JSON
internal import LambdaRuntime

/// Answers the bytes of the event.
struct EchoHandler: RawLambdaHandler {
  init() {}

  init(failing error: SuiteFailure) throws {
    throw error
  }

  init(index: Int) {}

  mutating func handle(_ event: Span<UInt8>, context: InvocationContext) -> [UInt8] {
    unsafe event.withUnsafeBufferPointer { unsafe Array($0) }
  }
}

/// Answers the value of the event, decoded and encoded.
struct TypedEchoHandler: LambdaHandler {
  mutating func handle(_ event: JSONValue, context: InvocationContext) -> JSONValue { event }
}

/// Answers as many bytes as the event says: a JSON string of nothing but `x`.
struct SizedReplyHandler: RawLambdaHandler {
  private struct Event: Decodable {
    let size: Int
  }

  mutating func handle(_ event: Span<UInt8>, context: InvocationContext) throws -> [UInt8] {
    var reply = [UInt8](
      repeating: UInt8(ascii: "x"), count: try JSON.decode(Event.self, from: event).size)
    reply[0] = UInt8(ascii: "\"")
    reply[reply.count - 1] = UInt8(ascii: "\"")
    return reply
  }
}
