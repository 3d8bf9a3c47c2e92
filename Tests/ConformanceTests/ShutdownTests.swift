import Glibc
import TestSupport
import Testing

/// The end of an environment: SIGTERM must lead to a clean exit within 300 ms.
@Suite struct ShutdownTests {
  private let graceful = ["SLUICE_GRACEFUL_SHUTDOWN": "1"]

  private func start(_ api: EventScript, _ variables: [String: String]) throws -> ChildProcess {
    var variables = variables
    variables["AWS_LAMBDA_RUNTIME_API"] = api.address
    variables["_HANDLER"] = "commands"
    return try ChildProcess(Program.conformance, variables: variables)
  }

  private func terminate(_ process: ChildProcess) -> (ChildProcess.Ending?, Duration) {
    let start = ContinuousClock.now
    process.send(SIGTERM)
    let ending = process.wait(.seconds(10))
    return (ending, start.duration(to: .now))
  }

  @Test func `fault 10: SIGTERM ends an idle environment within 300 ms`() throws {
    let api = try EventScript([#"{"action":"invocations"}"#])
    let process = try start(api, graceful)
    #expect(api.waitUntilIdle())
    let (ending, duration) = terminate(process)
    #expect(ending == .exited(0))
    #expect(duration < .milliseconds(300))
    #expect(api.answers.map(\.text) == ["1"])
  }

  @Test func `fault 10: SIGTERM lets an invocation put its work away, within 300 ms`() throws {
    let api = try EventScript([#"{"action":"wait-for-shutdown"}"#])
    let process = try start(api, graceful)
    #expect(waitForOutput(process, "waiting for the shutdown"))
    let (ending, duration) = terminate(process)
    #expect(ending == .exited(0))
    #expect(duration < .milliseconds(300))
    #expect(process.output.contains("the work is put away"))
    #expect(api.answers.map(\.text) == ["null"])
  }

  @Test func `fault 10: SIGTERM ends an invocation that does not look, within 300 ms`() throws {
    let api = try EventScript([#"{"action":"sleep","milliseconds":60000}"#])
    let process = try start(api, graceful)
    #expect(api.waitUntilAsked(1))
    let (ending, duration) = terminate(process)
    #expect(ending == .exited(0))
    #expect(duration < .milliseconds(300))
  }

  @Test func `without the extension SIGTERM takes its usual course`() throws {
    let api = try EventScript([])
    let process = try start(api, [:])
    #expect(api.waitUntilIdle())
    let (ending, _) = terminate(process)
    #expect(ending == .signalled(SIGTERM))
  }

  @Test(.enabled(if: RIE.executable != nil, "\(Program.needsRIE)"), arguments: [true, false])
  func `fault 10: the emulator's shutdown reaches the handler`(isIdle: Bool) throws {
    let rie = try RIE(running: Program.conformance, handler: "commands", variables: graceful)
    _ = try rie.invoke(#"{"action":"invocations"}"#)
    if isIdle {
      rie.send(SIGTERM)
    } else {
      let call = try rie.begin(#"{"action":"wait-for-shutdown"}"#)
      #expect(rie.logs("waiting for the shutdown"))
      rie.send(SIGTERM)
      #expect(rie.logs("the work is put away"))
      _ = try? call.answer()
    }
    #expect(rie.wait(.seconds(10)) != nil)
    #expect(!rie.log.contains("SIGKILL to runtime"))
  }

  private func waitForOutput(_ process: ChildProcess, _ text: String) -> Bool {
    for _ in 0..<5000 {
      if process.output.contains(text) { return true }
      usleep(2000)
    }
    return false
  }
}
