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
