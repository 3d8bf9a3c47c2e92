import LambdaRuntime

/// Answers `{"size":N}` with a JSON string of N bytes, and anything else with itself.
struct EchoHandler: RawLambdaHandler {
  mutating func handle(_ event: Span<UInt8>, context: InvocationContext) throws -> [UInt8] {
    guard let size = requestedSize(event) else {
      return unsafe event.withUnsafeBufferPointer { unsafe Array($0) }
    }
    var text = [UInt8](repeating: UInt8(ascii: "x"), count: max(size, 2))
    text[0] = UInt8(ascii: "\"")
    text[text.count - 1] = UInt8(ascii: "\"")
    return text
  }

  private func requestedSize(_ event: Span<UInt8>) -> Int? {
    let prefix: StaticString = #"{"size":"#
    guard event.count > 8, event.count < 32 else { return nil }
    for index in 0..<8 {
      guard unsafe event[index] == prefix.utf8Start[index] else { return nil }
    }
    var size = 0
    for index in 8..<event.count {
      guard (0x30...0x39).contains(event[index]) else { break }
      size = size * 10 + Int(event[index]) - 0x30
    }
    return size
  }
}

@main
struct Main {
  static func main() {
    var registry = HandlerRegistry()
    registry.register("function.handler") { _ in EchoHandler() }
    registry.run()
  }
}
