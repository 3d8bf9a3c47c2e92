import HTTP
import LambdaRuntime
import TestSupport
import Testing

@testable import Datasets
@testable import JobIngest

@Suite("Walk over pages", .enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct WalkTests {
  private static func posting(_ id: Int, bytes: Int) -> String {
    """
    {"MatchedObjectId": "\(id)", "MatchedObjectDescriptor": {"PositionID": "P",
     "PositionTitle": "T", "PositionURI": "u",
     "QualificationSummary": "\(String(repeating: "x", count: bytes))"}}
    """
  }

  /// Runs a search over postings of so many bytes each, of which no page may have more than 2000.
  private func run(_ sizes: [Int], _ database: ScratchDatabase) throws -> SearchOutcome {
    let postings = sizes.enumerated().map { Self.posting($0 + 1, bytes: $1) }
    let stub = try HTTPStub { request in
      var numbers: [Substring: Int] = [:]
      for item in request.target.split(separator: "&") {
        let parts = item.split(separator: "=")
        if parts.count == 2 { numbers[parts[0]] = Int(parts[1]) }
      }
      let size = numbers["ResultsPerPage"] ?? 25
      let items = postings.dropFirst(((numbers["Page"] ?? 1) - 1) * size).prefix(size)
      return HTTPStub.Reply(
        body: Array(
          """
          {"SearchResult": {"SearchResultCountAll": \(postings.count),
           "SearchResultItems": [\(items.joined(separator: ","))]}}
          """.utf8))
    }
    let variables = EnvironmentVariables([
      "SLUICE_DATAPACKAGE": Checkout.dataPackage,
      "DATABASE_URL": database.url, "USAJOBS_API_KEY": "key", "USAJOBS_EMAIL": "a@example.com",
      "USAJOBS_ENDPOINT": stub.url + "/api/search", "USAJOBS_PAUSE_MS": "0",
    ])
    var ingestion = try Ingestion(
      variables: variables, package: try DataPackage(variables: variables))
    ingestion.client = try SearchClient(
      try SearchSettings(variables: variables), bodyLimit: 2000)
    return try ingestion.run(
      .standard, context: InvocationContext(requestID: "test", deadline: .after(.seconds(60))),
      onProgress: { _ in })
  }

  @Test(arguments: [[3000, 10, 10], [10, 3000, 10], [10, 10, 3000], [3000, 3000, 10, 10]])
  func `a posting too large for any page is a reject, and the others are read`(
    sizes: [Int]
  ) throws {
    let database = try ScratchDatabase()
    let outcome = try run(sizes, database)
    let large = sizes.count { $0 > 2000 }
    #expect(outcome.status == .complete)
    #expect(outcome.counts.rejected == large)
    #expect(outcome.counts.inserted == sizes.count - large)
    #expect(outcome.counts.found == sizes.count)
  }
}
