/// One kept-alive HTTP/1.1 connection to the Runtime API, opened when first used.
///
/// There are no timeouts: an environment may be frozen in the middle of any of this, and thaws
/// with every timer expired.
struct RuntimeConnection: ~Copyable {
  /// More is no event: the service takes at most 6 MB, with some room for encodings.
  static let bodyLimit = 64 * 1024 * 1024

  let address: RuntimeAPIAddress
  private let watch: ConnectionWatch
  private var socket: TCPSocket?
  private var isReused = false
  private var received = ReceiveBuffer()

  init(to address: RuntimeAPIAddress, watch: ConnectionWatch) {
    self.address = address
    self.watch = watch
  }

  deinit {
    if socket != nil { watch.closed() }
  }

  /// Sends a request and receives the whole reply.
  ///
  /// A kept-alive connection may have been closed by the peer since it was last used, which shows
  /// only now; then the request is sent once more over a new one.
  mutating func exchange(
    _ head: Span<UInt8>, _ body: Span<UInt8>
  ) throws(TransportError) -> HTTPReply {
    let wasReused = isReused
    do {
      return try attempt(head, body)
    } catch  where error == .closed && wasReused && received.count == 0 && !watch.isStopped {
      return try attempt(head, body)
    }
  }

  private mutating func attempt(
    _ head: Span<UInt8>, _ body: Span<UInt8>
  ) throws(TransportError) -> HTTPReply {
    do {
      do {
        try begin(head, body)
      } catch .closed {
        // A peer that refuses a body closes in the midst of it, but has said why.
        let reply = try receiveReply()
        close()
        return reply
      }
      return try receiveReply()
    } catch {
      close()
      throw error
    }
  }

  /// Drops a kept-alive connection that the peer has closed meanwhile.
  ///
  /// For a request that cannot be sent once more, because nobody keeps its body.
  mutating func dropIfClosed() {
    if !watch.isStopped, hasEarlyReply { close() }
  }

  /// Sends the head of a request and the first of its body, without awaiting a reply.
  mutating func begin(_ head: Span<UInt8>, _ body: Span<UInt8>) throws(TransportError) {
    received.removeAll()
    if socket == nil { try open() }
    try socket?.send(head, body)
  }

  /// Sends more of the body of a request that was begun.
  mutating func proceed(
    _ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>
  ) throws(TransportError) {
    guard socket != nil else { throw .closed }
    try socket?.send(first, second, third)
  }

  /// Whether the peer has answered, or closed, before the request was complete.
  var hasEarlyReply: Bool {
    switch socket {
    case .some(let socket): socket.hasInput
    case .none: true
    }
  }

  /// Lends a part of the reply received last.
  func withBytes<R, E: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    try received.withBytes(range, body)
  }

  /// The text of a part of the reply received last.
  func text(_ range: Range<Int>?) -> String? {
    guard let range, !range.isEmpty else { return nil }
    return received.text(range)
  }

  /// Drops the connection; the next request opens another.
  mutating func close() {
    guard socket != nil else { return }
    watch.closed()
    socket = nil
    isReused = false
  }

  private mutating func open() throws(TransportError) {
    guard !watch.isStopped else { throw .stopped }
    let opened = try address.connect()
    guard watch.opened(opened.descriptor) else { throw .stopped }
    socket = consume opened
    isReused = false
  }

  /// Receives the reply to a request that was sent in full.
  mutating func receiveReply() throws(TransportError) -> HTTPReply {
    var head = try receiveHead(from: 0)
    // 100 Continue and its like announce the reply; they are not it.
    while head.status < 200 { head = try receiveHead(from: head.end ?? received.count) }
    let start = head.end ?? received.count
    let body: Range<Int>
    let rawEnd: Int
    if head.isChunked {
      var chunked = ChunkedBody(from: start)
      while try !chunked.join(&received, limit: Self.bodyLimit) { try receiveMore() }
      (body, rawEnd) = (start..<chunked.end, chunked.rawEnd)
    } else if let length = head.contentLength {
      guard length <= Self.bodyLimit else { throw .malformed("its body is too large") }
      received.reserve(start + length)
      while received.count < start + length { try receiveMore() }
      (body, rawEnd) = (start..<start + length, start + length)
    } else if head.status == 204 || head.status == 304 {
      (body, rawEnd) = (start..<start, start)
    } else {
      body = try receiveToEnd(from: start)
      rawEnd = received.count
    }
    // Bytes beyond the reply belong to no request of ours: this connection is out of step.
    if head.keepsAlive, rawEnd == received.count, socket != nil {
      isReused = true
    } else {
      close()
    }
    return HTTPReply(head: head, body: body)
  }

  private mutating func receiveHead(from start: Int) throws(TransportError) -> HTTPHead {
    var head = HTTPHead(from: start)
    while true {
      try received.withBytes(0..<received.count) { bytes throws(TransportError) in
        try head.parse(bytes)
      }
      if head.end != nil { return head }
      try receiveMore()
    }
  }

  private mutating func receiveToEnd(from start: Int) throws(TransportError) -> Range<Int> {
    while true {
      do {
        try receiveMore()
      } catch .closed {
        close()
        return start..<received.count
      }
      guard received.count - start <= Self.bodyLimit else {
        throw .malformed("its body is too large")
      }
    }
  }

  private mutating func receiveMore() throws(TransportError) {
    guard socket != nil else { throw .closed }
    try socket?.receive(into: &received)
  }
}

/// A reply that stands in the connection's buffer.
struct HTTPReply {
  let head: HTTPHead
  let body: Range<Int>

  var status: Int { head.status }
}
