import JSON
import LambdaEvents
import TestSupport
import Testing

private struct SearchInput: Decodable, Equatable, Sendable {
  var keyword: String?
  var locationName: String?
  var postedWithinDays: Int?
  var remote: Bool?
}

private let chicago = SearchInput(
  keyword: "data engineering", locationName: "Chicago, Illinois", postedWithinDays: 7, remote: true)

/// Each file, whether it carries an input, and what comes with it.
let scheduleFiles: [(file: String, hasInput: Bool, arnPart: String?)] = [
  ("job-ingest.schedule-rule", false, ":rule/sluice-job-ingest"),
  ("job-ingest.scheduler-string-detail", false, ":schedule/default/sluice-job-ingest"),
  ("job-ingest.scheduler-input", true, nil),
  ("job-ingest.empty", false, nil),
]

@Suite struct `A scheduled event` {
  @Test(arguments: scheduleFiles)
  func `fault 25: gives the job its input in every form`(
    file: String, hasInput: Bool, arnPart: String?
  ) throws {
    let event = try JSON.decode(
      ScheduledEvent<SearchInput>.self, from: EventFile.bytes(file))
    #expect(event.input == (hasInput ? chicago : SearchInput()))
    #expect((event.time == "2024-01-13T06:00:00Z") == (arnPart != nil))
    #expect(event.scheduleARN?.hasSuffix(arnPart ?? "") == (arnPart == nil ? nil : true))
  }

  @Test(arguments: [
    #"{"source":"aws.scheduler","detail-type":"Scheduled Event","detail":"\n{\n}\n"}"#,
    #"{"source":"aws.scheduler","detail-type":"Scheduled Event","detail":""}"#,
    #"{"source":"aws.scheduler","detail-type":"Scheduled Event","detail":null}"#,
    #"{"source":"aws.scheduler","detail-type":"Scheduled Event"}"#,
    "null",
  ])
  func `fault 25: has an empty input where there is none`(text: String) throws {
    #expect(try decode(ScheduledEvent<SearchInput>.self, text).input == SearchInput())
  }

  @Test(arguments: [
    #"{"source":"x","detail-type":"y","detail":{"remote":true,"postedWithinDays":1}}"#,
    #"{"source":"x","detail-type":"y","detail":"{\"remote\":true,\"postedWithinDays\":1}"}"#,
    #"{"remote":true,"postedWithinDays":1}"#,
  ])
  func `fault 25: takes an input from the detail as it takes it from the whole`(
    text: String
  ) throws {
    let event = try decode(ScheduledEvent<SearchInput>.self, text)
    #expect(event.input == SearchInput(postedWithinDays: 1, remote: true))
  }

  @Test(arguments: [
    (#"{"source":"x","detail-type":"y","detail":"secret words"}"#, "detail"),
    (#"{"source":"x","detail-type":"y","detail":["secret"]}"#, "detail"),
    (#"{"source":"x","detail-type":"y","detail":{"remote":"secret"}}"#, "detail.remote"),
    (#"{"source":"x","detail-type":"y","detail":"{\"remote\":\"secret\"}"}"#, "detail.remote"),
    (#"{"remote":"secret"}"#, "remote"),
  ])
  func `says where its input is wrong, and not what stands there`(
    text: String, path: String
  ) throws {
    let error = try #require(throws: JSONError.self) {
      try decode(ScheduledEvent<SearchInput>.self, text)
    }
    #expect(error.path == path)
    #expect(!"\(error)".contains("secret"))
  }
}
