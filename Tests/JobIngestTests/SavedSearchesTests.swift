import Glibc
import JobIngest
import LambdaRuntime
import TestSupport
import Testing

@Suite struct `Saved searches` {
  private func saved(_ json: String) throws(SavedSearchesFault) -> SavedSearches {
    try SavedSearches(json: Array(json.utf8))
  }

  @Test func `the template holds the standard search`() throws {
    #expect(try SavedSearches(variables: Checkout.packageVariables).searches == [.standard])
    #expect(
      FileText.read(Checkout.path("template/searches.json"))?.contains("Chicago, Illinois") == true)
  }

  @Test func `the file is found beside the Data Package`() throws {
    let folder = try Folder()
    try folder.write("searches.json", #"[{"name":"a","keyword":"x"},{"name":"b","remote":true}]"#)
    for variables in [
      ["SLUICE_DATAPACKAGE": folder.path + "/own.json"], ["LAMBDA_TASK_ROOT": folder.path],
    ] {
      let saved = try SavedSearches(variables: EnvironmentVariables(variables))
      #expect(saved.searches.map(\.name) == ["a", "b"])
      #expect(saved["b"]?.query.hasPrefix("RemoteIndicator=True&") == true)
      #expect(saved["c"] == nil)
    }
  }

  @Test func `without a file there is the standard search`() throws {
    let folder = try Folder()
    let variables = EnvironmentVariables(["LAMBDA_TASK_ROOT": folder.path])
    #expect(try SavedSearches(variables: variables).searches == [.standard])
  }

  @Test func `a file that cannot be read is not taken for none`() throws {
    let folder = try Folder()
    unsafe mkdir(folder.path + "/searches.json", 0o700)
    let variables = EnvironmentVariables(["LAMBDA_TASK_ROOT": folder.path])
    let fault = try #require(throws: SavedSearchesFault.self) {
      try SavedSearches(variables: variables)
    }
    #expect(fault.message.contains("\(folder.path)/searches.json: Is a directory"))
  }

  @Test(arguments: [
    ("", "searches.json: the text is not valid JSON"),
    ("{}", "searches.json: the JSON text should be an array"),
    ("[]", "searches.json: there should be at least one search"),
    ("[7]", #"searches.json, search 1: it should be an object with a "name""#),
    (#"[{"keyword":"x"}]"#, #"searches.json, search 1: it should be an object with a "name""#),
    (
      #"[{"name":"a","keyword":"x"},{"name":"b","keywrod":"x"}]"#,
      #"searches.json, search "b": "keywrod" should be "keyword"; no parameter has this name"#
    ),
    (
      #"[{"name":"a","keyword":"x","hiringPaths":["no"]}]"#,
      #"searches.json, search "a": "hiringPaths[0]" should be one of public"#
    ),
    (#"[{"name":"a/b","keyword":"x"}]"#, #"searches.json, search "a/b": "name" should be 1 to 80"#),
    (
      #"[{"name":"a","keyword":"x"},{"name":"a","keyword":"y"}]"#,
      #"searches.json, search "a": the name is another search's already"#
    ),
    (#"[{"name":"a"}]"#, #"search "a": the JSON text should be a search with at least one"#),
  ])
  func `a faulty file is refused by search and key`(json: String, expected: String) throws {
    let fault = try #require(throws: SavedSearchesFault.self) { try saved(json) }
    #expect(fault.message.contains(expected), "\(fault.message)")
    #expect(fault.errorType == "InvalidSearches")
  }
}

/// A folder of a test's own, which goes with its files when the test is over.
private final class Folder {
  struct Unwritten: Error {
    let name: String
  }

  let path: String

  init() throws {
    var template = Array("/tmp/searches.XXXXXX".utf8CString)
    let isMade = unsafe mkdtemp(&template) != nil
    try #require(isMade)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    unsafe remove(path + "/searches.json")
    unsafe rmdir(path)
  }

  func write(_ name: String, _ text: String) throws {
    guard let file = unsafe fopen("\(path)/\(name)", "w") else { throw Unwritten(name: name) }
    defer { unsafe fclose(file) }
    guard unsafe fputs(text, file) >= 0 else { throw Unwritten(name: name) }
  }
}
