import CSV
import Glibc

/// One pass over a file through the parser, and what it took.
struct FilePass {
  let path: String
  let pieceBytes: Int

  /// Hands every batch of the file on, then prints CPU time, throughput and peak memory.
  func run(_ body: (borrowing CSVBatch) -> Void) {
    let file = unsafe open(path, O_RDONLY)
    guard file >= 0 else { Main.fail("cannot open \(path)") }
    defer { close(file) }
    let start = Self.usage()
    var parser = CSVParser()
    var bytes = 0
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 64)
    defer { unsafe piece.deallocate() }
    while true {
      let got = unsafe read(file, piece.baseAddress, piece.count)
      guard got >= 0 else { Main.fail("cannot read \(path)") }
      guard got > 0 else { break }
      bytes += got
      let part = unsafe UnsafeRawBufferPointer(rebasing: piece[..<got])
      unsafe part.withMemoryRebound(to: UInt8.self) { part in
        unsafe parser.consume(part.span) { batch in body(batch) }
      }
    }
    parser.finish { batch in body(batch) }
    let end = Self.usage()
    let seconds = end.seconds - start.seconds
    let rounded = Double(Int(seconds * 1000)) / 1000
    print(
      "cpu \(rounded) s, \(Int(Double(bytes) / 1e6 / seconds)) MB/s, "
        + "peak RSS \(end.peakKilobytes / 1024) MB")
  }

  /// What the process has used of the CPU, in user and kernel mode, and of memory.
  private static func usage() -> (seconds: Double, peakKilobytes: Int) {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return (seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss)
  }
}
