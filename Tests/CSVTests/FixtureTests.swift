import CSV
import CSVReference
import Glibc
import Testing

/// The files under `Fixtures`, each with what it must give in a file beside it.
@Suite
struct FixtureTests {
  static let folder =
    "\(#filePath)".split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    + "/Fixtures"

  static let names = fileNames(in: folder).filter { $0.hasSuffix(".csv") }.sorted()

  @Test
  func `there are fixtures`() {
    #expect(Self.names.count > 20)
  }

  @Test(arguments: names)
  func `fault 28: a file gives the records written beside it`(name: String) throws {
    let bytes = try #require(readFile("\(Self.folder)/\(name)"))
    let expected = try #require(readFile("\(Self.folder)/\(name.dropLast(4)).records"))
    let found = parse([bytes]).map { "\($0)\n" }.joined()
    #expect(found == String(decoding: expected, as: UTF8.self))
  }

  @Test(arguments: names)
  func `fault 28: a file split at any byte gives the same records`(name: String) throws {
    let bytes = try #require(readFile("\(Self.folder)/\(name)"))
    let whole = parse([bytes])
    for size in 1...3 {
      #expect(parse(cut(bytes, into: size)) == whole, "pieces of \(size)")
    }
    for at in 0...bytes.count {
      let halves = parse([Array(bytes[..<at]), Array(bytes[at...])])
      #expect(halves == whole, "split at \(at)")
      if halves != whole { return }
    }
  }
}

func readFile(_ path: String) -> [UInt8]? {
  guard let file = unsafe fopen(path, "rb") else { return nil }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65536)
  while true {
    let got = unsafe fread(&block, 1, block.count, file)
    if got == 0 { return bytes }
    bytes += block[..<got]
  }
}

func writeFile(_ path: String, _ bytes: [UInt8]) -> Bool {
  guard let file = unsafe fopen(path, "wb") else { return false }
  defer { unsafe fclose(file) }
  return unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count
}

func fileNames(in folder: String) -> [String] {
  guard let directory = unsafe opendir(folder) else { return [] }
  defer { unsafe closedir(directory) }
  var names: [String] = []
  while let entry = unsafe readdir(directory) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
      unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    names.append(name)
  }
  return names
}
