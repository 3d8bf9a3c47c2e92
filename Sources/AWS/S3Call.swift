internal import HTTP
internal import System

/// Collects the parts of a call to S3.
struct S3Call {
  let operation: String
  let method: String
  let address: S3Address
  var query: [(name: String, value: String)] = []
  var headers: HTTPHeaders = [:]
  var body: [UInt8] = []

  init(_ operation: String, _ method: String, _ address: S3Address) {
    self.operation = operation
    self.method = method
    self.address = address
  }

  func make() -> ServiceCall {
    // Each of the calls made here may be repeated: an upload that was begun twice leaves one without
    // parts behind.
    ServiceCall(
      operation: operation, scheme: address.endpoint.scheme,
      request: SignableRequest(
        method: method, host: address.endpoint.host, path: address.path,
        query: PercentEncoding.query(query), headers: headers),
      body: body, isIdempotent: true)
  }
}
