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
