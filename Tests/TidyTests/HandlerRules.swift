import Handlers
import LambdaRuntime
import Testing

/// The handlers' names have to be the same wherever they stand.
@Suite struct `Handler rules` {
  static let names = HandlerRegistry.all().names.map { "\($0)" }

  @Test func `every handler has an event file`() {
    let events = SourceTree.files(under: "events", suffix: ".json").map(\.path)
    for name in Self.names {
      #expect(events.contains { $0.hasPrefix("events/\(name).") }, "\(name)")
    }
  }

  @Test func `the template names the registered handlers and no other`() throws {
    let template = try #require(SourceTree.read("template/template.yaml"))
    let named = template.split(separator: "\n").compactMap { line -> String? in
      let trimmed = line.drop { $0 == " " }
      guard trimmed.hasPrefix("Handler: ") else { return nil }
      return String(trimmed.dropFirst("Handler: ".utf8.count))
    }
    #expect(Set(named) == Set(Self.names))
  }

  @Test func `every variable the sources read is in the README`() throws {
    let readme = try #require(SourceTree.read("README.md"))
    var names: Set<String> = []
    for file in SourceTree.files(under: "Sources", suffix: ".swift") {
      for match in file.code.matches(of: /(?:variables|lookup)[\[(]"([A-Z_0-9]+)"/) {
        names.insert(String(match.output.1))
      }
    }
    #expect(names.contains("SLUICE_DATAPACKAGE"))
    for name in names where !name.hasPrefix("_LAMBDA") {
      #expect(readme.contains(name), "\(name) is not in the README")
    }
  }
}
