import CSV
import Glibc
import TestSupport
import Testing

private func variable(_ name: String) -> String? {
  guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
  return unsafe String(cString: value)
}

/// What a shell command writes to its output; nil if it fails.
private func output(of command: String) -> String? {
  guard let pipe = unsafe popen(command, "r") else { return nil }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65536)
  while true {
    let got = unsafe fread(&block, 1, block.count, pipe)
    if got == 0 { break }
    bytes += block[..<got]
  }
  guard unsafe pclose(pipe) == 0 else { return nil }
  return String(decoding: bytes, as: UTF8.self)
}

private func hex(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

/// Lends the path of a new file with these bytes.
private func withFile<R>(_ bytes: [UInt8], _ body: (String) throws -> R) throws -> R {
  var random = SystemRandomNumberGenerator()
  let path = "/tmp/csv-oracle-\(random.next() as UInt64).csv"
  try #require(writeFile(path, bytes))
  defer { unsafe unlink(path) }
  return try body(path)
}

/// A well-formed file of random records; fields are quoted where they must be, and now and then.
private func wellFormed(
  _ random: inout SeededRandom, columns: ClosedRange<Int>, records: Int, alphabet: [UInt8],
  lineEnds: [String]
) -> [UInt8] {
  var bytes: [UInt8] = []
  for _ in 0..<records {
    for column in 0..<Int.random(in: columns, using: &random) {
      if column > 0 { bytes.append(0x2C) }
      let value = random.bytes(Int.random(in: 0...12, using: &random), from: alphabet)
      let mustQuote = value.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      if mustQuote || Int.random(in: 0..<4, using: &random) == 0 {
        bytes.append(0x22)
        for byte in value { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
        bytes.append(0x22)
      } else {
        bytes += value
      }
    }
    bytes += Array(lineEnds[Int.random(in: 0..<lineEnds.count, using: &random)].utf8)
  }
  return bytes
}

@Suite(.enabled(if: variable("TEST_DATABASE_URL") != nil, "set TEST_DATABASE_URL"))
struct PostgresOracleTests {
  /// One line a record: hexadecimal values, `-` for a missing one, commas between.
  private func copied(_ bytes: [UInt8], columns: Int) throws -> String {
    let url = try #require(variable("TEST_DATABASE_URL"))
    let names = (1...columns).map { "c\($0)" }
    let definitions = names.map { "\($0) text" }.joined(separator: ", ")
    let values = names.map { "coalesce(encode(textsend(\($0)), 'hex'), '-')" }
    return try withFile(bytes) { path in
      let script = """
        create temp table t (n bigserial, \(definitions));
        \\copy t (\(names.joined(separator: ", "))) from '\(path)' with (format csv)
        select concat_ws(',', \(values.joined(separator: ", "))) from t order by n;
        """
      return try withFile(Array(script.utf8)) { script in
        try #require(output(of: "psql -XqAt -v ON_ERROR_STOP=1 -f '\(script)' '\(url)'"))
      }
    }
  }

  private func described(_ bytes: [UInt8], _ dialect: CSVDialect) -> String {
    parse(cut(bytes, into: 4096), ParseOptions(dialect: dialect)).map { record in
      let fields = record.fields.map { $0.value.isEmpty && !$0.isQuoted ? "-" : hex($0.value) }
      return fields.joined(separator: ",") + "\n"
    }.joined()
  }

  @Test(arguments: 1...8)
  func `well-formed files are what COPY makes of them`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let columns = Int(seed)
    let bytes = wellFormed(
      &random, columns: columns...columns, records: 400,
      alphabet: Array("aab é,\"\n\r;'#\t".utf8).filter { $0 < 0x80 } + [0x7E],
      lineEnds: [seed % 2 == 0 ? "\n" : "\r\n"])
    // With one column an empty line is a record to COPY; with more there is none.
    let dialect = CSVDialect(emptyLineIsRecord: columns == 1)
    #expect(described(bytes, dialect) == (try copied(bytes, columns: columns)))
  }
}

@Suite(.enabled(if: variable("TEST_PYTHON") != nil, "set TEST_PYTHON"))
struct PythonOracleTests {
  /// One line a record, hexadecimal values with commas between, as Python's `csv` reads the file.
  private func read(_ bytes: [UInt8], _ arguments: String) throws -> String {
    let python = try #require(variable("TEST_PYTHON"))
    let program = """
      import csv, sys
      with open(sys.argv[1], newline="", encoding="latin-1") as file:
        for row in csv.reader(file\(arguments)):
          if row: print(",".join(field.encode("latin-1").hex() for field in row))
      """
    return try withFile(bytes) { path in
      try withFile(Array(program.utf8)) { program in
        try #require(output(of: "'\(python)' '\(program)' '\(path)'"))
      }
    }
  }

  private func described(_ bytes: [UInt8], _ dialect: CSVDialect) -> String {
    parse(cut(bytes, into: 1000), ParseOptions(dialect: dialect)).map { record in
      record.fields.map { hex($0.value) }.joined(separator: ",") + "\n"
    }.joined()
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `well-formed files are what Python reads`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let bytes = wellFormed(
      &random, columns: 1...7, records: 500, alphabet: Array("aabé,\"\n\r ;'#".utf8),
      lineEnds: ["\n", "\r\n", "\r"])
    #expect(described(bytes, CSVDialect()) == (try read(bytes, "")))
  }

  @Test
  func `bare quotes are text as in Python`() throws {
    let bytes = Array("1,5\" pipe,x\n2,a\"b\"c,y\n3, \"spaced\",z\n4,\"q\"\n".utf8)
    #expect(described(bytes, CSVDialect()) == (try read(bytes, "")))
  }

  @Test
  func `initial spaces are dropped as in Python`() throws {
    let bytes = Array("  1,  \"a, b\",   c d ,\n 2, ,\"\"\n".utf8)
    let dialect = CSVDialect(skipInitialSpace: true)
    #expect(described(bytes, dialect) == (try read(bytes, ", skipinitialspace=True")))
  }

  @Test
  func `escapes are read as in Python`() throws {
    let bytes = Array("a\\,b,\"c\\\"d\",\\\\,e\n\"x\\,y\",\\\"z\\\"\n".utf8)
    let dialect = CSVDialect(doubleQuote: false, escape: 0x5C)
    #expect(
      described(bytes, dialect) == (try read(bytes, ", escapechar='\\\\', doublequote=False")))
  }
}
