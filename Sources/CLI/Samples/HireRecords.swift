/// Hires as in `hired_employees.csv`: id, name, datetime, department_id, job_id; none is quoted.
struct HireRecords: RecordSource {
  static let layout = RecordLayout(
    key: 0, text: 1, time: 2, integer: 4, kinds: BadKind.ofEveryRecord + [.textAfterQuote])

  private static let jobs = SampleNames.jobs.count
  private static let departments = SampleNames.departments.count

  private let names = PhrasePool(SampleNames.plainPeople)
  private let days = DayText()
  private var random: SampleRandom

  init(seed: UInt64) {
    random = SampleRandom(seed: seed)
  }

  mutating func append(record: Int, to text: inout RecordText) {
    text.append(number: record)
    text.append(",")
    text.append(names, names.any(&random))
    text.append(",")
    days.appendTime(&random, to: &text)
    text.append(",")
    text.append(number: 1 + random.below(Self.departments))
    text.append(",")
    text.append(number: 1 + random.below(Self.jobs))
  }
}
