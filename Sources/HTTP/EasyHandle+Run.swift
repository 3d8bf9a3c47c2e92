internal import CCurl
internal import System

extension EasyHandle {
  /// Sends a request, feeds the transfer with what comes back, and returns what failed.
  mutating func run(
    _ request: HTTPRequest, _ settings: TransferSettings, within timeout: Duration,
    _ transfer: Transfer
  ) -> HTTPError? {
    defer { reset() }
    var lines = HeaderList()
    guard lines.append(request) else {
      return HTTPError(.other(Int(CURLE_OUT_OF_MEMORY.rawValue)), "out of memory", request)
    }
    let start = Instant.now
    let payload = request.body ?? []
    let (code, message) = unsafe withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: Int(CURL_ERROR_SIZE)
    ) { text in
      unsafe text.initialize(repeating: 0)
      let code = unsafe payload.withUnsafeBufferPointer { payload in
        let owner = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        var options = common(settings, within: timeout) + local(request)
        unsafe options += body(request, payload)
        options.append(set(CURLOPT_URL, request.url))
        options.append(set(CURLOPT_HTTPHEADER, borrowed: lines))
        unsafe options.append(set(CURLOPT_ERRORBUFFER, borrowed: text.baseAddress))
        unsafe options.append(set(CURLOPT_HEADERFUNCTION, receiveHeader))
        unsafe options.append(set(CURLOPT_HEADERDATA, borrowed: owner))
        unsafe options.append(set(CURLOPT_WRITEFUNCTION, receiveBody))
        unsafe options.append(set(CURLOPT_WRITEDATA, borrowed: owner))
        return options.first { $0 != CURLE_OK } ?? withExtendedLifetime(transfer) { perform() }
      }
      let message = unsafe text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return (code, String(decoding: message, as: UTF8.self))
    }
    guard code != CURLE_OK else {
      // libcurl takes a connection that ends within the head for a response without a body.
      guard !transfer.isHeadComplete else { return nil }
      return HTTPError(.connectionLost, "the connection ended within the head", request)
    }
    return HTTPError(
      code, message, request, transfer, isConnected: wasConnected,
      // libcurl counts whole milliseconds and may end a little early.
      isOutOfTime: start.duration(to: .now) + .milliseconds(10) >= timeout)
  }

  private mutating func common(
    _ settings: TransferSettings, within timeout: Duration
  ) -> [CURLcode] {
    var codes = [
      // Signals would end the process when a name takes too long to resolve.
      set(CURLOPT_NOSIGNAL, true),
      set(CURLOPT_PROTOCOLS_STR, "http,https"),
      set(CURLOPT_FOLLOWLOCATION, false),
      // A signature covers the path as it stands: `a/../b` and `a//b` are keys of S3.
      set(CURLOPT_PATH_AS_IS, true),
      set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      set(CURLOPT_SSL_VERIFYPEER, true),
      set(CURLOPT_SSL_VERIFYHOST, 2),
      set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
      set(CURLOPT_USERAGENT, "sluice"),
      set(CURLOPT_BUFFERSIZE, 256 << 10),
      set(CURLOPT_TCP_KEEPALIVE, true),
      // An environment that was frozen thaws with connections that are long gone.
      set(CURLOPT_MAXAGE_CONN, 60),
      set(CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout)),
      set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(min(settings.connectTimeout, timeout))),
      set(CURLOPT_LOW_SPEED_LIMIT, 1),
      set(CURLOPT_LOW_SPEED_TIME, max(1, Int(settings.stallLimit.components.seconds))),
    ]
    if let bundle = settings.caBundle ?? CABundle.standard {
      codes.append(set(CURLOPT_CAINFO, bundle))
    }
    return codes
  }

  /// A time limit: to libcurl zero means none, and it takes no more than an Int32 has.
  private static func milliseconds(_ limit: Duration) -> Int {
    min(max(1, limit.milliseconds), 1_000_000_000)
  }

  private mutating func local(_ request: HTTPRequest) -> [CURLcode] {
    let host = request.host
    let isLocal =
      host == "localhost" || host == "::1" || host == "fd00:ec2::23"
      || host.hasPrefix("127.") || host.hasPrefix("169.254.")
    return isLocal ? [set(CURLOPT_PROXY, "")] : []
  }

  private mutating func body(
    _ request: HTTPRequest, _ payload: UnsafeBufferPointer<UInt8>
  ) -> [CURLcode] {
    if request.method == "HEAD" { return [set(CURLOPT_NOBODY, true)] }
    let expectsBody = ["POST", "PUT", "PATCH"].contains(request.method)
    guard expectsBody || !payload.isEmpty else {
      return [set(CURLOPT_HTTPGET, true), set(CURLOPT_CUSTOMREQUEST, request.method)]
    }
    return [
      set(CURLOPT_POST, true),
      set(CURLOPT_CUSTOMREQUEST, request.method),
      set(CURLOPT_POSTFIELDSIZE_LARGE, offset: Int64(payload.count)),
      // Without fields libcurl would read standard input.
      payload.isEmpty
        ? set(CURLOPT_COPYPOSTFIELDS, "")
        : unsafe set(CURLOPT_POSTFIELDS, borrowed: payload.baseAddress),
    ]
  }
}

extension HeaderList {
  /// Adds the fields of a request, and says whether there was memory for them.
  fileprivate mutating func append(_ request: HTTPRequest) -> Bool {
    // A field with nothing after the colon is one that libcurl shall not add by itself.
    guard append("Expect:") else { return false }
    if request.headers["Content-Type"] == nil, !append("Content-Type:") { return false }
    for field in request.headers.fields {
      guard append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
      else { return false }
    }
    return true
  }
}
