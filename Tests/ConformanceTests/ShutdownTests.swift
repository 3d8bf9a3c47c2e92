import Glibc
import TestSupport
import Testing

/// The end of an environment: SIGTERM must lead to a clean exit within 300 ms.
@Suite struct ShutdownTests {
  private static let limit = Duration.milliseconds(300)

  private func start(
    _ api: EventScript, _ variables: [String: String] = ["SLUICE_GRACEFUL_SHUTDOWN": "1"]
  ) throws -> ChildProcess {
    var variables = variables
    variables["AWS_LAMBDA_RUNTIME_API"] = api.address
    variables["_HANDLER"] = "commands"
    return try ChildProcess(Program.conformance, variables: variables)
  }

  /// Ends a process and says how long that took; it has to exit with status 0.
  private func terminate(_ process: ChildProcess) -> Duration {
    let start = ContinuousClock.now
    process.send(SIGTERM)
    #expect(process.wait() == .exited(0))
    return start.duration(to: .now)
  }

  @Test func `fault 10: SIGTERM ends an idle environment within 300 ms`() throws {
    let duration = try Patience.shortest(within: Self.limit) {
      let api = try EventScript([#"{"action":"invocations"}"#])
      let process = try start(api)
      #expect(api.waitUntilIdle())
      let duration = terminate(process)
      #expect(api.answers.map(\.text) == ["1"])
      return duration
    }
    #expect(duration < Self.limit)
  }

  @Test func `fault 10: SIGTERM lets an invocation put its work away, within 300 ms`() throws {
    let duration = try Patience.shortest(within: Self.limit) {
      let api = try EventScript([#"{"action":"wait-for-shutdown"}"#])
      let process = try start(api)
      #expect(process.writes("waiting for the shutdown"))
      let duration = terminate(process)
      // Cut off after the time, it may not have got so far.
      guard duration < Self.limit else { return duration }
      #expect(process.output.contains("the work is put away"))
      #expect(api.answers.map(\.text) == ["null"])
      return duration
    }
    #expect(duration < Self.limit)
  }

  @Test func `fault 10: SIGTERM ends an invocation that does not look, within 300 ms`() throws {
    let duration = try Patience.shortest(within: Self.limit) {
      let api = try EventScript([#"{"action":"sleep","milliseconds":60000}"#])
      let process = try start(api)
      #expect(api.waitUntilAsked(1))
      return terminate(process)
    }
    #expect(duration < Self.limit)
  }

  @Test func `the signal is asked for by an extension without events`() throws {
    let api = try EventScript([])
    let process = try start(api)
    #expect(api.stub.wait(for: 1, to: "/extension/event/next"))
    let register = try #require(api.stub.posts.first)
    #expect(register.path == "/2020-01-01/extension/register")
    #expect(register.header("lambda-extension-name") == "sluice")
    #expect(register.text == #"{"events":[]}"#)
    #expect(process.wait(.zero) == nil)
  }

  @Test func `without the extension SIGTERM takes its usual course`() throws {
    let api = try EventScript([])
    let process = try start(api, [:])
    #expect(api.waitUntilIdle())
    process.send(SIGTERM)
    #expect(process.wait() == .signalled(SIGTERM))
    #expect(!api.stub.requests.contains { $0.path.contains("/extension/") })
  }

  @Test(.enabled(if: RIE.executable != nil, "\(Program.needsRIE)"), arguments: [true, false])
  func `fault 10: the emulator's shutdown reaches the handler`(isIdle: Bool) throws {
    // The emulator kills what has not ended in its time.
    let hasEnded = try Patience.once {
      let rie = try RIE(
        running: Program.conformance, handler: "commands",
        variables: ["SLUICE_GRACEFUL_SHUTDOWN": "1"])
      _ = try rie.invoke(#"{"action":"invocations"}"#)
      if isIdle {
        rie.send(SIGTERM)
        #expect(rie.wait() != nil)
      } else {
        let call = try rie.begin(#"{"action":"wait-for-shutdown"}"#)
        #expect(rie.logs("waiting for the shutdown"))
        rie.send(SIGTERM)
        #expect(rie.wait() != nil)
        _ = try? call.answer()
        guard rie.log.contains("the work is put away") else { return false }
      }
      return !rie.log.contains("SIGKILL to runtime")
    }
    #expect(hasEnded)
  }
}
