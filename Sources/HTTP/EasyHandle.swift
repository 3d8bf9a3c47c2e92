internal import CCurl
internal import Glibc

/// Owns one of libcurl's easy handles, with its connections.
@safe struct EasyHandle: ~Copyable {
  private let pointer: UnsafeMutableRawPointer

  /// Makes a handle, or none when memory is short or libcurl cannot start.
  ///
  /// libcurl and OpenSSL are initialised here, at the first call and not before: that work has
  /// no place before a function's first poll.
  init?() {
    guard EasyHandle.isLibraryReady, let pointer = unsafe curl_easy_init() else { return nil }
    unsafe self.pointer = unsafe pointer
  }

  deinit { withoutPipeSignal { unsafe curl_easy_cleanup(pointer) } }

  // Never undone: other threads may still be inside libcurl when a process exits.
  private static let isLibraryReady =
    curl_global_init(ccurl_global_defaults()) == CURLE_OK

  /// Forgets all options but keeps connections, sessions and resolved names.
  mutating func reset() { unsafe curl_easy_reset(pointer) }

  /// Sends the request and blocks until the transfer has ended.
  mutating func perform() -> CURLcode {
    withoutPipeSignal { unsafe curl_easy_perform(pointer) }
  }

  mutating func set(_ option: CURLoption, _ value: Int) -> CURLcode {
    unsafe ccurl_set_long(pointer, option, value)
  }

  mutating func set(_ option: CURLoption, _ value: Bool) -> CURLcode {
    unsafe ccurl_set_long(pointer, option, value ? 1 : 0)
  }

  mutating func set(_ option: CURLoption, offset value: Int64) -> CURLcode {
    unsafe ccurl_set_offset(pointer, option, curl_off_t(value))
  }

  mutating func set(_ option: CURLoption, _ value: String) -> CURLcode {
    unsafe ccurl_set_string(pointer, option, value)
  }

  /// Sets a pointer that must outlive the transfer.
  @unsafe mutating func set(_ option: CURLoption, borrowed value: UnsafeRawPointer?) -> CURLcode {
    unsafe ccurl_set_pointer(pointer, option, value)
  }

  /// Sets a list that must outlive the transfer.
  mutating func set(_ option: CURLoption, borrowed list: borrowing HeaderList) -> CURLcode {
    unsafe ccurl_set_list(pointer, option, list.head)
  }

  mutating func set(_ option: CURLoption, _ callback: @escaping ccurl_receive) -> CURLcode {
    unsafe ccurl_set_receive(pointer, option, callback)
  }

  /// Whether a connection stood ready and the request could be sent.
  var wasConnected: Bool {
    var microseconds: curl_off_t = 0
    guard unsafe ccurl_get_offset(pointer, CURLINFO_PRETRANSFER_TIME_T, &microseconds) == CURLE_OK
    else { return false }
    return microseconds > 0
  }
}

/// Owns a list of header lines.
@safe struct HeaderList: ~Copyable {
  private(set) var head: UnsafeMutablePointer<curl_slist>?

  deinit { unsafe curl_slist_free_all(head) }

  init() { unsafe head = nil }

  /// Adds a line, and says whether there was memory for it.
  mutating func append(_ line: String) -> Bool {
    guard let longer = unsafe curl_slist_append(head, line) else { return false }
    unsafe head = unsafe longer
    return true
  }
}

/// Runs a closure in which writing to a closed connection is an error and not the process's end.
///
/// libcurl leaves `SIGPIPE` alone once `CURLOPT_NOSIGNAL` is set, and OpenSSL's writes raise it.
/// The signal goes to the thread that writes: blocking it there leaves the process's choice as
/// it is.
func withoutPipeSignal<Result>(_ body: () -> Result) -> Result {
  var pipe = sigset_t()
  var previous = sigset_t()
  var pending = sigset_t()
  unsafe sigemptyset(&pipe)
  unsafe sigaddset(&pipe, SIGPIPE)
  unsafe pthread_sigmask(SIG_BLOCK, &pipe, &previous)
  unsafe sigpending(&pending)
  let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
  defer {
    var now = timespec()
    // One that was raised here would be delivered as soon as it is no longer blocked.
    while !wasPending, unsafe sigtimedwait(&pipe, nil, &now) == -1, errno == EINTR {}
    unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
  }
  return body()
}
