import CLI
import JSON
import TestSupport
import Testing

/// The stub as a service: what it asks for, finds and pages.
@Suite struct `The USAJOBS stub` {
  static let refused: [[(String, String)]] = [
    [],
    [("User-Agent", "jo@sluice.example")],
    [("Authorization-Key", "k")],
    [("User-Agent", "curl/8"), ("Authorization-Key", "k")],
    [("User-Agent", "jo@sluice.example"), ("Authorization-Key", "")],
    [("Host", ""), ("User-Agent", "jo@sluice.example"), ("Authorization-Key", "k")],
  ]

  @Test(arguments: refused.indices)
  func `refuses a request without its three headers`(index: Int) throws {
    let answer = try StubClient.with { try $0.send("GET", "/api/search", Self.refused[index]) }
    #expect(answer.status == 401)
    #expect(answer.header("Content-Type")?.hasPrefix("application/problem+json") == true)
    #expect(try answer.json["status"] == .integer(401))
  }

  @Test(arguments: ["/api/search", "/api/Search", "/API/SEARCH"])
  func `answers at its path in any case, as the service's own type`(path: String) throws {
    let answer = try StubClient.with { try $0.send("GET", path, StubClient.headers) }
    #expect(answer.status == 200)
    #expect(answer.header("Content-Type") == "application/hr+json; charset=utf-8")
    #expect(try answer.json["LanguageCode"] == .string("EN"))
    #expect(try answer.json["SearchParameters"] == .object([:]))
  }

  @Test func `knows no other path or method`() throws {
    try StubClient.with { client in
      let elsewhere = try client.send("GET", "/api/searches", StubClient.headers)
      #expect(elsewhere.status == 404)
      #expect(try client.send("POST", "/api/search", StubClient.headers).status == 405)
    }
  }

  static let sizes: [(query: String, count: Int)] = [
    ("", 25), ("ResultsPerPage=10", 10), ("resultsperpage=7", 7), ("ResultsPerPage=0", 25),
    ("ResultsPerPage=-3", 25), ("ResultsPerPage=many", 25), ("ResultsPerPage=500", 40),
    ("Page=2", 15), ("Page=3", 0), ("Page=0&ResultsPerPage=5", 5),
    ("Page=9223372036854775807&ResultsPerPage=500", 0), ("Page=2&ResultsPerPage=30", 10),
  ]

  @Test(arguments: sizes)
  func `pages have the size asked for`(query: String, count: Int) throws {
    let answer = try StubClient.with { try $0.search("Fields=Min&\(query)") }
    #expect(try answer.items.count == count)
    let result = try answer.json["SearchResult"]
    #expect(result?["SearchResultCount"]?.int == count)
    #expect(result?["SearchResultCountAll"]?.int == 40)
    // A string, and wrong unless pages hold 25.
    #expect(result?["UserArea"]?["NumberOfPages"] == .string("2"))
  }

  @Test func `at most 500 on a page, and 10,000 in all, which are told as if they were all`() throws
  {
    try StubClient.with({ ($0.postings, $0.locations) = (10_030, 1) }) { client in
      let first = try client.search("Fields=Min&ResultsPerPage=1000").body
      #expect(Self.count(#""MatchedObjectId":"#, in: first) == 500)
      let last = try client.search("Fields=Min&ResultsPerPage=3&Page=3334")
      #expect(try last.items.count == 1)
      #expect(try last.total == 10_000)
      #expect(try client.search("Fields=Min&ResultsPerPage=3&Page=3335").items.isEmpty)
    }
  }

  @Test func `pages one after the other hold every posting once`() throws {
    try StubClient.with { client in
      var ids: [String] = []
      for page in 1...6 { ids += try client.search("Fields=Min&ResultsPerPage=7&Page=\(page)").ids }
      #expect(ids.count == 40)
      #expect(Set(ids).count == 40)
    }
  }

  static let filters: [(query: String, count: Int)] = [
    (StubClient.standard, 26),
    ("Keyword=DATA+ENGINEERS", 36),
    ("Keyword=nurse", 2),
    ("Keyword=data%20nurse", 0),
    ("PositionTitle=steward", 2),
    ("LocationName=Chicago%2C%20Illinois", 30),
    ("LocationName=chicago,%20illinois", 30),
    ("LocationName=Chicago%2C%20IL", 0),
    ("LocationName=Chicago%2C%20Illinois&Radius=50", 36),
    ("LocationName=Chicago%2C%20Illinois&Radius=15", 32),
    ("LocationName=Seattle%2C%20Washington;Great%20Lakes%2C%20Illinois", 4),
    ("RemoteIndicator=True", 2),
    ("RemoteIndicator=False", 38),
    ("JobCategoryCode=0610;1421", 4),
    ("Organization=ZZ", 0),
    ("DatePosted=60", 40),
    ("PayGradeLow=13", 12),
    ("NoSuchParameter=1", 40),
    ("PositionID=x", 40),
    ("PayPlan=GS", 40),
  ]

  @Test(arguments: filters)
  func `filters by what it knows and ignores the rest`(query: String, count: Int) throws {
    #expect(try StubClient.with { try $0.search("Fields=Min&\(query)").total } == count)
  }

  @Test(arguments: [0, 7, 20])
  func `a date filter counts days back from the stub's own`(days: Int) throws {
    let answer = try StubClient.with {
      try $0.search("Fields=Min&ResultsPerPage=500&DatePosted=\(days)")
    }
    let first = "\(StubDay(number: 20_000 - days))"
    let dates = try answer.items.map {
      String($0["MatchedObjectDescriptor"]?["PublicationStartDate"]?.string?.prefix(10) ?? "")
    }
    #expect(dates.allSatisfy { $0 >= first })
    #expect(dates.count < 40)
  }

  @Test(arguments: ["opendate", "closedate", "title", "salary"])
  func `sorts both ways`(field: String) throws {
    try StubClient.with { client in
      let query = "Fields=Min&ResultsPerPage=500&SortField=\(field)"
      let up = try client.search(query).ids
      #expect(try client.search("\(query)&SortDirection=Asc").ids == up)
      #expect(try client.search("\(query)&SortDirection=Desc").ids == up.reversed())
    }
  }

  @Test func `a located search says what the place was taken for`() throws {
    let area = try StubClient.with {
      try $0.search("ResultsPerPage=1&LocationName=Chicago%2C%20Illinois&Radius=50").json
    }["SearchResult"]?["UserArea"]
    #expect(area?["ResolvedLocation"] == .array([.string("Chicago, Illinois")]))
    #expect(area?["IsRadialSearch"] == .bool(true))
  }

  @Test func `the same seed gives the same bytes and another seed others`() throws {
    func page(_ seed: UInt64) throws -> [UInt8] {
      try StubClient.with({ $0.seed = seed }) { try $0.search("ResultsPerPage=500").body }
    }
    let first = try page(3)
    #expect(try page(3) == first)
    #expect(try page(4) != first)
  }

  @Test func `the log tells requests without the key`() throws {
    try StubClient.with { client in
      _ = try client.search("Keyword=x&Page=2")
      _ = try client.send("GET", "/api/search")
      let text = String(decoding: try client.send("GET", "/stub/log").body, as: UTF8.self)
      #expect(!text.contains("canary-key"))
      let log = try JSON.decode(JSONValue.self, from: Array(text.utf8)).array
      #expect(log.map { $0["status"]?.int } == [200, 401])
      #expect(log.first?["query"] == .string("Keyword=x&Page=2"))
      #expect(log.first?["headers"]?["Authorization-Key"] == .string("(10 bytes)"))
      #expect(log.first?["headers"]?["User-Agent"] == .string("jo@sluice.example"))
      #expect(try client.send("DELETE", "/stub/log").status == 204)
      #expect(try client.send("GET", "/stub/log").json == .array([]))
    }
  }

  private static func count(_ text: String, in bytes: [UInt8]) -> Int {
    String(decoding: bytes, as: UTF8.self).ranges(of: text).count
  }
}
