import Glibc
import TestSupport
import Testing

@Suite struct ProcessTests {
  private func variables(
    _ stub: RuntimeAPIStub, _ more: [String: String] = [:]
  ) -> [String: String] {
    var all = ["AWS_LAMBDA_RUNTIME_API": stub.address, "_HANDLER": "function.handler"]
    for (name, value) in more { all[name] = value }
    return all
  }

  @Test func `without a Runtime API the program says how to run it here, and fails`() throws {
    let process = try EchoProcess(["_HANDLER": "function.handler"])
    #expect(process.wait() == 1)
    #expect(process.text.contains("AWS_LAMBDA_RUNTIME_API"))
    #expect(process.text.contains("sluice local"))
  }

  @Test func `fault 2: the process ends with status 1 on a 403`() throws {
    let process = try EchoProcess(variables(try RuntimeAPIStub(next: [.invocation()])))
    #expect(process.wait() == 1)
  }

  @Test func `fault 1: a process that was stopped in its wait goes on with the same one`() throws {
    let stub = try RuntimeAPIStub(next: [.after(milliseconds: 600, .invocation("thawed"))])
    let process = try EchoProcess(variables(stub))
    try #require(stub.connectionCount > 0 || stub.wait(for: 0, to: "/next"))
    usleep(200_000)
    process.send(SIGSTOP)
    usleep(800_000)
    process.send(SIGCONT)
    #expect(process.wait() == 1)
    #expect(stub.posts.map(\.route) == ["thawed/response"])
    #expect(stub.connectionCount == 1)
  }

  @Test func `fault 45: proxies in the environment are not asked`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation()])
    let proxy = try RuntimeAPIStub()
    var proxies: [String: String] = [:]
    for name in [
      "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy",
    ] {
      proxies[name] = "http://\(proxy.address)"
    }
    let process = try EchoProcess(variables(stub, proxies))
    #expect(process.wait() == 1)
    #expect(stub.posts.count == 1)
    #expect(proxy.connectionCount == 0)
  }

  @Test func `fault 10: an idle process ends with status 0 soon after SIGTERM`() throws {
    let stub = try RuntimeAPIStub(next: [.hold])
    let process = try EchoProcess(variables(stub, ["SLUICE_GRACEFUL_SHUTDOWN": "1"]))
    try #require(stub.wait(for: 1, to: "/extension/register"))
    usleep(300_000)
    let clock = ContinuousClock()
    var status: Int32?
    let duration = clock.measure {
      process.send(SIGTERM)
      status = process.wait()
    }
    #expect(status == 0)
    #expect(duration < .milliseconds(300))
    let register = try #require(stub.posts.first)
    #expect(register.path == "/2020-01-01/extension/register")
    #expect(register.header("lambda-extension-name") == "sluice")
    #expect(register.text == #"{"events":[]}"#)
    stub.stop()
  }

  @Test func `fault 10: a process in the midst of an invocation ends with status 0 all the same`()
    throws
  {
    let stub = try RuntimeAPIStub(next: [.invocation()], posts: [.hold])
    let process = try EchoProcess(variables(stub, ["SLUICE_GRACEFUL_SHUTDOWN": "1"]))
    try #require(stub.wait(for: 1, to: "/register"))
    try #require(stub.wait(for: 1, to: "/next"))
    usleep(300_000)
    let clock = ContinuousClock()
    var status: Int32?
    let duration = clock.measure {
      process.send(SIGTERM)
      status = process.wait()
    }
    #expect(status == 0)
    #expect(duration < .milliseconds(300))
    stub.stop()
  }

  @Test func `fault 6: a process that is killed by a fault names the invocation`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation("crashing", event: #"{"size":9999999999999}"#)]
    )
    let process = try EchoProcess(variables(stub))
    let status = try #require(process.wait())
    #expect(status < 0)
    #expect(process.text.contains("FATAL crashing the process crashed with SIG"))
  }
}
