import Postgres
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct NoticeTests {
  @Test func `notices reach the closure with their fields`() throws {
    let heard = Heard()
    var connection = try ScratchSchema.current.connect { heard.note($0) }
    try connection.execute(
      "do $$ begin raise warning 'mind the gap' using hint = 'step over', detail = 'wide'; end $$")
    let notice = try #require(heard.all.first)
    #expect(heard.all.count == 1)
    #expect(notice.severity == "WARNING")
    #expect(notice.sqlState == SQLState(rawValue: "01000"))
    #expect(notice.message == "mind the gap")
    #expect(notice.hint == "step over")
    #expect(notice.detail == "wide")
  }
}

/// Collects notices from the thread that runs the statement.
final class Heard: Sendable {
  private let notices = Mutex<[PostgresNotice]>([])

  var all: [PostgresNotice] { notices.withLock { $0 } }

  func note(_ notice: PostgresNotice) {
    notices.withLock { $0.append(notice) }
  }
}
