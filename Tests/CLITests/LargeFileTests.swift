import CLI
import Testing

@Suite struct `Large files` {
  struct Made {
    var bytes: [UInt8] = []
    var bad: [LargeFile.BadRecord] = []
    let totals: LargeFile.Totals

    init(_ file: LargeFile) {
      var bytes: [UInt8] = []
      var bad: [LargeFile.BadRecord] = []
      totals = file.generate {
        bad.append($0)
      } onBytes: { piece in
        for index in piece.indices { bytes.append(piece[index]) }
      }
      (self.bytes, self.bad) = (bytes, bad)
    }
  }

  static func file(
    _ records: LargeFile.Records, _ size: LargeFile.Size, seed: UInt64 = 1, bad: Int = 0
  ) -> LargeFile {
    var file = LargeFile(records)
    (file.size, file.seed, file.badPerMillion) = (size, seed, bad)
    return file
  }

  @Test(arguments: LargeFile.Records.allCases)
  func `the same seed gives the same bytes and another seed others`(records: LargeFile.Records) {
    let first = Made(Self.file(records, .records(500), seed: 4, bad: 50_000))
    let second = Made(Self.file(records, .records(500), seed: 4, bad: 50_000))
    #expect(first.bytes == second.bytes && first.bad == second.bad)
    #expect(Made(Self.file(records, .records(500), seed: 5, bad: 50_000)).bytes != first.bytes)
  }

  static let beginnings: [(records: LargeFile.Records, text: String)] = [
    (
      .hires,
      "1,Nadia F. Hoshigaki,2023-12-26T23:18:14Z,6,80\n2,Sefa E. Dunmarrow,2024-07-05T12:33:13Z,4"
    ),
    (
      .orders,
      "1,910a2dec-8902-4cc1-aeeb-8da1658eec67,\"Zeitler, Tomás\",\"444 Calle del Sol, door 79\","
    ),
  ]

  @Test(arguments: beginnings)
  func `the first records never change`(records: LargeFile.Records, text: String) {
    let made = Made(Self.file(records, .records(10)))
    #expect(String(decoding: made.bytes, as: UTF8.self).hasPrefix(text))
  }

  @Test(arguments: LargeFile.Records.allCases)
  func `a file ends with the record that reaches its size`(records: LargeFile.Records) throws {
    // More than a piece, so that the size is seen across pieces.
    let whole = Made(Self.file(records, .bytes(700_000)))
    #expect(whole.totals.bytes == whole.bytes.count)
    #expect(whole.bytes.count >= 700_000 && whole.bytes.count < 702_000)
    let counted = Made(Self.file(records, .records(whole.totals.records)))
    #expect(counted.bytes == whole.bytes)
    let fewer = Made(Self.file(records, .records(whole.totals.records - 1)))
    #expect(fewer.bytes.count < 700_000)
    #expect(Made(Self.file(records, .records(0))).bytes.isEmpty)
  }

  @Test(arguments: LargeFile.Records.allCases)
  func `the truth lists every bad record and no other`(records: LargeFile.Records) {
    let made = Made(Self.file(records, .records(3000), seed: 8, bad: 200_000))
    let lines = PlainRecord.all(in: made.bytes)
    #expect(lines.count == 3000 && made.totals.records == 3000)
    #expect(made.totals.bad == made.bad.count)
    let types = records == .hires ? PlainRecord.hireTypes : PlainRecord.orderTypes
    let found = lines.filter { !$0.fits(types) }.map { [$0.number, $0.line, $0.byteOffset] }
    #expect(found == made.bad.map { [$0.record, $0.line, $0.byteOffset] })
    // 600 expected; this is nine standard deviations.
    #expect((400...800).contains(found.count))
  }

  @Test func `every way to be bad occurs in one of them`() {
    let kinds = LargeFile.Records.allCases.flatMap { records in
      Made(Self.file(records, .records(3000), bad: 500_000)).bad.map(\.kind)
    }
    #expect(Set(kinds) == Set(BadKind.allCases))
  }

  @Test(arguments: LargeFile.Records.allCases)
  func `bad records leave the others as they are`(records: LargeFile.Records) {
    let clean = PlainRecord.all(in: Made(Self.file(records, .records(2000))).bytes)
    let made = Made(Self.file(records, .records(2000), bad: 100_000))
    let bad = Set(made.bad.map(\.record))
    for (one, other) in zip(clean, PlainRecord.all(in: made.bytes)) {
      #expect((one.fields != other.fields) == bad.contains(one.number))
    }
  }

  @Test func `orders hold what makes CSV hard`() {
    let text = String(decoding: Made(Self.file(.orders, .records(500))).bytes, as: UTF8.self)
    #expect(text.contains("\nFloor "))
    #expect(text.contains(",\"\"\""))
    #expect(text.contains(",,"))
    #expect(text.contains("Ñuble Alto"))
    #expect(text.hasSuffix("\n"))
  }
}
