import JobIngest
import LambdaRuntime
import Testing

@Suite struct `Search settings` {
  private static let least = [
    "USAJOBS_API_KEY": "c4n4ry-key=", "USAJOBS_EMAIL": "c4n4ry@example.org",
  ]

  private func settings(_ more: [String: String]) throws(SettingError) -> SearchSettings {
    try SearchSettings(variables: EnvironmentVariables(Self.least.merging(more) { $1 }))
  }

  @Test func `a key and an address are enough`() throws {
    #expect("\(try settings([:]))" == "SearchSettings(https://data.usajobs.gov/api/search)")
  }

  @Test(arguments: [
    ("USAJOBS_API_KEY", ""), ("USAJOBS_API_KEY", "c4n4ry key"), ("USAJOBS_API_KEY", "c4n4ry\n"),
    ("USAJOBS_API_KEY", "schlüssel"), ("USAJOBS_EMAIL", ""), ("USAJOBS_EMAIL", "c4n4ry"),
    ("USAJOBS_EMAIL", "@example.org"), ("USAJOBS_EMAIL", "me@"), ("USAJOBS_EMAIL", "a@b@c"),
    ("USAJOBS_EMAIL", "Me <c4n4ry@example.org>"), ("USAJOBS_EMAIL", "me@example.org\r\nX: y"),
    ("USAJOBS_ENDPOINT", "data.usajobs.gov"), ("USAJOBS_ENDPOINT", "ftp://data.usajobs.gov"),
    ("USAJOBS_ENDPOINT", "https://"), ("USAJOBS_ENDPOINT", "https:///api"),
    ("USAJOBS_ENDPOINT", "https://c4n4ry@host/"), ("USAJOBS_ENDPOINT", "https://host/?key=c4n4ry"),
    ("USAJOBS_ENDPOINT", "https://host/a b"), ("USAJOBS_PAUSE_MS", "-1"),
    ("USAJOBS_PAUSE_MS", "0.5"), ("USAJOBS_PAUSE_MS", "60001"), ("USAJOBS_PAUSE_MS", "soon"),
  ])
  func `a wrong setting is refused by its name`(name: String, value: String) throws {
    let error = try #require(throws: SettingError.self) { try settings([name: value]) }
    #expect(error.variable == name)
    #expect(!error.message.contains("c4n4ry"))
  }

  @Test func `a CA bundle that is not there is refused`() throws {
    let settings = try settings(["CA_BUNDLE": "/nowhere/ca.pem"])
    let error = try #require(throws: SettingError.self) { _ = try SearchClient(settings) }
    #expect(error.variable == "CA_BUNDLE")
  }

  @Test func `fault 46: printing and dumping show neither key nor address`() throws {
    let settings = try settings([:])
    var dumped = ""
    dump(settings, to: &dumped)
    for text in ["\(settings)", String(reflecting: settings), dumped] {
      #expect(!text.contains("c4n4ry"), "\(text)")
    }
  }
}
