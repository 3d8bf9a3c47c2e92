import JSON
import TestSupport
import Testing

/// What only the emulator's Managed Instances mode shows: error types, trailers, concurrency.
@Suite(
  .enabled(if: RIE.executable != nil, "\(Program.needsRIE)"),
  .enabled(if: ManagedTask.obstacle == nil, "\(ManagedTask.obstacle ?? "")"),
  ManagedTask(Program.conformance))
struct ManagedModeTests {
  private func start(_ handler: String, concurrency: Int = 4) throws -> RIE {
    try RIE(
      .managed(concurrency: concurrency), running: ManagedTask.executable, handler: handler)
  }

  @Test(arguments: [
    ("BadCsv", "Function.BadCsv"), ("Function.BadCsv", "Function.BadCsv"),
    ("Runtime.Lost", "Runtime.Lost"), ("bad csv 2", "Function.Badcsv"),
    ("", "Function.Unhandled"), ("é", "Function.Unhandled"),
  ])
  func `fault 5: the type of an error reaches the service`(name: String, type: String) throws {
    let rie = try start("commands")
    let answer = try rie.invoke(#"{"action":"fail","name":"\#(name)","text":"a\nb"}"#)
    #expect(answer.header("Error-Type") == type)
    let error = try ErrorBody(answer.body)
    #expect(error.errorType == type)
    #expect(error.errorMessage == "a\nb")
  }

  @Test func `fault 4: an error's text breaks neither headers nor JSON`() throws {
    let rie = try start("commands")
    let answer = try rie.invoke(#"{"action":"fail","name":"BadCsv"}"#)
    #expect(answer.header("Error-Type") == "Function.BadCsv")
    #expect(try ErrorBody(answer.body).errorMessage == unpleasantMessage)
    let long = try rie.invoke(#"{"action":"fail","name":"Long","text":"é\n\"","count":300000}"#)
    #expect(long.header("Error-Type") == "Function.Long")
    #expect(try ErrorBody(long.body).errorMessage.hasPrefix("é\n\"é\n\""))
    #expect(try rie.invoke(#"{"action":"meet"}"#).text == "true")
  }

  @Test func `fault 11: a stream that fails midway ends with the error`() throws {
    let rie = try start("stream")
    let answer = try rie.invoke(#"{"pieces":3,"failure":"LostRows"}"#)
    #expect(answer.header("Error-Type") == "Function.LostRows")
    let error = try ErrorBody(Array(answer.body))
    #expect(error.errorMessage == unpleasantMessage)
    let whole = try rie.invoke(#"{"pieces":2}"#)
    #expect(whole.header("Error-Type") == nil)
    #expect(whole.text == "piece 0\npiece 1\n")
    #expect(whole.header("Lambda-Runtime-Function-Response-Mode") == "streaming")
  }

  @Test func `fault 11: a stream's error with a long text is not lost`() throws {
    let rie = try start("stream")
    let answer = try rie.invoke(
      #"{"pieces":1,"failure":"LostRows","text":"é\n\"","count":100000}"#)
    #expect(answer.header("Error-Type") == "Function.LostRows")
    #expect(try ErrorBody(Array(answer.body)).errorMessage.hasPrefix("é\n\"é\n\""))
    #expect(try rie.invoke(#"{"pieces":1}"#).text == "piece 0\n")
  }

  @Test func `a trace id reaches the handler but not the process's variable`() throws {
    let rie = try start("commands")
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    let reply = try ContextReply(
      rie.invoke(#"{"action":"context"}"#, [("X-Amzn-Trace-Id", trace)]))
    #expect(reply.traceID == trace)
    #expect(reply.traceVariable == nil)
  }

  @Test func `fault 13: sixteen invocations run at once, each with its own context`() throws {
    let rie = try start("commands", concurrency: 16)
    let traces = (16..<32).map { "Root=1-5759e988-bd862e3fe1be46a9942727\($0);Sampled=1" }
    let meeting = try InvocationBatch.answers(
      rie, #"{"action":"meet","count":16}"#, traces: traces)
    for (_, answer) in meeting { #expect(answer.text == "true") }
    var requestIDs: Set<String> = []
    for _ in 1...3 {
      let event = #"{"action":"sleep","milliseconds":50}"#
      for (trace, answer) in try InvocationBatch.answers(rie, event, traces: traces) {
        let reply = try ContextReply(answer)
        #expect(reply.traceID == trace)
        requestIDs.insert(reply.requestID)
      }
    }
    #expect(requestIDs.count == 48)
  }

  @Test func `fault 7: of sixteen workers' init errors the first counts, and the process ends`()
    throws
  {
    let rie = try start("init-fails", concurrency: 16)
    #expect(rie.logs(#"event="exit status 1""#))
    #expect(rie.logs(#"First fatal error stored in appctx" errorType=Function.BadCsv"#))
    #expect(rie.wait() != nil)
  }
}
