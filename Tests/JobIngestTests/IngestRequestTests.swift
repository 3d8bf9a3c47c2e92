import JSON
import JobIngest
import LambdaEvents
import LambdaRuntime
import TestSupport
import Testing

@Suite struct `Ingest request` {
  private static let saved = #"[{"name":"it","keyword":"x"},{"name":"nurses","keyword":"nurse"}]"#

  private func searches(_ event: String) throws -> [JobSearch] {
    let saved = try SavedSearches(json: Array(Self.saved.utf8))
    let event = try JSON.decode(ScheduledEvent<IngestRequest>.self, from: Array(event.utf8))
    return try event.input.searches(saved)
  }

  private static func rule(_ detail: String) -> String {
    #"{"version":"0","source":"aws.events","detail-type":"Scheduled Event","detail":\#(detail)}"#
  }

  @Test(arguments: [
    "{}", "null", rule("{}"), rule(#""{}""#), rule("null"),
    #"{"source":"aws.scheduler","detail-type":"Scheduled Event"}"#,
  ])
  func `fault 25: an empty input, however it comes, asks for every saved search`(
    event: String
  ) throws {
    #expect(try searches(event).map(\.name) == ["it", "nurses"])
  }

  @Test(arguments: [
    #"{"search":"nurses"}"#, rule(#"{"search":"nurses"}"#),
    rule(#""{\"search\":\"nurses\"}""#),
  ])
  func `fault 25: an input may name a saved search`(event: String) throws {
    #expect(try searches(event).map(\.name) == ["nurses"])
  }

  @Test(arguments: [
    #"{"keyword":"welder","remote":true}"#, rule(#"{"keyword":"welder","remote":true}"#),
    rule(#""{\"keyword\":\"welder\",\"remote\":true}""#),
  ])
  func `fault 25: an input may be a search`(event: String) throws {
    let expected = "Keyword=welder&RemoteIndicator=True&SortField=opendate&SortDirection=Asc"
    #expect(try searches(event).map(\.query) == [expected + "&Fields=Full"])
  }

  @Test func `fault 25: every sample event asks for something`() throws {
    let names = try EventFile.names().filter { $0.hasPrefix("job-ingest.") }
    #expect(names.count >= 4)
    for name in names {
      let event = try JSON.decode(
        ScheduledEvent<IngestRequest>.self, from: EventFile.bytes(name))
      #expect(try !event.input.searches(SavedSearches(json: Array(Self.saved.utf8))).isEmpty)
    }
  }

  @Test(arguments: [
    (#"{"search":"nurse"}"#, #""search" should be the name of a saved search: it, nurses"#),
    (#"{"search":7}"#, #"the name of a saved search under "search""#),
    (#"{"search":null}"#, #"the name of a saved search under "search""#),
    (#"{"search":"it","keyword":"x"}"#, "and nothing else"),
    (#"{"keywrod":"x"}"#, #""keywrod" should be "keyword""#),
    (rule(#"{"keywrod":"x"}"#), #""detail.keywrod" should be "keyword""#),
    (rule(#"{"hiringPaths":["no"]}"#), #""detail.hiringPaths[0]" should be one of"#),
    (#"{"name":"it","keyword":"y"}"#, #""name" should not be that of a saved search"#),
    ("[]", "should be an object"), (#""it""#, "should be an object"),
  ])
  func `an input of another kind is refused`(event: String, expected: String) throws {
    let error = try #require(throws: (any Error).self) { try searches(event) }
    let message = (error as? any FunctionError)?.message ?? "\(error)"
    #expect(message.contains(expected), "\(message)")
  }

  @Test func `a saved search may be written out with its name`() throws {
    #expect(try searches(#"{"keyword":"x","name":"it"}"#).map(\.key) == ["it"])
    #expect(try searches(#"{"keyword":"x","name":"mine"}"#).map(\.key) == ["mine"])
  }
}
