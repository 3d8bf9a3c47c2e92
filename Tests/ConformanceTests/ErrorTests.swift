import JSON
import TestSupport
import Testing

/// What a failing handler, or none, leads to under the emulator's classic mode.
@Suite(.enabled(if: RIE.executable != nil, "\(Program.needsRIE)"))
struct ErrorTests {
  @Test func `fault 4: quotes, newlines and NUL in an error's text arrive as they are`() throws {
    let rie = try RIE(running: Program.conformance, handler: "commands")
    let error = try ErrorBody(rie.invoke(#"{"action":"fail","name":"BadCsv"}"#).body)
    #expect(error.errorType == "Function.BadCsv")
    #expect(error.errorMessage == unpleasantMessage)
    #expect(error.stackTrace.isEmpty)
    #expect(try rie.invoke(#"{"action":"invocations"}"#).text == "2")
  }

  @Test func `fault 4: an error's text of a megabyte is cut and stays JSON`() throws {
    let rie = try RIE(running: Program.conformance, handler: "commands")
    for text in [#"quote \" and\n"#, "🛶é"] {
      let event = #"{"action":"fail","name":"Long","text":"\#(text)","count":100000}"#
      let answer = try rie.invoke(event)
      let error = try ErrorBody(answer.body)
      #expect(answer.body.count < 65536)
      #expect(error.errorType == "Function.Long")
      #expect(error.errorMessage.utf8.count > 1000)
    }
    #expect(try rie.invoke(#"{"action":"invocations"}"#).text == "3")
  }

  @Test func `what an unknown error holds is neither answered nor logged`() throws {
    let rie = try RIE(running: Program.conformance, handler: "commands")
    let answer = try rie.invoke(#"{"action":"fail"}"#)
    #expect(try ErrorBody(answer.body).errorType == "Function.Unhandled")
    #expect(!answer.text.contains("canary"))
    #expect(!rie.log.contains("canary"))
  }

  @Test(arguments: ["crash", "overflow"])
  func `fault 6: a crash names the invocation and the next environment works`(
    action: String
  ) throws {
    let rie = try RIE(running: Program.conformance, handler: "commands")
    _ = try rie.invoke(#"{"action":"invocations"}"#)
    let answer = try rie.invoke(#"{"action":"\#(action)"}"#)
    #expect(answer.status == 502)
    #expect(answer.text.contains("Runtime.ExitError"))
    let start = try #require(
      rie.log.split(separator: "\n").last { $0.hasPrefix("START RequestId: ") })
    let id = start.split(separator: " ")[2]
    #expect(rie.log.split(separator: "\n").contains { $0.contains(id) && $0.contains("SIG") })
    let next = try rie.invoke(#"{"action":"invocations"}"#)
    #expect(next.status == 200)
    #expect(next.text == "1")
  }

  @Test func `fault 7: why there is no handler is what the caller gets`() throws {
    let rie = try RIE(running: Program.conformance, handler: "init-fails")
    for _ in 1...2 {
      let answer = try rie.invoke("{}")
      #expect(answer.status == 502)
      let error = try ErrorBody(answer.body)
      #expect(error.errorType == "Function.BadCsv")
      #expect(error.errorMessage == unpleasantMessage)
    }
  }

  @Test func `fault 7: a missing setting is named, and setting it is enough`() throws {
    let without = try RIE(running: Program.conformance, handler: "needs-setting")
    let answer = try without.invoke("{}")
    #expect(answer.status == 502)
    let error = try ErrorBody(answer.body)
    #expect(error.errorMessage.contains("SUITE_SETTING"))
    #expect(error.errorMessage.contains("a text the suite sets"))
    let with = try RIE(
      running: Program.conformance, handler: "needs-setting", variables: ["SUITE_SETTING": "x"])
    #expect(try with.invoke("{}").text == "{}")
  }

  @Test func `fault 7: an unknown handler is told the known ones`() throws {
    let rie = try RIE(running: Program.conformance, handler: "nonesuch")
    let answer = try rie.invoke("{}")
    #expect(answer.status == 502)
    let error = try ErrorBody(answer.body)
    for name in ["_HANDLER", "echo", "commands", "stream", "init-fails"] {
      #expect(error.errorMessage.contains(name))
    }
  }

  @Test func `a crash before the first invocation is an exit error`() throws {
    let rie = try RIE(running: Program.conformance, handler: "init-crashes")
    let answer = try rie.invoke("{}")
    #expect(answer.status == 502)
    #expect(rie.logs("Runtime.ExitError"))
  }

  @Test func `fault 8: a handler that takes too long is ended, and the next one works`() throws {
    // The limit counts from before the program is started, so on a busy machine the next invocation
    // may need more than a second as well.
    var next = ""
    for limit in [1, 5, 30] {
      let rie = try RIE(
        running: Program.conformance, handler: "commands", timeoutSeconds: limit)
      let answer = try rie.invoke(#"{"action":"sleep","milliseconds":60000}"#)
      #expect(answer.text.contains("Task timed out after \(limit).00 seconds"))
      next = try rie.invoke(#"{"action":"invocations"}"#).text
      guard next.contains("Task timed out") else { break }
    }
    #expect(next == "1")
  }

  @Test func `an error before the first piece of a stream is an error in full`() throws {
    let rie = try RIE(running: Program.conformance, handler: "stream")
    let answer = try rie.invoke(#"{"pieces":0,"failure":"NoRows"}"#)
    #expect(try ErrorBody(answer.body).errorType == "Function.NoRows")
    #expect(try rie.invoke(#"{"pieces":1}"#).text == "piece 0\n")
  }
}
