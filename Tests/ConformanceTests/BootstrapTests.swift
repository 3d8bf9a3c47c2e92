import Glibc
import JSON
import TestSupport
import Testing

/// What is deployed, under the emulator's classic mode.
@Suite(.enabled(if: RIE.executable != nil, "\(Program.needsRIE)"))
struct BootstrapTests {
  private func start(_ handler: String, _ variables: [String: String] = [:]) throws -> RIE {
    var variables = variables
    variables["SLUICE_DATAPACKAGE"] = Program.dataPackage
    variables["AWS_REGION"] = "us-east-1"
    return try RIE(running: Program.bootstrap, handler: handler, variables: variables)
  }

  @Test(arguments: ["api", "csv-load"])
  func `fault 7: without a database the init error says what to set`(handler: String) throws {
    let answer = try start(handler).invoke("{}")
    #expect(answer.status == 502)
    let error = try ErrorBody(answer.body)
    #expect(error.errorMessage.contains("DATABASE_URL"))
    #expect(error.errorMessage.contains("postgresql://"))
    #expect(error.errorType.hasPrefix("Function."))
  }

  @Test func `fault 7: a wrong database address is explained without its password`() throws {
    let rie = try start("api", ["DATABASE_URL": "mysql://me:canary-4711@example.org/db"])
    let answer = try rie.invoke("{}")
    #expect(answer.status == 502)
    #expect(try ErrorBody(answer.body).errorMessage.contains("DATABASE_URL"))
    #expect(!answer.text.contains("canary"))
    #expect(!rie.log.contains("canary"))
  }

  @Test(arguments: ["", "nonesuch", "API"])
  func `fault 7: an unknown handler is told the known ones`(handler: String) throws {
    let answer = try start(handler).invoke("{}")
    #expect(answer.status == 502)
    let error = try ErrorBody(answer.body)
    #expect(error.errorMessage.contains("_HANDLER"))
    #expect(error.errorMessage.contains("csv-load"))
    #expect(error.errorMessage.contains("api"))
  }

  @Test func `fault 7: a Data Package that is not there is named`() throws {
    let rie = try RIE(
      running: Program.bootstrap, handler: "api",
      variables: ["DATABASE_URL": "postgresql:///x", "SLUICE_DATAPACKAGE": "/nonesuch.json"])
    let answer = try rie.invoke("{}")
    #expect(answer.status == 502)
    #expect(try ErrorBody(answer.body).errorMessage.contains("/nonesuch.json"))
  }

  @Test(arguments: ["{", "[]", "null", #""text""#, #"{"Records":7}"#])
  func `an event of no known shape is an error with a name, and the next one works`(
    event: String
  ) throws {
    for handler in ["api", "csv-load"] {
      let rie = try start(handler, ["DATABASE_URL": "postgresql://me@127.0.0.1:1/db"])
      for _ in 1...2 {
        let answer = try rie.invoke(event)
        #expect(answer.status == 200)
        let error = try ErrorBody(answer.body)
        #expect(error.errorType.hasPrefix("Function."))
        #expect(error.errorMessage.utf8.count > 10)
      }
      #expect(rie.log.split(separator: "INIT START").count == 2)
    }
  }

  @Test(
    .enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"))
  func `fault 10: SIGTERM ends an environment with an open database in good order`() throws {
    let duration = try Patience.shortest(within: .milliseconds(300)) {
      let script = try EventScript([try Program.healthEvent()])
      let process = try ChildProcess(
        Program.bootstrap,
        variables: [
          "AWS_LAMBDA_RUNTIME_API": script.address, "_HANDLER": "api",
          "SLUICE_GRACEFUL_SHUTDOWN": "1", "SLUICE_DATAPACKAGE": Program.dataPackage,
          "DATABASE_URL": Program.databaseURL,
        ])
      #expect(script.waitUntilIdle())
      #expect(script.answers.first?.text.contains("200") == true)
      let start = ContinuousClock.now
      process.send(SIGTERM)
      #expect(process.wait() == .exited(0))
      return start.duration(to: .now)
    }
    #expect(duration < .milliseconds(300))
  }

  @Test(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"))
  func `a Function URL gets its rows, and its problems, as a stream`() throws {
    func event(_ path: String, token: String = "") -> String {
      """
      {"version":"2.0","routeKey":"$default","rawPath":"\(path)","rawQueryString":"",
      "headers":{"accept":"application/x-ndjson"\(token)},"requestContext":{"http":
      {"method":"GET","path":"\(path)"},"domainName":"x.lambda-url.us-east-1.on.aws",
      "stage":"$default","requestId":"r"},"isBase64Encoded":false}
      """
    }
    let script = try EventScript([
      event("/tables/departments/export"),
      event("/tables/departments/export", token: #","authorization":"Bearer x""#),
      event("/health"),
    ])
    let process = try ChildProcess(
      Program.bootstrap,
      variables: [
        "AWS_LAMBDA_RUNTIME_API": script.address, "_HANDLER": "api",
        "API_FUNCTION_URL": "stream", "SLUICE_DATAPACKAGE": Program.dataPackage,
        "DATABASE_URL": Program.databaseURL,
      ])
    #expect(script.waitUntilIdle())
    process.send(SIGTERM)
    let answers = script.answers.map(\.text)
    #expect(answers.count == 3)
    for (answer, status) in zip(answers, ["401", "401", "200"]) {
      #expect(answer.contains("\"statusCode\":\(status)"), "\(answer)")
      #expect(answer.contains("\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"))
    }
  }
}

/// What is deployed, under the emulator's Managed Instances mode.
@Suite(
  .enabled(if: RIE.executable != nil, "\(Program.needsRIE)"),
  .enabled(if: ManagedTask.obstacle == nil, "\(ManagedTask.obstacle ?? "")"),
  ManagedTask(Program.bootstrap, with: [Program.dataPackage]))
struct ManagedBootstrapTests {
  @Test(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"))
  func `fault 13: sixteen calls at once are answered from as many connections`() throws {
    let rie = try RIE(
      .managed(concurrency: 16), running: ManagedTask.executable, handler: "api",
      variables: ["DATABASE_URL": Program.databaseURL])
    let event = try Program.healthEvent()
    for _ in 1...3 {
      let traces = (16..<32).map { "Root=1-5759e988-bd862e3fe1be46a9942727\($0);Sampled=1" }
      for (_, answer) in try InvocationBatch.answers(rie, event, traces: traces) {
        #expect(answer.header("Error-Type") == nil)
        let reply = try JSON.decode([String: JSONValue].self, from: answer.body)
        #expect(reply["statusCode"] == .integer(200), "\(answer.text)")
      }
    }
  }

  @Test func `fault 5: the type of an error reaches the service`() throws {
    let rie = try RIE(
      .managed(concurrency: 2), running: ManagedTask.executable, handler: "csv-load",
      variables: ["DATABASE_URL": "postgresql://me@127.0.0.1:1/db"])
    let answer = try rie.invoke("[]")
    #expect(answer.header("Error-Type")?.hasPrefix("Function.") == true)
    #expect(try ErrorBody(answer.body).errorType == answer.header("Error-Type"))
  }
}
