import TestSupport

/// A stub that hands out events and then nothing more.
///
/// The emulator is the judge of what is said; with a stub a test is the parent of the program, and
/// sees its exit status, its descriptors and its signals.
struct EventScript {
  let stub: RuntimeAPIStub
  private let count: Int

  init(_ events: [String], posts: [RuntimeAPIReply] = []) throws {
    let replies = events.enumerated().map { number, event in
      RuntimeAPIReply.invocation("request-\(number + 1)", event: event)
    }
    stub = try RuntimeAPIStub(next: replies + [.hold], posts: posts)
    count = events.count
  }

  var address: String { stub.address }

  /// What was answered: the parts of the path that name the invocation, and the body.
  var answers: [(route: String, text: String)] {
    stub.posts.filter { !$0.path.contains("/extension/") }.map { post in
      (post.path.split(separator: "/").suffix(2).joined(separator: "/"), post.text)
    }
  }

  /// Waits until so many events were asked for.
  func waitUntilAsked(_ number: Int) -> Bool {
    stub.wait(for: number, to: "/invocation/next")
  }

  /// Waits until the program has dealt with every event and asks for more.
  func waitUntilIdle() -> Bool { waitUntilAsked(count + 1) }
}
