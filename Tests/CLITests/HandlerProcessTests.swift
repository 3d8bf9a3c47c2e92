import CLI
import Glibc
import Synchronization
import TestSupport
import Testing

/// Processes of handlers under supervision; the handlers are small shell scripts over curl.
@Suite struct `Handler processes` {
  /// What a process printed.
  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  /// Answers each event with its own text, unless the script's first lines do something else.
  static func script(_ first: String, _ path: String) throws {
    let text = """
      #!/bin/bash
      api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
      echo "started $_HANDLER"
      while true; do
        event=$(curl -s -D "$0.headers" "$api/invocation/next")
        id=$(grep -i ^lambda-runtime-aws-request-id "$0.headers" | cut -d' ' -f2 | tr -d '\\r')
        \(first)
        curl -s -o /dev/null "$api/invocation/$id/response" -d "$event"
      done

      """
    // Under its name only when it can be started: the supervisor looks for a new version.
    try Files.write(Array(text.utf8), to: path + ".draft")
    guard unsafe chmod(path + ".draft", 0o755) == 0, unsafe rename(path + ".draft", path) == 0
    else { throw CommandError("the script cannot be put in place") }
  }

  static func withHandler<R>(
    _ first: String, timeLimit: Duration = Patience.limit,
    _ body: (InvocationQueue, Lines, String) throws -> R
  ) throws -> R {
    let directory = "/tmp/sluice-test-\(RandomID.uuid())"
    try Files.makeDirectory(directory)
    defer { Files.removeTree(directory) }
    let path = "\(directory)/bootstrap"
    try script(first, path)
    let lines = Lines()
    let queue = try InvocationQueue(timeLimit: timeLimit)
    let handler = try RunningHandler(
      name: "echo", queue: queue, bootstrap: path, variables: ProcessEnvironment.all,
      onLine: { lines.add($0) })
    defer { handler.stop() }
    return try body(queue, lines, path)
  }

  static func outcome(_ result: InvocationResult) -> String {
    switch result {
    case .response(let response): String(decoding: response.body, as: UTF8.self)
    case .failure(let failure): failure.type
    }
  }

  static func invoke(_ text: String, _ queue: InvocationQueue) throws -> String {
    outcome(try queue.invoke(QueuedInvocation(event: Array(text.utf8)), patience: Patience.limit))
  }

  @Test func `a process answers, and its output is relayed line by line`() throws {
    try Self.withHandler("") { (queue, lines, _) throws in
      #expect(try Self.invoke("\"one\"", queue) == "\"one\"")
      #expect(try Self.invoke("\"two\"", queue) == "\"two\"")
      #expect(Patience.until { !lines.all.isEmpty })
      #expect(lines.all == ["started echo"])
    }
  }

  @Test func `a crash fails its invocation, and the next one finds a new process`() throws {
    try Self.withHandler(#"[ "$event" = '"crash"' ] && kill -SEGV $$"#) {
      (queue, lines, _) throws in
      #expect(try Self.invoke("\"crash\"", queue) == "Runtime.ExitError")
      #expect(try Self.invoke("\"on\"", queue) == "\"on\"")
      #expect(Patience.until { lines.all.count == 2 })
      #expect(lines.all == ["started echo", "started echo"])
    }
  }

  @Test func `an invocation that overruns its time is failed and its process killed`() throws {
    let slow = #"[ "$event" = '"slow"' ] && sleep 60"#
    try Self.withHandler(slow, timeLimit: .milliseconds(1500)) { (queue, _, _) throws in
      guard
        case .failure(let failure) = try queue.invoke(
          QueuedInvocation(event: Array("\"slow\"".utf8)))
      else {
        Issue.record("no failure")
        return
      }
      #expect(failure.type == "Sandbox.Timedout")
      #expect(String(decoding: failure.body, as: UTF8.self).contains("after 1.50 seconds"))
      // A busy machine may take as long for the script's few programs.
      let isServed = try Patience.once(attempts: 20) {
        let outcome = try Self.invoke("\"on\"", queue)
        #expect(["\"on\"", "Sandbox.Timedout"].contains(outcome))
        return outcome == "\"on\""
      }
      #expect(isServed)
    }
  }

  @Test func `a process that ends before it asks for work fails what waits`() throws {
    let directory = "/tmp/sluice-test-\(RandomID.uuid())"
    try Files.makeDirectory(directory)
    defer { Files.removeTree(directory) }
    let queue = try InvocationQueue(timeLimit: .seconds(5))
    let handler = try RunningHandler(
      name: "false", queue: queue, bootstrap: "/bin/false", variables: [:], onLine: { _ in })
    defer { handler.stop() }
    #expect(try Self.invoke("1", queue) == "Runtime.ExitError")
  }

  @Test func `a program that is missing is told`() throws {
    let queue = try InvocationQueue(timeLimit: .seconds(5))
    let handler = try RunningHandler(
      name: "none", queue: queue, bootstrap: "/nonexistent/bootstrap", variables: [:],
      onLine: { _ in })
    defer { handler.stop() }
    #expect(try Self.invoke("1", queue) == "Runtime.InvalidEntrypoint")
  }

  @Test func `a rebuilt program is started again`() throws {
    try Self.withHandler("") { (queue, lines, path) throws in
      #expect(try Self.invoke("1", queue) == "1")
      try Self.script(#"event='"rebuilt"'"#, path)
      #expect(Patience.until { lines.all.count == 2 })
      #expect(try Self.invoke("1", queue) == "\"rebuilt\"")
    }
  }

  @Test func `nothing runs once a handler has stopped`() throws {
    let path = try Self.withHandler("") { (queue, _, path) throws in
      #expect(try Self.invoke("1", queue) == "1")
      return path
    }
    let finder = ChildFinder(path)
    // What was killed may take a moment to be gone.
    #expect(Patience.until { !finder.isRunning })
  }

  /// Looks for a process by its command line.
  struct ChildFinder {
    var needle: String

    init(_ needle: String) { self.needle = needle }

    var isRunning: Bool {
      Files.matching("/proc/[0-9]*/cmdline").contains {
        Files.readText($0)?.contains(needle) == true
      }
    }
  }

  @Test func `an answer to an unknown or settled invocation is refused`() throws {
    let queue = try InvocationQueue(timeLimit: .seconds(5))
    let routes = RuntimeAPIRoutes(function: "f", queue: queue)
    func post(_ path: String, _ body: String = "1") -> ServerResponse {
      routes.answer(
        ServerRequest(
          method: "POST", target: "/2018-06-01/runtime/\(path)", body: Array(body.utf8)))
    }
    #expect(post("invocation/nope/response").status == 400)
    let invocation = QueuedInvocation(event: Array("1".utf8))
    let caller = try Thread { _ = try? queue.invoke(invocation) }
    #expect(queue.next()?.invocation.requestID == invocation.requestID)
    #expect(post("invocation/\(invocation.requestID)/response").status == 202)
    #expect(post("invocation/\(invocation.requestID)/response").status == 403)
    #expect(post("invocation/\(invocation.requestID)/error").status == 403)
    #expect(post("invocation/next").status == 404)
    #expect(post("nothing").status == 404)
    _ = consume caller
  }

  static let types = [
    ("Function.BadCsv", "Function.BadCsv"), ("Runtime.X", "Runtime.Unknown"),
    ("Runtime.Xy", "Runtime.Xy"), ("Function.bad", "Function.Unknown"), ("", "Runtime.Unknown"),
    ("Unhandled", "Runtime.Unknown"), ("MyRuntime.Abc", "MyRuntime.Abc"),
  ]

  @Test(arguments: types)
  func `an error type is kept only in the service's form`(sent: String, kept: String) {
    #expect(RuntimeAPIRoutes.errorType(sent) == kept)
  }
}
