import Testing

/// The catalogue of faults and the tests that carry their numbers name each other.
@Suite struct `Fault rules` {
  static let tests = NumberedTest.all

  let catalogue: FaultCatalogue

  init() throws {
    catalogue = try FaultCatalogue(#require(SourceTree.read("docs/faults.md")))
  }

  @Test func `every fault that a test names is in the catalogue as covered`() {
    #expect(Set(Self.tests.map(\.number)).count > 40)
    for test in Self.tests {
      #expect(
        catalogue.covered[test.number] != nil,
        "fault \(test.number) of Tests/\(test.path) is not among the covered faults")
    }
  }

  @Test func `every test in the catalogue exists`() {
    for (number, listed) in catalogue.covered {
      #expect(!listed.isEmpty, "fault \(number) has no test in docs/faults.md")
      for test in listed {
        let places = Self.tests.filter { $0.number == number && $0.sentence == test.sentence }
          .map(\.path)
        #expect(
          places.contains(test.path),
          """
          docs/faults.md: \(test.path) has no test of fault \(number) called '\(test.sentence)'; \
          \(places.isEmpty ? "no file has" : "it is in \(places)")
          """)
      }
    }
  }

  @Test func `a fault stands in the catalogue once`() {
    #expect(catalogue.numbers.count > 150)
    let numbers = catalogue.numbers.sorted()
    for (number, next) in zip(numbers, numbers.dropFirst()) {
      #expect(number != next, "fault \(number) is in docs/faults.md twice")
    }
  }
}
