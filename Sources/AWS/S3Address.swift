internal import HTTP
internal import System

/// Finds the host and the path of buckets and objects.
///
/// Below an endpoint that was set, and for buckets whose names are no host label, the bucket
/// stands first in the path; else it is part of the host. A name with dots is such a bucket too:
/// no certificate of S3 covers it.
struct S3Address: Sendable {
  let endpoint: Endpoint
  let path: String

  init(_ settings: AWSSettings, bucket: String, key: String) throws(AWSError) {
    guard (1...255).contains(bucket.utf8.count), bucket.utf8.allSatisfy({ isBucketByte($0) }),
      bucket != ".", bucket != ".."
    else {
      throw AWSError(
        "s3", "address", code: "InvalidBucketName",
        message: "a bucket's name has letters, digits, dots, hyphens and underscores only")
    }
    let keyPath = "/\(PercentEncoding.path(key))"
    if let endpoint = settings.endpoint("S3") {
      self.endpoint = endpoint
      path = "\(endpoint.basePath)/\(bucket)\(keyPath)"
    } else if (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy({ isHostByte($0) }) {
      endpoint = Endpoint(host: "\(bucket).s3.\(settings.region).\(settings.domain)")
      path = keyPath
    } else {
      endpoint = Endpoint(host: "s3.\(settings.region).\(settings.domain)")
      path = "/\(bucket)\(keyPath)"
    }
  }
}

/// Says whether a byte may stand in a bucket's name, old names in us-east-1 included.
private func isBucketByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "_"): true
  default: isHostByte(byte)
  }
}

/// The web origin of a bucket, to which browsers send what was presigned for it.
package struct S3Origin: Sendable {
  /// The origin as RFC 6454 writes it, such as `https://uploads.s3.eu-central-1.amazonaws.com`.
  package let text: String

  /// Finds the origin by the variables that say where S3 is.
  package init(bucket: String, lookup: (String) -> String?) throws(AWSError) {
    let endpoint = try S3Address(AWSSettings(lookup: lookup), bucket: bucket, key: "").endpoint
    text = "\(endpoint.scheme)://\(endpoint.host)"
  }
}

/// Collects the parts of a call to S3.
struct S3Call {
  let operation: String
  let method: String
  let address: S3Address
  var query: [(name: String, value: String)] = []
  var headers: HTTPFields = [:]
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
