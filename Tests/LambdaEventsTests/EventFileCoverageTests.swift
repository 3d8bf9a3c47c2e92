import JSON
import LambdaEvents
import TestSupport
import Testing

@Suite struct `The folder of sample events` {
  // Those of a handler that somebody adds are its own tests' matter.
  @Test func `holds no file that no test decodes, and no test names a missing file`() throws {
    let tested =
      directObjects.map(\.file) + queuedObjects.map(\.file) + objectFilesTestedByThemselves
      + requestFiles.map(\.file) + scheduleFiles.map(\.file)
    let shipped = try EventFile.names().filter { name in
      ["csv-load.", "job-ingest.", "api."].contains { name.hasPrefix($0) }
    }
    #expect(shipped == tested.sorted())
  }
}

@Suite struct `A damaged event` {
  @Test func `is decoded or refused with a place, whatever the damage`() throws {
    var random = SystemRandomNumberGenerator()
    for name in try EventFile.names() {
      let whole = try EventFile.bytes(name)
      for _ in 0..<40 {
        var damaged = whole
        let start = Int.random(in: 0..<damaged.count, using: &random)
        let end = min(damaged.count, start + Int.random(in: 0...20, using: &random))
        let piece = (0..<Int.random(in: 0...3, using: &random)).map { _ in
          Array("{}[]\",:%0n".utf8).randomElement(using: &random) ?? 0
        }
        damaged.replaceSubrange(start..<end, with: piece)
        do {
          if name.hasPrefix("api.") {
            let request = try JSON.decode(APIRequest.self, from: damaged)
            _ = try (request.path, request.query, request.body)
          } else {
            _ = try JSON.decode(ObjectEvent.self, from: damaged)
          }
        } catch let error as JSONError {
          #expect(error.code == .malformed || !error.expected.isEmpty)
        } catch is RequestFault {
          continue
        }
      }
    }
  }
}
