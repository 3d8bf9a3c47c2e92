import Glibc
import System
import TestSupport
import Testing

@Suite struct `Bytes of files` {
  @Test(arguments: [0, 1, 1 << 16, (1 << 16) + 1])
  func `what is written is read back`(count: Int) throws {
    let folder = try ScratchFolder()
    let path = folder.path("file")
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try FileBytes.write(bytes.span, to: descriptor)
    close(descriptor)
    #expect(try FileBytes.read(path) == bytes)
  }

  @Test func `what the system refuses is told in its words`() throws {
    let folder = try ScratchFolder()
    do throws(SystemError) {
      _ = try FileBytes.read(folder.path("none"))
      Issue.record("there is no such file")
    } catch {
      #expect(error.isNoSuchFile)
      #expect(error.description == "No such file or directory")
    }
    #expect(throws: SystemError.self) { try FileBytes.read(folder.path) }
    #expect(throws: SystemError.self) { try FileBytes.write([1].span, to: -1) }
  }
}
