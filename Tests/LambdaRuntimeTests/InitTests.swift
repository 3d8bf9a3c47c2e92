import LambdaRuntime
import TestSupport
import Testing

@Suite struct InitTests {
  @Test func `an unknown handler is an init error that lists the known ones`() throws {
    let run = RuntimeRun(
      try RuntimeAPIStub(next: [.invocation()]), variables: ["_HANDLER": "canary"]
    ) { registry in
      for name: HandlerName in ["csv-load", "api"] {
        registry.register(name) { _ in RawClosure { event, _ in event } }
      }
    }
    #expect(run.status == 1)
    #expect(run.stub.requests.map(\.path) == ["/2018-06-01/runtime/init/error"])
    let post = try #require(run.posts.first)
    #expect(post.header("lambda-runtime-function-error-type") == "Function.InvalidSetting")
    #expect(
      try post.error().errorMessage
        == "The variable _HANDLER should hold the name of a handler, one of: csv-load, api.")
  }

  @Test func `fault 7: a handler that cannot be made is an init error and status 1`() throws {
    let run = RuntimeRun(
      try RuntimeAPIStub(next: [.invocation()]), variables: ["DATABASE_URL": ""]
    ) { registry in
      registry.register("test") { variables in
        _ = try variables.require("DATABASE_URL", "the URL of a PostgreSQL database")
        return RawClosure { event, _ in event }
      }
    }
    #expect(run.status == 1)
    #expect(run.stub.requests.count == 1)
    let post = try #require(run.posts.first)
    #expect(post.path == "/2018-06-01/runtime/init/error")
    #expect(try post.error().errorMessage.contains("DATABASE_URL"))
    #expect(run.logs.text.contains("FATAL"))
  }

  @Test(arguments: [
    "", "127.0.0.1", "http://127.0.0.1:80", "127.0.0.1:0", "127.0.0.1:99999", ":80",
    "::1:80", "a b:80", "[::1]",
  ])
  func `an address that is none is explained`(address: String) throws {
    var registry = HandlerRegistry()
    registry.register("test") { _ in RawClosure { event, _ in event } }
    let logs = LogCapture()
    let variables = EnvironmentVariables([
      "AWS_LAMBDA_RUNTIME_API": address, "_HANDLER": "test",
    ])
    #expect(registry.run(variables, log: logs.log) == 1)
    #expect(logs.text.contains("AWS_LAMBDA_RUNTIME_API should hold"))
    #expect(!address.isEmpty || logs.text.contains("sluice local"))
  }

  @Test(arguments: ["0", "-1", "many", "100000"])
  func `a concurrency that is none is explained`(text: String) throws {
    let run = RuntimeRun(
      echoing: try RuntimeAPIStub(), variables: ["AWS_LAMBDA_MAX_CONCURRENCY": text])
    #expect(run.status == 1)
    #expect(run.logs.text.contains("AWS_LAMBDA_MAX_CONCURRENCY should hold a number"))
  }

  @Test func `a host may be a name`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation()])
    let run = RuntimeRun(
      echoing: stub, variables: ["AWS_LAMBDA_RUNTIME_API": "localhost:\(stub.port)"])
    #expect(run.posts.count == 1)
  }
}
