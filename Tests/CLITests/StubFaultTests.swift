import CLI
import JSON
import TestSupport
import Testing

/// What the stub does when told to.
@Suite struct `Orders to the USAJOBS stub` {
  static let query = "\(StubClient.standard)&Fields=Min&ResultsPerPage=10"

  static func pages(_ client: StubClient, _ pages: ClosedRange<Int> = 1...3) throws -> [String] {
    try pages.flatMap { try client.search("\(query)&Page=\($0)").ids }
  }

  static func documents(_ client: StubClient) throws -> [String: JSONValue] {
    let items = try client.search("\(StubClient.standard)&Fields=Min&ResultsPerPage=500").items
    return Dictionary(
      items.map { ($0["MatchedObjectId"]?.string ?? "", $0) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test(arguments: ["", #","seed":77"#])
  func `change does what it says to postings of the standard search`(seed: String) throws {
    try StubClient.with { client in
      let before = try Self.documents(client)
      let order = #"{"changed":2,"dropped":1,"added":3\#(seed)}"#
      let report = try JSON.decode(StubChangeReport.self, from: try client.change(order).body)
      let after = try Self.documents(client)
      #expect(Set(before.keys).subtracting(after.keys) == Set(report.dropped))
      #expect(Set(after.keys).subtracting(before.keys) == Set(report.added))
      let changed = before.filter { after[$0.key] != nil && after[$0.key] != $0.value }
      #expect(Set(changed.keys) == Set(report.changed))
      #expect([report.changed.count, report.dropped.count, report.added.count] == [2, 1, 3])
      #expect(report.postings == 42)
    }
  }

  @Test func `the same orders do the same, and the next one something else`() throws {
    let reports = try Self.reports()
    #expect(try Self.reports() == reports)
    #expect(reports[0] != reports[1])
  }

  private static func reports() throws -> [[UInt8]] {
    try StubClient.with { client in
      try (0..<2).map { _ in try client.change(#"{"changed":2,"added":1}"#).body }
    }
  }

  @Test func `an order for more than there is takes what there is`() throws {
    try StubClient.with { client in
      let body = try client.change(#"{"changed":20,"dropped":100}"#).body
      let report = try JSON.decode(StubChangeReport.self, from: body)
      #expect([report.changed.count, report.dropped.count, report.postings] == [20, 6, 34])
      #expect(try client.search(StubClient.standard).total == 20)
    }
  }

  static let senseless = [
    "", "nonsense", "[]", #"{"changed":-1}"#, #"{"added":100001}"#, #"{"changed":"2"}"#,
  ]

  @Test(arguments: senseless)
  func `a change that makes no sense is refused`(text: String) throws {
    let answer = try StubClient.with { try $0.change(text) }
    #expect(answer.status == 400)
    #expect(try answer.json["title"]?.string?.isEmpty == false)
  }

  static let senselessFaults = [
    "{}", #"{"kind":"explode"}"#, #"{"kind":"status","status":99}"#,
    #"{"kind":"html","times":-1}"#, #"{"kind":"close","after":-1}"#,
    #"{"kind":"slow","milliseconds":-1}"#, #"{"kind":"oneBad","breakage":"leg"}"#,
  ]

  @Test(arguments: senselessFaults)
  func `a fault that makes no sense is refused`(text: String) throws {
    try StubClient.with { client in
      let answer = try client.send("POST", "/stub/fault", [], Array(text.utf8))
      #expect(answer.status == 400)
      #expect(try client.search("ResultsPerPage=1").status == 200)
    }
  }

  static let spoilt: [(fault: String, status: Int, type: String, body: Substring?)] = [
    (#"{"kind":"status","status":429,"retryAfter":"2"}"#, 429, "application/problem+json", nil),
    (#"{"kind":"status"}"#, 503, "application/problem+json", nil),
    (#"{"kind":"html"}"#, 200, "text/html; charset=utf-8", "<!DOCTYPE"),
    (#"{"kind":"empty"}"#, 200, "application/hr+json; charset=utf-8", ""),
    (#"{"kind":"truncated"}"#, 200, "application/hr+json; charset=utf-8", nil),
    (#"{"kind":"slow","milliseconds":5}"#, 200, "application/hr+json; charset=utf-8", nil),
  ]

  @Test(arguments: spoilt)
  func `fault 43: an answer is spoilt as ordered, and the next one is whole`(
    fault: String, status: Int, type: String, body: Substring?
  ) throws {
    try StubClient.with { client in
      let whole = try client.search(Self.query).body
      try client.fault(fault)
      let answer = try client.search(Self.query)
      #expect(answer.status == status)
      #expect(answer.header("Content-Type") == type)
      #expect(answer.header("Retry-After") == (status == 429 ? "2" : nil))
      if let body {
        #expect(String(decoding: answer.body, as: UTF8.self).hasPrefix(body))
        #expect(answer.body.isEmpty == body.isEmpty)
      } else if fault.contains("truncated") {
        #expect(answer.body == Array(whole.prefix(whole.count / 2)))
      } else if fault.contains("slow") {
        #expect(answer.body == whole)
      }
      #expect(try client.search(Self.query).body == whole)
    }
  }

  @Test func `fault 43: faults come in the order given, as often as ordered, until taken back`()
    throws
  {
    try StubClient.with { client in
      try client.fault(#"{"kind":"status","status":500,"times":2}"#)
      try client.fault(#"{"kind":"status","status":429}"#)
      try client.fault(#"{"kind":"status","status":502,"times":9}"#)
      let statuses = try (0..<4).map { _ in try client.search(Self.query).status }
      #expect(statuses == [500, 500, 429, 502])
      #expect(try client.send("DELETE", "/stub/fault").status == 204)
      #expect(try client.search(Self.query).status == 200)
    }
  }

  @Test func `fault 43: a connection ends before or within an answer`() throws {
    try StubClient.with { client in
      try client.fault(#"{"kind":"close"}"#)
      let target = "/api/search?\(Self.query)"
      #expect(try client.exchange("GET", target, StubClient.headers).isEmpty)
      try client.fault(#"{"kind":"close","after":1000}"#)
      let part = try client.send("GET", target, StubClient.headers)
      let length = try #require(part.header("Content-Length").flatMap { Int($0) })
      #expect(part.body.count == 1000)
      #expect(length > 1000)
      #expect(try client.search(Self.query).body.count == length)
    }
  }

  @Test func `fault 43: an answer that hangs ends with the client or with the stub`() throws {
    try StubClient.with { client in
      try client.fault(#"{"kind":"hang","times":2}"#)
      let request =
        "GET /api/search HTTP/1.1\r\nHost: x\r\nUser-Agent: a@b\r\nAuthorization-Key: k\r\n\r\n"
      do {
        let impatient = try LocalSocket.connected(toPort: client.port)
        impatient.send(Array(request.utf8))
      }
      let patient = try LocalSocket.connected(toPort: client.port)
      patient.send(Array(request.utf8))
      // Logged when it is over: the one whose client went away.
      while try client.send("GET", "/stub/log").json.array.isEmpty {}
      #expect(try client.send("GET", "/stub/log").json[0]?["fault"] == .string("hang"))
      #expect(try client.search(Self.query).status == 200)
    }
  }

  @Test(arguments: [("title", "PositionTitle"), ("id", "-"), ("descriptor", "-")])
  func `fault 43: one posting of a page cannot be read`(breakage: String, member: String) throws {
    try StubClient.with { client in
      let whole = try client.search(Self.query).items
      try client.fault(#"{"kind":"oneBad","breakage":"\#(breakage)"}"#)
      let items = try client.search(Self.query).items
      let different = whole.indices.filter { whole[$0] != items[$0] }
      #expect(different == [5])
      let bad = items[5]
      switch breakage {
      case "id": #expect(bad["MatchedObjectId"] == nil)
      case "title": #expect(bad["MatchedObjectDescriptor"]?[member]?.int != nil)
      default: #expect(bad["MatchedObjectDescriptor"]?.string != nil)
      }
    }
  }

  @Test func `fault 43: a list that grows while it is read repeats a posting and loses none`()
    throws
  {
    try StubClient.with { client in
      let before = try Self.pages(client)
      // Waits for a page that has one before it.
      try client.fault(#"{"kind":"duplicate"}"#)
      let pages = try (1...3).map { try client.search("\(Self.query)&Page=\($0)") }
      let ids = try pages.flatMap { try $0.ids }
      #expect(ids.count == 27)
      #expect(Set(ids) == Set(before))
      #expect(ids[9] == ids[10])
      #expect(try pages.map { try $0.total } == [26, 27, 27])
      #expect(try Self.pages(client) == before)
    }
  }

  @Test func `fault 43: a list that shrinks while it is read hides a posting`() throws {
    try StubClient.with { client in
      let before = try Self.pages(client)
      try client.fault(#"{"kind":"shrink"}"#)
      let pages = try (1...3).map { try client.search("\(Self.query)&Page=\($0)") }
      let ids = try pages.flatMap { try $0.ids }
      #expect(Set(before).subtracting(ids) == [before[10]])
      #expect(try pages.map { try $0.total } == [26, 25, 25])
      #expect(try Self.pages(client) == Array(before.dropFirst()))
    }
  }
}
