import HTTP
import JSON
import JobIngest
import LambdaRuntime
import TestSupport
import Testing

@Suite struct `Search request` {
  @Test func `the request is exactly what the service documents`() throws {
    let rig = try SearchRig(HTTPStub(SearchRig.page))
    #expect(try rig.ask() == 7)
    let request = try #require(rig.stub.requests.first)
    #expect(request.method == "GET" && request.body.isEmpty)
    let query =
      "Keyword=data%20engineering&LocationName=Chicago%2C%20Illinois"
      + "&SortField=opendate&SortDirection=Asc&Fields=Full&Page=1&ResultsPerPage=25"
    #expect(request.target == "/api/search?" + query)
    // Nothing of libcurl's own: its user agent in the place of ours is refused.
    let headers = request.headers.map { "\($0.name): \($0.value)" }
    #expect(
      headers.sorted() == [
        "Accept: application/hr+json, application/json", "Authorization-Key: \(SearchRig.key)",
        "Host: 127.0.0.1:\(rig.stub.port)", "User-Agent: \(SearchRig.email)",
      ])
  }

  @Test func `every value of a list goes into one parameter`() throws {
    let rig = try SearchRig(HTTPStub(SearchRig.page))
    let search = try JobSearch(members: [
      "jobCategoryCodes": .array([.integer(2210), .integer(1560)]),
      "hiringPaths": .array([.string("vet"), .string("public")]),
    ])
    _ = try rig.ask(search, page: 3, size: 100)
    let query =
      "JobCategoryCode=1560%3B2210&HiringPath=public%3Bvet&SortField=opendate&SortDirection=Asc"
      + "&Fields=Full&Page=3&ResultsPerPage=100"
    #expect(rig.stub.requests.first?.target == "/api/search?" + query)
  }

  @Test(arguments: [(0, 1), (-5, 1), (1, 1), (500, 500), (501, 500), (.max, 500)])
  func `a page has 1 to 500 postings`(size: Int, sent: Int) throws {
    let rig = try SearchRig(HTTPStub(SearchRig.page))
    _ = try rig.ask(page: 0, size: size)
    let target = try #require(rig.stub.requests.first?.target)
    #expect(target.hasSuffix("&Page=1&ResultsPerPage=\(sent)"))
  }

  @Test func `pages come over one connection`() throws {
    let rig = try SearchRig(HTTPStub(SearchRig.page))
    for page in 1...3 { _ = try rig.ask(page: page) }
    #expect(rig.stub.requests.map(\.connection) == [0, 0, 0])
  }

  @Test func `requests keep the distance that is set`() throws {
    let rig = try SearchRig(HTTPStub(HTTPStub.Reply(503), SearchRig.page), pause: 150)
    let start = ContinuousClock.now
    _ = try rig.ask()
    _ = try rig.ask(page: 2)
    #expect(rig.stub.requests.count == 3)
    #expect(start.duration(to: .now) >= .milliseconds(300))
  }

  @Test func `a distance that ends after the deadline is not waited for`() throws {
    let rig = try SearchRig(HTTPStub(SearchRig.page), pause: 60_000)
    _ = try rig.ask()
    #expect(rig.fault(within: .seconds(5)) == .outOfTime)
    #expect(rig.stub.requests.count == 1)
  }
}
