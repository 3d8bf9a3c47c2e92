import CSVReference
import Testing

/// The fuzzer's corpus, replayed: an input that once broke the parser is a test from its commit on.
@Suite
struct CorpusTests {
  static let folder = "\(FixtureTests.folder.dropLast("Fixtures".utf8.count))Corpus"

  static let names = fileNames(in: folder).filter { !$0.hasPrefix(".") }.sorted()

  @Test
  func `there is a corpus`() {
    #expect(Self.names.count > 15)
  }

  @Test(arguments: names)
  func `a file of the corpus is parsed as it must be`(name: String) throws {
    let bytes = try #require(readFile("\(Self.folder)/\(name)"))
    #expect(ParserCheck(fuzzed: bytes).complaint() == nil)
    // The same file where the end of a batch falls into its middle.
    var moved = bytes
    moved[2] = 0x31 &+ 2 &* UInt8(truncatingIfNeeded: bytes.count / 4)
    #expect(ParserCheck(fuzzed: moved).complaint() == nil)
  }
}
