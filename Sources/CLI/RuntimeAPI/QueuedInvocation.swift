import JSON
import System

/// An event on its way through a handler.
package struct QueuedInvocation: Sendable {
  package var requestID: String
  package var event: [UInt8]
  package var traceID: String
  /// JSON text, as the runtime sees it; the invoker's header holds it in base64.
  package var clientContext: String?

  package init(event: [UInt8], clientContext: String? = nil) {
    requestID = RandomID.uuid()
    traceID = RandomID.traceID()
    self.event = event
    self.clientContext = clientContext
  }
}

/// What became of an invocation.
package enum InvocationResult: Sendable {
  case response(InvocationResponse)
  case failure(InvocationFailure)
}

/// A handler's answer.
package struct InvocationResponse: Sendable {
  package var contentType: String
  package var body: [UInt8]
  /// The handler streamed it; a prelude may then stand before the body.
  package var isStreamed = false

  package init(contentType: String, body: [UInt8], isStreamed: Bool = false) {
    self.contentType = contentType
    self.body = body
    self.isStreamed = isStreamed
  }
}

/// A function error: what Lambda marks with `X-Amz-Function-Error`.
package struct InvocationFailure: Sendable {
  /// For example `Function.BadEvent`, `Sandbox.Timedout`, `Runtime.ExitError`.
  package var type: String
  /// JSON with `errorMessage` and `errorType`.
  package var body: [UInt8]

  package init(type: String, body: [UInt8]) {
    self.type = type
    self.body = body
  }

  /// The stack was stopped before the invocation had its turn or its end.
  static let stoppedType = "Service.Stopped"

  /// A failure that the service itself reports, in the words Lambda uses.
  init(type: String, message: String) {
    var json = JSONWriter()
    json.beginObject()
    json.member("errorType", type)
    json.member("errorMessage", message)
    json.endObject()
    self.init(type: type, body: json.bytes)
  }

  /// The failure in one line.
  var line: String {
    let body = try? JSON.decode(JSONValue.self, from: body)
    guard let message = body?["errorMessage"]?.string else { return type }
    return "\(type): \(message)"
  }
}

/// Random names in the forms AWS uses.
package enum RandomID {
  package static func uuid() -> String {
    let high = UInt64.random(in: 0 ... .max) & 0xffff_ffff_ffff_0fff | 0x4000
    let low = UInt64.random(in: 0 ... .max) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    let digits = Array(hex(high, 16) + hex(low, 16))
    return [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
      .map { String($0) }.joined(separator: "-")
  }

  static func traceID() -> String {
    let seconds = UInt64(clamping: WallClock.now.seconds)
    let rest = hex(.random(in: 0 ... .max), 16) + hex(.random(in: 0...0xffff_ffff), 8)
    return "Root=1-\(hex(seconds, 8))-\(rest);Parent=\(hex(.random(in: 0 ... .max), 16));Sampled=0"
  }

  static func hex(_ value: UInt64, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
