import AWS

/// Makes the variables of a client that talks to one endpoint.
func variables(
  endpoint: String, key: String = "AKIDEXAMPLE", secret: String = "secret",
  _ others: [String: String] = [:]
) -> @Sendable (String) -> String? {
  let own = [
    "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": key,
    "AWS_SECRET_ACCESS_KEY": secret,
  ]
  let all = own.merging(others) { $1 }
  return { all[$0] }
}

/// A name that no other test and no other run uses.
func uniqueName(_ prefix: String) -> String {
  "\(prefix)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
}

extension S3Client {
  /// Reads an object from an offset on into memory.
  mutating func bytes(
    of object: S3Object, from start: Int64 = 0, ifMatch: String? = nil
  ) throws -> (head: S3ObjectHead, bytes: [UInt8]) {
    var bytes: [UInt8] = []
    let head = try get(object, from: start, ifMatch: ifMatch, timeout: .seconds(20)) { _, piece in
      unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
    return (head, bytes)
  }
}
