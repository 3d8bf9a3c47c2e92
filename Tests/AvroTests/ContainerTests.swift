import Avro
import Glibc
import TestSupport
import Testing

/// Files that are written here and read here, and by others.
@Suite struct `Object container files` {
  @Test(arguments: [0, 1, 30, 1000])
  func `rows come back as they were, however the file is cut`(_ count: Int) throws {
    let rows = AvroFile.randomRows(count, seed: UInt64(count))
    let file = try AvroFile.write(rows)
    for size in count > 30 ? [4096, .max] : [1, 2, 3, 17, .max] {
      let (schema, read) = try AvroFile.read(file, pieces: size)
      #expect(schema == AvroFile.schema, "\(size)")
      #expect(read == rows, "\(size)")
    }
  }

  @Test func `the extremes of every type come back bit for bit`() throws {
    let fields: [(AvroType, [AvroFile.Value])] = [
      (.int, [.number(Int64(Int32.min)), .number(Int64(Int32.max)), .number(0)]),
      (.long, [.number(.min), .number(.max), .number(-1)]),
      (.float, [.float(0x8000_0000), .float(0x7FC0_0001), .float(1)]),
      (.double, [.double(1 << 63), .double(0x7FF0_0000_0000_0001), .double(.max)]),
      (.bytes, [.bytes([]), .bytes([0]), .bytes(Array(repeating: 255, count: 300_000))]),
    ]
    let schema = AvroSchema(
      name: "extremes",
      fields: fields.enumerated().map { index, field in
        AvroField(name: "f\(index)", type: field.0, isNullable: false)
      })
    let rows = (0..<3).map { row in fields.map { $0.1[row] } }
    #expect(try AvroFile.read(try AvroFile.write(rows, schema)).1 == rows)
  }

  @Test func `a long row is a block of its own and a longer one is refused`() throws {
    let schema = AvroSchema(
      name: "long", fields: [AvroField(name: "b", type: .bytes, isNullable: false)])
    let long = [UInt8](repeating: 7, count: 3 << 20)
    let rows: [[AvroFile.Value]] = [[.bytes([1])], [.bytes(long)], [.bytes([2])]]
    #expect(try AvroFile.read(try AvroFile.write(rows, schema)).1 == rows)
    var writer = try AvroWriter(schema)
    writer.bytes([UInt8](repeating: 7, count: AvroWriter.largestBlockBytes).span)
    let error = #expect(throws: AvroError.self) { try writer.endRow() }
    #expect(error?.code == .tooLarge && "\(error?.reason ?? "")".contains("row 1"))
  }

  @Test func `the longest row there may be is read back although nothing compresses it`() throws {
    let schema = AvroSchema(
      name: "long", fields: [AvroField(name: "b", type: .bytes, isNullable: false)])
    // Beyond 32 KiB deflate does not see that it comes again.
    var random = SeededRandom(seed: 3)
    let noise = (0..<64 << 10).map { _ in UInt8.random(in: 0...255, using: &random) }
    var long: [UInt8] = []
    long.reserveCapacity(AvroWriter.largestBlockBytes)
    while long.count < AvroWriter.largestBlockBytes { long += noise }
    long.removeLast(4)
    var writer = try AvroWriter(schema)
    writer.bytes(long.span)
    let block = try #require(try writer.endRow())
    #expect(block.count > AvroWriter.largestBlockBytes)
    var reader = try AvroReader()
    var lengths: [Int] = []
    for piece in [writer.header(), block] {
      try reader.consume(piece.span) { _, cursor, bytes in
        lengths.append(try cursor.range(bytes).count)
      }
    }
    try reader.finish()
    #expect(lengths == [long.count])
  }

  @Test func `names are made of any text`() {
    #expect(AvroSchema.name(of: "a b-ñ.1") == "a_b___1")
    #expect(AvroSchema.name(of: "1st") == "_1st")
    #expect(AvroSchema.name(of: "") == "_")
  }

  @Test(.enabled(if: Python.isHere, "set TEST_PYTHON to one that has fastavro"))
  func `fastavro reads the same rows and the schema`() throws {
    let schema = AvroSchema(
      name: "t",
      fields: [
        AvroField(name: "n", type: .long, isNullable: false),
        AvroField(name: "d", type: .date, isNullable: true),
        AvroField(name: "u", type: .uuid, isNullable: true),
        AvroField(
          name: "s", type: .string, isNullable: true, attributes: ["postgresType": "numeric"]),
      ])
    let uuid = "00000000-0000-4000-8000-00000000000"
    var rows: [[AvroFile.Value]] = []
    for index in 0..<20_000 {
      let number = AvroFile.Value.number(Int64(index) * 1_000_003)
      let day: AvroFile.Value = index % 3 == 0 ? .null : .number(Int64(index % 9000))
      let text: AvroFile.Value = index % 7 == 0 ? .null : .bytes(Array("1.\(index)0".utf8))
      rows.append([number, day, .bytes(Array("\(uuid)\(index % 10)".utf8)), text])
    }
    let said = try Python.run(
      """
      import fastavro, sys, datetime, uuid
      with open(sys.argv[1], "rb") as f:
        reader = fastavro.reader(f)
        fields = reader.writer_schema["fields"]
        assert reader.codec == "deflate" and fields[3]["postgresType"] == "numeric", fields
        epoch = datetime.date(1970, 1, 1)
        for index, row in enumerate(reader):
          days = None if index % 3 == 0 else epoch + datetime.timedelta(index % 9000)
          expected = {"n": index * 1000003, "d": days,
            "u": uuid.UUID("00000000-0000-4000-8000-00000000000%d" % (index % 10)),
            "s": None if index % 7 == 0 else "1.%d0" % index}
          assert row == expected, (row, expected)
        print(index + 1)
      """, file: try AvroFile.write(rows, schema))
    #expect(said == "20000\n")
  }
}
