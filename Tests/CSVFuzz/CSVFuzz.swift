import CSVReference
import Glibc

/// Takes an input of libFuzzer and ends the process when the parser does not hold what it must.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ input: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: input, count: count))
  if let complaint = ParserCheck(fuzzed: bytes).complaint() {
    let text = Array("CSVFuzz: \(complaint)\n".utf8)
    unsafe write(STDERR_FILENO, text, text.count)
    abort()
  }
  return 0
}
