import Handlers
import LambdaRuntime
import TestSupport
import Testing

@Test func `Each file of sample events is named after a handler and its shape`() throws {
  let handlers = HandlerRegistry.all().names.map(\.description)
  for name in try EventFile.names() {
    let parts = name.split(separator: ".", maxSplits: 1)
    #expect(parts.count == 2 && handlers.contains(String(parts[0])), "\(name)")
  }
}
