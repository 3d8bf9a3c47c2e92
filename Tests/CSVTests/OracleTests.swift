import CSV
import CSVReference
import TestSupport
import Testing

/// Our parser against two others, on files that are well-formed and files that no longer are.
///
/// A file for which no `OracleDifference` is known must give exactly the same; where one is, it must
/// make the very difference it says. What is then left of the file, without the records concerned, is
/// compared again.
@Suite
struct OracleTests {
  @Test(
    .enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema,
    arguments: 1...4 as ClosedRange<UInt64>)
  func `fault 28: files are what COPY makes of them, or differ as is known`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var oracle = try CopyOracle()
    var met: [OracleDifference: Int] = [:]
    var equal = 0
    for _ in 0..<200 {
      let file = MutatedFile(&random)
      // With one column an empty line is a record to COPY; with more there is none.
      let dialect = CSVDialect(emptyLineIsRecord: file.columns == 1)
      let ours = DescribedFile(file.bytes, dialect, pieces: Int.random(in: 1...200, using: &random))
      let expected = ours.records.map(DescribedFile.withNulls)
      let copied = try oracle.read(file.bytes, columns: file.columns)
      var known = OracleDifference.ofCopy(ours, columns: file.columns)
      if !oracle.takesEndMarker { known.remove(.endMarker) }
      for difference in known { met[difference, default: 0] += 1 }
      if known.isEmpty {
        equal += 1
        #expect(copied == expected, "\(visible(file.bytes))")
        continue
      }
      #expect(copied != expected, "\(known): \(visible(file.bytes))")
      let isRefused = known.allSatisfy(\.isRefusal)
      #expect(!isRefused || copied == nil, "\(known): \(visible(file.bytes))")

      let rest = ours.records.filter {
        OracleDifference.ofCopy($0, columns: file.columns) == nil
      }
      #expect(
        try oracle.read(rest.flatMap { $0.raw + [0x0A] }, columns: file.columns)
          == rest.map(DescribedFile.withNulls), "\(known): \(visible(file.bytes))")
    }
    #expect(equal > 50)
    for difference in OracleDifference.allCases
    where difference != .endMarker || oracle.takesEndMarker {
      #expect(met[difference, default: 0] > 1, "\(difference)")
    }
  }

  @Test(.enabled(if: PythonOracle.isHere, "set TEST_PYTHON"))
  func `fault 28: files are what Python reads, line numbers too, or differ as is known`() throws {
    var random = SeededRandom(seed: 51)
    let files = (0..<800).map { _ in MutatedFile(&random).bytes }
    let ours = files.map { DescribedFile($0, pieces: Int.random(in: 1...200, using: &random)) }
    let read = try PythonOracle.read(files, ", strict=True")
    // What is left of files that differ; the numbers of their lines are new.
    let rests = ours.map { $0.records.filter { $0.fault == nil } }
    let reread = try PythonOracle.read(
      rests.map { $0.flatMap { $0.raw + [0x0A] } }, ", strict=True")
    var equal = 0
    for (index, file) in ours.enumerated() {
      let known = OracleDifference.ofPython(file)
      let expected = file.records.map(DescribedFile.withLines)
      if known.isEmpty {
        equal += 1
        #expect(read[index] == expected, "\(visible(file.bytes))")
        continue
      }
      #expect(read[index] != expected, "\(known): \(visible(file.bytes))")
      if known.contains(.brokenQuotes) {
        #expect(read[index] == nil, "\(known): \(visible(file.bytes))")
      }
      let values = { (line: String) in String(line.drop { $0 != " " }) }
      #expect(
        reread[index]?.map(values)
          == rests[index].map { values(DescribedFile.withLines($0)) }, "\(visible(file.bytes))")
    }
    #expect(equal > 300 && equal < 750, "\(equal)")
  }

  @Test(
    .enabled(if: PythonOracle.isHere, "set TEST_PYTHON"),
    arguments: [
      ("", CSVDialect(), "1,5\" pipe,x\n2,a\"b\"c,y\n3, \"spaced\",z\n4,\"q\"\n"),
      (
        ", skipinitialspace=True", CSVDialect(skipInitialSpace: true),
        "  1,  \"a, b\",   c d ,\n 2, ,\"\"\n"
      ),
      (
        ", escapechar='\\\\', doublequote=False", CSVDialect(doubleQuote: false, escape: 0x5C),
        "a\\,b,\"c\\\"d\",\\\\,e\n\"x\\,y\",\\\"z\\\"\n"
      ),
      (
        ", delimiter='\\t', quoting=csv.QUOTE_NONE", CSVDialect(delimiter: 0x09, quote: nil),
        "\"a\tb,c\n\t\"\n"
      ),
    ])
  func `a dialect is read as Python does`(
    arguments: String, dialect: CSVDialect, text: String
  )
    throws
  {
    let read = try PythonOracle.read([Array(text.utf8)], arguments)
    #expect(read == [DescribedFile(Array(text.utf8), dialect).records.map(DescribedFile.withLines)])
  }
}
