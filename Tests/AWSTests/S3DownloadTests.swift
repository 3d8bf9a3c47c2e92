import AWS
import HTTP
import Testing
import TestSupport

/// Reading an object whose transfer is disturbed on the way.
@Suite struct S3DownloadTests {
  static let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 9) }
  private let object = S3Object(bucket: "bucket", key: "key")
  /// As often as the real one, but without its long waits.
  private let quick = RetryPolicy(
    attempts: 8, baseDelay: .milliseconds(1), maximumDelay: .milliseconds(5))

  /// Where a request wants to begin.
  private static func start(_ request: HTTPStub.Request) -> Int {
    request.header("Range").flatMap { Int($0.dropFirst("bytes=".utf8.count).dropLast()) } ?? 0
  }

  /// The bytes from an offset on, as S3 sends them.
  private static func answer(_ start: Int, eTag: String = "e") -> HTTPStub.Reply {
    var headers = [("ETag", "\"\(eTag)\"")]
    if start > 0 {
      headers.append(("Content-Range", "bytes \(start)-\(body.count - 1)/\(body.count)"))
    }
    return HTTPStub.Reply(start > 0 ? 206 : 200, headers, body: Array(body[start...]))
  }

  private struct Outcome {
    var received: [UInt8] = []
    var interruptions: [Int64] = []
    var error: (any Error)?
  }

  private func download(
    _ stub: HTTPStub, stallLimit: Duration = .seconds(30), timeout: Duration = .seconds(30)
  ) throws -> Outcome {
    var client = try S3Client(
      lookup: variables(endpoint: stub.url), clock: nil, stallLimit: stallLimit)
    var outcome = Outcome()
    do {
      let head = try client.download(
        object, timeout: timeout, retries: quick,
        onInterruption: { _, received in outcome.interruptions.append(received) },
        receive: { head, bytes in
          #expect(head.size == 300_000 && head.contentRange == nil)
          unsafe bytes.withUnsafeBufferPointer {
            unsafe outcome.received.append(contentsOf: $0)
          }
        })
      #expect(head.eTag == "e")
    } catch {
      outcome.error = error
    }
    #expect(Self.body.starts(with: outcome.received), "what came is the object's beginning")
    return outcome
  }

  @Test(arguments: [0, 1, 60, 90, 91, 100, 16_384, 299_999, 300_050])
  func `fault 30: a transfer cut at any byte goes on where it was`(_ cut: Int) throws {
    let stub = try HTTPStub { request in
      Self.answer(Self.start(request)).with { if request.number == 0 { $0.cutAfter = cut } }
    }
    let outcome = try download(stub)
    #expect(outcome.error == nil && outcome.received == Self.body)
    let second = try #require(stub.requests.dropFirst().first)
    #expect(stub.requests.count == 2)
    if let reached = outcome.interruptions.first {
      #expect(second.header("Range") == "bytes=\(reached)-")
      #expect(second.header("If-Match") == "\"e\"")
    } else {
      #expect(second.header("Range") == nil)
    }
  }

  @Test func `fault 30: any number of cuts is survived as long as bytes come`() throws {
    let stub = try HTTPStub { request in
      Self.answer(Self.start(request)).with { $0.cutAfter = 10_000 }
    }
    let outcome = try download(stub)
    #expect(outcome.error == nil && outcome.received == Self.body)
    #expect(
      outcome.interruptions.count > 25
        && outcome.interruptions.sorted() == outcome.interruptions)
  }

  @Test func `fault 30: a server that falls silent is left and asked for the rest`() throws {
    let stub = try HTTPStub { request in
      Self.answer(Self.start(request)).with { if request.number == 0 { $0.silentAfter = 70_000 } }
    }
    let outcome = try download(stub, stallLimit: .seconds(1))
    #expect(outcome.error == nil && outcome.received == Self.body)
    #expect(outcome.interruptions.count == 1)
  }

  @Test(arguments: [500, 503, 429])
  func `fault 30: a service that is away for a while is waited for`(_ status: Int) throws {
    let stub = try HTTPStub { request in
      switch request.number {
      case 0: Self.answer(0).with { $0.cutAfter = 50_000 }
      // More than one call repeats by itself.
      case 1...6: HTTPStub.Reply(status)
      default: Self.answer(Self.start(request))
      }
    }
    let outcome = try download(stub)
    #expect(outcome.error == nil && outcome.received == Self.body)
    #expect(stub.requests.count == 8)
  }

  @Test func `a service that stays away ends the download with its last answer`() throws {
    let stub = try HTTPStub { request in
      request.number == 0 ? Self.answer(0).with { $0.cutAfter = 50_000 } : HTTPStub.Reply(503)
    }
    let outcome = try download(stub, timeout: .seconds(8))
    let error = try #require(outcome.error as? AWSError)
    #expect(error.isRetriable && !error.isObjectChanged, "\(error)")
    #expect(Set(outcome.interruptions).count == 1)
  }

  @Test func `a changed object is told as such and nothing more is asked for`() throws {
    let stub = try HTTPStub { request in
      request.number == 0
        ? Self.answer(0).with { $0.cutAfter = 50_000 } : HTTPStub.Reply(412)
    }
    let outcome = try download(stub)
    #expect((outcome.error as? AWSError)?.isObjectChanged == true)
    #expect(stub.requests.count == 2)
  }

  @Test func `an object that was changed before its first byte is not told as begun`() throws {
    let outcome = try download(try HTTPStub(HTTPStub.Reply(412)))
    let error = try #require(outcome.error as? AWSError)
    #expect(error.status == 412 && !error.isObjectChanged)
  }

  @Test func `bytes of another object are not mixed in, though the condition was ignored`() throws {
    let others = [
      Self.answer(40_000, eTag: "other"),
      HTTPStub.Reply(
        206, [("ETag", "\"e\""), ("Content-Range", "bytes 40000-40001/40002")], body: [9, 9]),
    ]
    for other in others {
      let stub = try HTTPStub { request in
        guard request.number > 0 else {
          let reply = Self.answer(0)
          return reply.with { $0.cutAfter = $0.bytes.count - Self.body.count + 40_000 }
        }
        return other
      }
      let outcome = try download(stub)
      #expect((outcome.error as? AWSError)?.isObjectChanged == true, "\(outcome.error as Any)")
      #expect(outcome.received.count == 40_000)
    }
  }

  @Test func `bytes from another place are not mixed in`() throws {
    let wrong = [
      Self.answer(0),
      Self.answer(30_000),
      HTTPStub.Reply(206, [("ETag", "\"e\"")], body: [1]),
    ]
    for reply in wrong {
      let stub = try HTTPStub { request in
        request.number == 0 ? Self.answer(0).with { $0.cutAfter = 50_000 } : reply
      }
      let outcome = try download(stub)
      #expect((outcome.error as? AWSError)?.code == "RangeIgnored")
    }
  }

  @Test func `an answer shorter than what was asked for is followed by another`() throws {
    let stub = try HTTPStub { request in
      let start = Self.start(request)
      guard start > 0 else { return Self.answer(0).with { $0.cutAfter = 50_000 } }
      let end = min(start + 90_000, Self.body.count)
      return HTTPStub.Reply(
        206,
        [("ETag", "\"e\""), ("Content-Range", "bytes \(start)-\(end - 1)/\(Self.body.count)")],
        body: Array(Self.body[start..<end]))
    }
    let outcome = try download(stub)
    #expect(outcome.error == nil && outcome.received == Self.body)
    #expect(stub.requests.count == 4)
  }

  @Test func `an answer longer than the object ends the download`() throws {
    let stub = try HTTPStub { request in
      let start = Self.start(request)
      guard start > 0 else { return Self.answer(0).with { $0.cutAfter = 50_000 } }
      return HTTPStub.Reply(
        206, [("ETag", "\"e\""), ("Content-Range", "bytes \(start)-299999/300000")],
        body: Array(Self.body[start...]) + [1, 2, 3])
    }
    let outcome = try download(stub)
    #expect((outcome.error as? AWSError)?.code == "BodyTooLong")
  }

  @Test func `a cut behind the last byte costs no further request`() throws {
    let stub = try HTTPStub { request in
      let start = Self.start(request)
      guard start > 0 else { return Self.answer(0).with { $0.cutAfter = 299_000 } }
      var reply = HTTPStub.Reply(
        raw: """
          HTTP/1.1 206 Stub\r\nETag: "e"\r\nContent-Range: bytes \(start)-299999/300000\r\n\
          Transfer-Encoding: chunked\r\n\r\n\(String(300_000 - start, radix: 16))\r\n
          """)
      reply.bytes += Self.body[start...]
      reply.closes = true
      return reply
    }
    let outcome = try download(stub)
    #expect(outcome.error == nil && outcome.received == Self.body)
    #expect(stub.requests.count == 2)
  }

  @Test func `an object without an ETag is not taken up`() throws {
    let stub = try HTTPStub { _ in HTTPStub.Reply(body: Self.body).with { $0.cutAfter = 50_000 } }
    let outcome = try download(stub)
    #expect((outcome.error as? AWSError)?.code == "ConnectionLost")
    #expect(stub.requests.count == 1)
  }

  @Test func `what the receiver throws comes out unchanged, even an error of S3`() throws {
    let stub = try HTTPStub(Self.answer(0))
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    let other = try #require(
      #expect(throws: AWSError.self) {
        _ = try client.presignedGET(S3Object(bucket: "b", key: ""), expires: .seconds(1))
      })
    let error = #expect(throws: AWSError.self) {
      try client.download(object, timeout: .seconds(5)) { _, _ in throw other }
    }
    #expect(error?.code == other.code)
    #expect(stub.requests.count == 1)
  }

  @Test func `an empty object reaches the receiver once, with no bytes`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200, [("ETag", "\"e\"")]))
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    var calls = 0
    _ = try client.download(object, timeout: .seconds(5)) { _, bytes in
      calls += bytes.isEmpty ? 1 : 100
    }
    #expect(calls == 1)
  }
}
