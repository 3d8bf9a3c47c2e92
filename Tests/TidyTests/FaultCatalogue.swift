/// A test that carries the number of a fault, once for each of its numbers.
struct NumberedTest {
  let number: Int
  /// The path below `Tests`.
  let path: String
  let sentence: String

  /// Names in backticks, and names and first lines of Python's tests.
  static var all: [NumberedTest] {
    let files =
      SourceTree.files(under: "Tests", suffix: ".swift")
      + SourceTree.files(under: "Tests", suffix: ".py")
    return files.flatMap { file in
      let path = String(file.path.dropFirst("Tests/".utf8.count))
      let sentences = file.text.matches(
        of: /(?:`|""")faults? (\d+)(?: (and|to) (\d+))?: ([^`"]+?)\.?(?:`|""")/)
      let names = file.text.matches(of: /def test_fault_(\d+)_(\w+)/)
      return sentences.flatMap { match -> [NumberedTest] in
        let first = Int(match.output.1) ?? 0
        let last = match.output.3.flatMap { Int($0) } ?? first
        let numbers = match.output.2 == "and" ? [first, last] : Array(first...max(first, last))
        return numbers.map { number in
          NumberedTest(number: number, path: path, sentence: String(match.output.4))
        }
      }
        + names.map { match in
          NumberedTest(
            number: Int(match.output.1) ?? 0, path: path,
            sentence: String(match.output.2.replacing("_", with: " ")))
        }
    }
  }
}

/// What `docs/faults.md` says: its faults, and the tests of those that are covered.
struct FaultCatalogue {
  /// The numbers of all headings and rows, as often as they occur.
  private(set) var numbers: [Int] = []
  private(set) var covered: [Int: [NumberedTest]] = [:]

  init(_ text: String) {
    var current: Int?
    for line in text.split(separator: "\n") {
      if let heading = line.prefixMatch(of: #/### (\d+)\. /#), let number = Int(heading.output.1) {
        numbers.append(number)
        covered[number] = covered[number] ?? []
        current = number
      } else if line.hasPrefix("## ") {
        current = nil
      } else if let row = line.prefixMatch(of: /\| (\d+) \|/), let number = Int(row.output.1) {
        numbers.append(number)
      } else if let number = current, let item = line.wholeMatch(of: /- `([^`]+)`: (.+)/) {
        covered[number, default: []].append(
          NumberedTest(
            number: number, path: String(item.output.1), sentence: String(item.output.2)))
      }
    }
  }
}
