import Glibc
import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite struct LogTests {
  @Test func `a JSON record is one line with time, level, ids and fields`() throws {
    let logs = LogCapture()
    let context = InvocationContext(
      requestID: "id-1", traceID: "Root=1", deadline: .after(.seconds(1)), log: logs.log)
    context.log.warn("two\nlines \"quoted\"", ["rows": 3, "share": 0.5, "ok": true, "key": "a/b"])
    #expect(logs.lines.count == 1)
    let record = try JSON.decode(JSONValue.self, from: Array(try #require(logs.lines.first).utf8))
    #expect(
      record["level"] == .string("WARN") && record["message"] == .string("two\nlines \"quoted\""))
    #expect(record["requestId"] == .string("id-1") && record["traceId"] == .string("Root=1"))
    #expect(record["rows"] == .integer(3) && record["share"] == .number(0.5))
    #expect(record["ok"] == .bool(true) && record["key"] == .string("a/b"))
    let time = try #require(record["timestamp"]?.string)
    #expect(time.wholeMatch(of: /20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z/) != nil)
  }

  @Test func `a text record is one line too`() throws {
    let logs = LogCapture([:])
    logs.log.error("first\r\nsecond", ["name": "a b"])
    let line = try #require(logs.lines.first)
    #expect(logs.lines.count == 1)
    #expect(line.hasSuffix(#"Z ERROR - first\r\nsecond name="a b""#))
  }

  @Test(arguments: [
    ("", #""""#), ("plain", "plain"), ("a\" b=1", #""a\" b=1""#), (#"a\" b=1"#, #""a\\\" b=1""#),
    ("a\"\u{301} b=1", "\"a\\\"\u{301} b=1\""), ("\n", #""\n""#), (#"C:\"#, #"C:\"#),
  ])
  func `a field's text ends where it ends`(value: String, written: String) throws {
    let logs = LogCapture([:])
    logs.log.info("message", ["name": .string(value)])
    #expect(logs.lines.count == 1)
    #expect(try #require(logs.lines.first).hasSuffix(" message name=\(written)"))
  }

  @Test func `fault 15: a record that was cut short does not run into the next`() throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    let log = Log(sink: LogSink(descriptor: ends[1]), variables: EnvironmentVariables([:]))
    // Pieces of pages: the pipe is full in the midst of a record.
    for _ in 0..<10 { log.info(String(repeating: "x", count: 9000)) }
    var received = drain(ends[0])
    log.info("after")
    received += drain(ends[0])
    let lines = String(decoding: received, as: UTF8.self).split(separator: "\n")
    let whole = lines.count { $0.wholeMatch(of: /20\S+ INFO - x{9000}/) != nil }
    let dropped = lines.compactMap { $0.wholeMatch(of: /(\d+) log records were dropped.*/)?.1 }
    #expect(dropped == ["\(10 - whole)"])
    #expect(lines.count == whole + 2)
    #expect(lines.last?.hasSuffix("INFO - after") == true)
    for end in ends { close(end) }
  }

  @Test(arguments: [("ERROR", 1), ("warn", 2), ("", 3), ("nonsense", 3), ("DEBUG", 4)])
  func `a level keeps out what matters less`(level: String, count: Int) {
    let logs = LogCapture(["AWS_LAMBDA_LOG_LEVEL": level])
    logs.log.debug("a")
    logs.log.info("b")
    logs.log.warn("c")
    logs.log.error("d")
    #expect(logs.lines.count == count)
  }

  @Test func `metrics are one line in the embedded format, whatever the level`() throws {
    let logs = LogCapture(["AWS_LAMBDA_LOG_LEVEL": "FATAL"])
    logs.log.metrics(
      namespace: "Sluice", dimensions: ["Table": "jobs"],
      values: [Metric("RowsLoaded", 1200), Metric("Duration", 1.5, .seconds)])
    let record = try JSON.decode(JSONValue.self, from: Array(try #require(logs.lines.first).utf8))
    let directive = record["_aws"]?["CloudWatchMetrics"]?[0]
    #expect(directive?["Namespace"] == .string("Sluice"))
    #expect(directive?["Dimensions"]?[0]?[0] == .string("Table"))
    #expect(directive?["Metrics"]?[1]?["Name"] == .string("Duration"))
    #expect(directive?["Metrics"]?[1]?["Unit"] == .string("Seconds"))
    #expect(record["Table"] == .string("jobs") && record["RowsLoaded"] == .integer(1200))
    #expect(record["Duration"] == .number(1.5))
  }

  @Test func `fault 15: a reader that does not read loses records, not invocations`() throws {
    // As in a process that runs handlers.
    _ = signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    let log = Log(sink: LogSink(descriptor: ends[1]), variables: EnvironmentVariables([:]))
    let long = String(repeating: "x", count: 5000)
    for _ in 0..<200 { log.info(long) }
    var received = drain(ends[0])
    log.info("after")
    received += drain(ends[0])
    let lines = String(decoding: received, as: UTF8.self).split(separator: "\n")
    #expect(lines.last?.hasSuffix("after") == true)
    #expect(lines.contains { $0.contains("log records were dropped") })
    close(ends[0])
    log.info("nobody can read this")
    close(ends[1])
    log.info("nor this")
  }

  private func drain(_ descriptor: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&request, 1, 50) > 0 else { return all }
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }
}
