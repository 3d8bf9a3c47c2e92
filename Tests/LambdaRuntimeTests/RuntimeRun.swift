import JSON
import LambdaRuntime
import TestSupport

/// A runtime that has run to its end against a stub, with what it logged.
struct RuntimeRun {
  let stub: RuntimeAPIStub
  let status: Int32
  let logs: LogCapture

  var posts: [RuntimeAPIRequest] { stub.posts }

  init(
    _ stub: RuntimeAPIStub, variables: [String: String] = [:],
    register: (inout HandlerRegistry) -> Void
  ) {
    var registry = HandlerRegistry()
    register(&registry)
    let logs = LogCapture()
    var all = ["AWS_LAMBDA_RUNTIME_API": stub.address, "_HANDLER": "test"]
    for (name, value) in variables { all[name] = value }
    status = registry.run(EnvironmentVariables(all), log: logs.log)
    self.stub = stub
    self.logs = logs
    stub.stop()
  }

  /// Runs a handler that is a closure over raw bytes.
  init(
    _ stub: RuntimeAPIStub, variables: [String: String] = [:],
    raw: @escaping @Sendable ([UInt8], InvocationContext) throws -> [UInt8]
  ) {
    self.init(stub, variables: variables) { registry in
      registry.register("test") { _ in RawClosure(body: raw) }
    }
  }

  /// Runs a handler that answers every event with itself.
  init(echoing stub: RuntimeAPIStub, variables: [String: String] = [:]) {
    self.init(stub, variables: variables) { event, _ in event }
  }
}

struct RawClosure: RawLambdaHandler {
  let body: @Sendable ([UInt8], InvocationContext) throws -> [UInt8]

  mutating func handle(_ event: Span<UInt8>, context: InvocationContext) throws -> [UInt8] {
    try body(event.bytes(), context)
  }
}

extension Span<UInt8> {
  func bytes() -> [UInt8] {
    unsafe withUnsafeBufferPointer { unsafe Array($0) }
  }
}

/// An error a handler may throw, with whatever type and message.
struct ScriptedError: FunctionError {
  var errorType = "BadCsv"
  var message = "the file is no CSV"
}

/// The error body the service is given.
struct PostedError: Decodable, Equatable {
  let errorMessage: String
  let errorType: String
  let stackTrace: [String]
}

extension RuntimeAPIRequest {
  /// The id and what was posted for it: `request-1/response`.
  var route: String { path.split(separator: "/").suffix(2).joined(separator: "/") }

  func error() throws -> PostedError {
    try JSON.decode(PostedError.self, from: body)
  }
}
