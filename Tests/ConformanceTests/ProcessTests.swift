import Glibc
import JSON
import TestSupport
import Testing

/// The process itself: its signals, descriptors, memory, output and exit status.
@Suite struct ProcessTests {
  private func start(
    _ address: String, handler: String = "commands", _ others: [String: String] = [:],
    output: ChildProcess.Output = .collected
  ) throws -> ChildProcess {
    var variables = others
    variables["AWS_LAMBDA_RUNTIME_API"] = address
    variables["_HANDLER"] = handler
    return try ChildProcess(Program.conformance, variables: variables, output: output)
  }

  /// A pipe that no program inherits by accident: its end for reading, and that for writing.
  private func makePipe() throws -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  @Test func `fault 1: a frozen environment goes on where it was`() throws {
    let count = #"{"action":"invocations"}"#
    let frozen = Latch()
    let thaw = RuntimeAPIReply.when({ _ in frozen.isOpen }, .invocation("thawed", event: count))
    let stub = try RuntimeAPIStub(next: [.invocation("first", event: count), thaw, .hold])
    let process = try start(stub.address)
    #expect(stub.wait(for: 2, to: "/next"))
    process.send(SIGSTOP)
    frozen.open()
    usleep(1_000_000)
    #expect(stub.posts.map(\.text) == ["1"])
    process.send(SIGCONT)
    #expect(stub.wait(for: 3, to: "/next"))
    #expect(stub.posts.map(\.text) == ["1", "2"])
    #expect(stub.connectionCount == 1)
  }

  @Test(
    .enabled(if: RIE.executable != nil, "\(Program.needsRIE)"))
  func `fault 1: the emulator's environment goes on after a freeze`() throws {
    let rie = try RIE(running: Program.conformance, handler: "commands")
    #expect(try rie.invoke(#"{"action":"invocations"}"#).text == "1")
    let runtime = try #require(rie.runtime)
    kill(runtime.pid, SIGSTOP)
    let call = try rie.begin(#"{"action":"invocations"}"#)
    usleep(1_200_000)
    kill(runtime.pid, SIGCONT)
    #expect(try call.answer().text == "2")
    #expect(rie.runtime?.pid == runtime.pid)
  }

  @Test func `fault 7: an init error is posted once and the process exits with 1`() throws {
    let api = try EventScript(["{}"])
    let process = try start(api.address, handler: "init-fails")
    #expect(process.wait() == .exited(1))
    #expect(api.answers.map(\.route) == ["init/error"])
    let body = try #require(api.answers.first?.text)
    #expect(try ErrorBody(Array(body.utf8)).errorMessage == unpleasantMessage)
    #expect(process.output.contains("Function.BadCsv"))
  }

  @Test func `without a Runtime API the process says what to do and exits with 1`() throws {
    let process = try ChildProcess(Program.conformance, variables: ["_HANDLER": "echo"])
    #expect(process.wait() == .exited(1))
    #expect(process.output.contains("AWS_LAMBDA_RUNTIME_API"))
    #expect(process.output.contains("sluice local"))
  }

  @Test func `fault 2: the process exits with 1 when it is refused the next event`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation()])
    #expect(try start(stub.address, handler: "echo").wait() == .exited(1))
    #expect(stub.posts.count == 1)
  }

  @Test func `fault 45: proxies named in the environment are not asked`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation()])
    let proxy = try RuntimeAPIStub()
    let names = [
      "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
    ]
    let proxies = names.map { ($0, "http://\(proxy.address)") }
    let process = try start(
      stub.address, handler: "echo", Dictionary(uniqueKeysWithValues: proxies))
    #expect(process.wait() == .exited(1))
    #expect(stub.posts.count == 1)
    #expect(proxy.connectionCount == 0)
  }

  @Test func `fault 6: a crash names the invocation`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation("crashing", event: #"{"action":"crash"}"#)])
    let process = try start(stub.address)
    guard case .signalled = process.wait() else {
      Issue.record("the process did not crash")
      return
    }
    #expect(process.output.contains("FATAL crashing the process crashed with SIG"))
  }

  @Test(arguments: [400, 403])
  func `fault 8: an answer that comes too late is refused, and the next one counts`(
    status: Int
  ) throws {
    let count = #"{"action":"invocations"}"#
    let api = try EventScript([count, count], posts: [.status(status)])
    let process = try start(api.address)
    #expect(api.waitUntilIdle())
    #expect(api.answers.map(\.route) == ["request-1/response", "request-2/response"])
    #expect(api.answers.map(\.text) == ["1", "2"])
    #expect(process.output.contains("\(status)"))
  }

  @Test func `fault 14: descriptors and memory stay flat over 10000 invocations`() throws {
    let pad = String(repeating: "x", count: 2000)
    let plain = #"{"action":"invocations","text":"\#(pad)"}"#
    let failing = #"{"action":"fail","name":"Odd"}"#
    let descriptors = #"{"action":"descriptors"}"#
    let round = (0..<999).map { $0 % 10 == 9 ? failing : plain } + [descriptors]
    let api = try EventScript([[String]](repeating: round, count: 10).flatMap(\.self))
    let process = try start(api.address)
    #expect(api.waitUntilAsked(1000))
    let early = try #require(ProcessTable.peakMemoryKilobytes(of: process.pid))
    #expect(api.waitUntilIdle())
    let late = try #require(ProcessTable.peakMemoryKilobytes(of: process.pid))
    let answers = api.answers
    #expect(answers.count == 10_000)
    let counts = stride(from: 999, to: answers.count, by: 1000).map { answers[$0].text }
    #expect(Set(counts).count == 1, "\(counts)")
    #expect(late - early < 1024, "peak RSS went from \(early) to \(late) kB")
  }

  // With standard error alone closed, the first socket would get its number.
  @Test(arguments: [[1, 2], [2]] as [[Int32]])
  func `fault 15: closed output stops nothing and mixes with nothing`(closed: [Int32]) throws {
    let event = #"{"action":"log","count":100,"text":"a canary for the wrong socket"}"#
    let api = try EventScript([event, #"{"action":"invocations"}"#])
    let process = try start(api.address, output: .closed(closed))
    #expect(api.waitUntilIdle())
    #expect(api.answers.map(\.text) == ["null", "2"])
    // A request spoilt by log lines is sent again over another connection.
    #expect(api.stub.connectionCount == 1)
    #expect(process.wait(.zero) == nil)
  }

  @Test func `fault 15: output nobody reads stops nothing`() throws {
    let (reader, writer) = try makePipe()
    defer { close(reader) }
    let flood = #"{"action":"log","count":20000,"text":"a line of a flood that fills any pipe"}"#
    let api = try EventScript([flood, flood, #"{"action":"invocations"}"#])
    let process = try start(api.address, output: .descriptor(writer))
    close(writer)
    #expect(api.waitUntilIdle())
    #expect(api.answers.map(\.text) == ["null", "null", "3"])
    #expect(process.wait(.zero) == nil)
  }

  @Test func `fault 15: output nobody reads does not keep a crashed process alive`() throws {
    let (reader, writer) = try makePipe()
    defer { close(reader) }
    _ = fcntl(writer, F_SETFL, O_NONBLOCK)
    for size in [4096, 1] {
      let filling = [UInt8](repeating: 0x78, count: size)
      while unsafe write(writer, filling, size) > 0 {}
    }
    _ = fcntl(writer, F_SETFL, 0)
    // Not a trap: of those the standard library tells first, and waits for a reader.
    let api = try EventScript([#"{"action":"overflow"}"#])
    let process = try start(api.address, output: .descriptor(writer))
    close(writer)
    #expect(process.wait() == .signalled(SIGSEGV))
  }

  @Test func `workers the system has no threads for are an init error`() throws {
    let api = try EventScript([])
    let process = try ChildProcess(
      "/bin/sh", ["-c", "ulimit -v 1000000; exec \(Program.conformance)"],
      variables: [
        "AWS_LAMBDA_RUNTIME_API": api.address, "_HANDLER": "echo",
        "AWS_LAMBDA_MAX_CONCURRENCY": "1000",
      ])
    #expect(process.wait() == .exited(1))
    #expect(api.answers.map(\.route) == ["init/error"])
    #expect(api.answers.first?.text.contains("of 1000 workers") == true)
    #expect(process.output.contains("of 1000 workers"))
  }

  @Test func `fault 15: output whose reader went away stops nothing`() throws {
    let (reader, writer) = try makePipe()
    let api = try EventScript([#"{"action":"log","count":100}"#, "{}"])
    let process = try start(api.address, output: .descriptor(writer))
    close(reader)
    close(writer)
    #expect(api.waitUntilIdle())
    #expect(api.answers.map(\.route) == ["request-1/response", "request-2/error"])
    #expect(process.wait(.zero) == nil)
  }
}
