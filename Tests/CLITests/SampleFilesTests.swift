import CLI
import Testing

@Suite struct `Sample files` {
  static func size(_ seed: UInt64, _ hires: Int, _ incomplete: Int) -> SampleSize {
    var size = SampleSize()
    (size.seed, size.hires, size.incomplete) = (seed, hires, incomplete)
    return size
  }

  /// Splits the CSV we write: no field of ours holds a newline.
  static func records(_ bytes: [UInt8]) -> [[String]] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      var fields = [""]
      var isQuoted = false
      for letter in line {
        switch letter {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: fields.append("")
        default: fields[fields.count - 1].append(letter)
        }
      }
      return fields
    }
  }

  @Test func `the same seed gives the same bytes and another seed others`() {
    let first = SampleFiles(Self.size(42, 500, 20))
    let second = SampleFiles(Self.size(42, 500, 20))
    #expect(first.all.map(\.bytes) == second.all.map(\.bytes))
    let other = SampleFiles(Self.size(43, 500, 20))
    #expect(other.hires != first.hires)
    #expect(other.people != first.people)
  }

  @Test func `the first records never change`() {
    // Written down, so that a change of the generator is seen as one.
    let files = SampleFiles(SampleSize())
    #expect(Self.records(files.departments).first == ["1", "Accounts"])
    #expect(Self.records(files.jobs).first == ["1", "Junior Archivist"])
    #expect(
      String(decoding: files.hires.prefix(200), as: UTF8.self).split(separator: "\n")[0]
        == Self.firstHire)
  }

  static let firstHire = "1,Nadia Tallgrass,2021-07-08T09:47:57Z,6,158"

  @Test(arguments: [(1 as UInt64, 2000, 70), (2, 2000, 70), (9, 100, 0), (9, 100, 100), (3, 0, 0)])
  func `exactly the wanted number of hires lack exactly one field`(
    seed: UInt64, hires: Int, incomplete: Int
  ) {
    let records = Self.records(SampleFiles(Self.size(seed, hires, incomplete)).hires)
    #expect(records.count == hires)
    #expect(records.allSatisfy { $0.count == 5 && !$0[0].isEmpty })
    let lacking = records.map { record in record.count { $0.isEmpty } }
    #expect(lacking.count { $0 == 1 } == incomplete)
    #expect(lacking.allSatisfy { $0 <= 1 })
    #expect(records.enumerated().allSatisfy { $1[0] == String($0 + 1) })
  }

  @Test func `hires refer to departments and jobs that exist, in 2021 and early 2022`() {
    let files = SampleFiles(SampleSize())
    let departments = Set(Self.records(files.departments).map { $0[0] })
    let jobs = Set(Self.records(files.jobs).map { $0[0] })
    #expect(departments.count == 12)
    #expect(jobs.count == 180)
    for record in Self.records(files.hires) {
      #expect(record[3].isEmpty || departments.contains(record[3]))
      #expect(record[4].isEmpty || jobs.contains(record[4]))
      guard !record[2].isEmpty else { continue }
      #expect(record[2] >= "2021-01-01T00:00:00Z" && record[2] < "2022-03-01T00:00:00Z")
      #expect(record[2].utf8.count == 20 && record[2].hasSuffix("Z"))
    }
  }

  @Test func `people have a header, fifteen records and no final newline`() {
    let people = SampleFiles(SampleSize()).people
    let records = Self.records(people)
    #expect(records.first == ["fullname", "age", "location"])
    #expect(records.count == 16)
    #expect(records.allSatisfy { $0.count == 3 && $0.allSatisfy { !$0.isEmpty } })
    #expect(people.last != UInt8(ascii: "\n"))
  }

  @Test func `names hold what makes CSV hard`() {
    let files = SampleFiles(SampleSize())
    let text = String(decoding: files.departments + files.hires, as: UTF8.self)
    #expect(text.contains("\"Maps, Charts and Archives\""))
    #expect(text.contains("\"The \"\"Loft\"\" Studio\""))
    #expect(text.utf8.contains { $0 > 0x7f })
    #expect(String(decoding: files.jobs, as: UTF8.self).contains("/"))
  }
}
