import System
import TestSupport
import Testing

@Suite struct `Open files` {
  @Test(arguments: [0, 1, 1 << 16, (1 << 16) + 1])
  func `what is written is read back`(count: Int) throws {
    let folder = try ScratchFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try OpenFile(folder.path("file"), for: .creating).write(bytes.span)
    #expect(try OpenFile(folder.path("file"), for: .reading).contents() == bytes)
    #expect(throws: SystemError.self) { _ = try OpenFile(folder.path("file"), for: .creating) }
  }

  @Test func `what the system refuses is told in its words`() throws {
    let folder = try ScratchFolder()
    do throws(SystemError) {
      _ = try OpenFile(folder.path("none"), for: .reading)
      Issue.record("there is no such file")
    } catch {
      #expect(error.isNoSuchFile)
      #expect(error.description == "No such file or directory")
    }
    let file = try OpenFile(folder.path("file"), for: .creating)
    #expect(throws: SystemError.self) { try file.contents() }
  }
}
