/// How much to generate.
package struct SampleSize: Sendable, Equatable {
  package var seed: UInt64 = 1
  package var hires = 2000
  /// Hires that lack exactly one field.
  package var incomplete = 70

  package init() {}
}

/// Sample files for the shipped datasets; all names in them are made up.
package struct SampleFiles: Sendable {
  package let departments: [UInt8]
  package let jobs: [UInt8]
  package let hires: [UInt8]
  package let people: [UInt8]

  package var all: [(name: String, bytes: [UInt8])] {
    [
      ("departments.csv", departments), ("jobs.csv", jobs), ("hired_employees.csv", hires),
      ("people.csv", people),
    ]
  }

  /// Makes the files; the same size and seed give the same bytes.
  package init(_ size: SampleSize) {
    let jobNames = SampleNames.jobs
    departments = Self.numbered(SampleNames.departments)
    jobs = Self.numbered(jobNames)
    hires = Self.hires(size, jobs: jobNames.count)
    people = Self.people(size)
  }

  private static func numbered(_ names: [String]) -> [UInt8] {
    CSVText.lines(names.enumerated().map { [String($0 + 1), $1] })
  }

  private static func hires(_ size: SampleSize, jobs: Int) -> [UInt8] {
    var csv: [UInt8] = []
    var random = SampleRandom(seed: size.seed)
    // 2021-01-01T00:00:00Z, and fourteen months of seconds.
    let start = 1_609_459_200
    let span = 424 * 86_400
    var incompleteLeft = size.incomplete
    for index in 0..<size.hires {
      var fields = [
        String(index + 1), SampleNames.person(&random),
        WallClock(seconds: Int64(start + random.below(span))).iso8601,
        String(department(&random)), String(random.below(jobs) + 1),
      ]
      // Each remaining record is as likely to be incomplete, and the count comes out exactly.
      if random.below(size.hires - index) < incompleteLeft {
        fields[1 + random.below(4)] = ""
        incompleteLeft -= 1
      }
      csv += CSVText.lines([fields])
    }
    return csv
  }

  /// Some departments hire more than others, so that a mean divides them.
  private static func department(_ random: inout SampleRandom) -> Int {
    let count = SampleNames.departments.count
    return min(random.below(count), random.below(count + count / 2)) + 1
  }

  private static func people(_ size: SampleSize) -> [UInt8] {
    var random = SampleRandom(seed: size.seed ^ 0x70656f706c65)
    let people = (0..<15).map { _ in
      [SampleNames.person(&random), String(18 + random.below(60)), random.pick(SampleNames.places)]
    }
    // As many programs write it: without a final newline.
    return CSVText.lines([["fullname", "age", "location"]] + people).dropLast()
  }
}
