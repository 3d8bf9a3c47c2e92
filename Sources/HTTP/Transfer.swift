internal import CCurl

/// Takes in what libcurl's callbacks deliver during one transfer.
///
/// Nothing may be thrown through C: an error is parked here, the transfer is aborted, and the
/// client throws the error again once libcurl has returned.
final class Transfer {
  typealias Receive = (HTTPResponseHead, Span<UInt8>) throws -> Void

  /// Why the transfer was aborted from this side.
  private(set) var parked: (any Error)?
  /// Whether the body outgrew the limit.
  private(set) var isOverLimit = false
  /// The bytes that the receiver has taken.
  private(set) var bytesDelivered: Int64 = 0
  /// The body, unless it went to the receiver.
  private(set) var collected: [UInt8] = []

  private var receive: Receive?
  private let collectedLimit: Int
  private var status = 0
  private var headers = HTTPFields()
  private var begunHead: HTTPResponseHead?
  private var headerBytes = 0
  /// Whether the empty line came that ends a head.
  private(set) var isHeadComplete = false

  // Far above what real servers send; libcurl limits only the single line.
  private static let headerBytesLimit = 256 << 10

  /// Starts a transfer; `receive` takes the body of a success, anything else is collected.
  init(collectedLimit: Int, receive: Receive?) {
    self.collectedLimit = collectedLimit
    self.receive = receive
  }

  /// The head, once the body has begun or the transfer has ended.
  var head: HTTPResponseHead {
    begunHead ?? HTTPResponseHead(status: status, headers: headers)
  }

  /// Lets go of the receiver, which must not outlive the call that lent it.
  func release() { receive = nil }

  /// Takes one header line, and says whether to go on.
  fileprivate func takeHeader(_ line: Span<UInt8>) -> Bool {
    // Trailers come after the body has begun; nothing here uses them.
    guard begunHead == nil else { return true }
    headerBytes += line.count
    guard headerBytes <= Transfer.headerBytesLimit else {
      isOverLimit = true
      return false
    }
    let text = unsafe line.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    if text.utf8.starts(with: "HTTP/".utf8) {
      // A later status line replaces an interim response, such as 100 Continue.
      headers = HTTPFields()
      isHeadComplete = false
      status =
        text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0.prefix(3)) }
        ?? 0
    } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
      headers.append(String(text[..<colon]), trimmed(text[text.utf8.index(after: colon)...]))
    } else if line.count <= 2 {
      isHeadComplete = true
    }
    return true
  }

  /// Takes a piece of the body, and says whether to go on.
  fileprivate func takeBody(_ bytes: Span<UInt8>) -> Bool {
    let head = self.head
    if begunHead == nil {
      begunHead = head
      reserve(head.contentLength)
    }
    guard head.isSuccess, let receive else { return collect(bytes) }
    do {
      try receive(head, bytes)
      bytesDelivered += Int64(bytes.count)
      return true
    } catch {
      parked = error
      return false
    }
  }

  private func reserve(_ contentLength: Int64?) {
    guard let contentLength, receive == nil else { return }
    collected.reserveCapacity(Int(max(0, min(contentLength, Int64(collectedLimit)))))
  }

  private func collect(_ bytes: Span<UInt8>) -> Bool {
    let room = collectedLimit - collected.count
    isOverLimit = bytes.count > room
    unsafe bytes.extracting(first: room).withUnsafeBufferPointer {
      unsafe collected.append(contentsOf: $0)
    }
    return !isOverLimit
  }
}

private func trimmed(_ text: Substring) -> String {
  let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
  var bytes = text.utf8.drop(while: isSpace)
  while let last = bytes.last, isSpace(last) { bytes.removeLast() }
  return String(Substring(bytes))
}

/// Hands a header line to the transfer that `context` points to.
let receiveHeader: ccurl_receive = { bytes, size, count, context in
  unsafe deliver(bytes, size * count, context) { $0.takeHeader($1) }
}

/// Hands a piece of a body to the transfer that `context` points to, without a copy.
let receiveBody: ccurl_receive = { bytes, size, count, context in
  unsafe deliver(bytes, size * count, context) { $0.takeBody($1) }
}

@inline(__always)
private func deliver(
  _ bytes: UnsafeMutablePointer<CChar>, _ count: Int, _ context: UnsafeMutableRawPointer?,
  _ take: (Transfer, Span<UInt8>) -> Bool
) -> Int {
  guard let context = unsafe context else { return ccurl_abort() }
  let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  let start = unsafe UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self)
  let span = unsafe Span(_unsafeStart: start, count: count)
  return take(transfer, span) ? count : ccurl_abort()
}
