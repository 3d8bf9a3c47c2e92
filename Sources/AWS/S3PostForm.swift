internal import JSON
internal import System

/// What a form may put into a bucket: one object, of a type, within a size, until a time.
///
/// The format is that of the "Amazon S3 API Reference", "Browser-Based Uploads Using POST".
package struct PostPolicy: Sendable {
  let object: S3Object
  let contentType: String
  /// How many bytes the object may have.
  let bytes: ClosedRange<Int64>
  let lifetime: Duration

  package init(
    _ object: S3Object, contentType: String, bytes: ClosedRange<Int64>, lifetime: Duration
  ) {
    (self.object, self.contentType) = (object, contentType)
    (self.bytes, self.lifetime) = (bytes, lifetime)
  }

  /// The fields of the form, in front of the file's; the policy that they keep to is among them.
  package func fields(_ signature: SignatureV4) -> [(name: String, value: String)] {
    var fields = [
      (name: "key", value: object.key), (name: "Content-Type", value: contentType),
      (name: "x-amz-algorithm", value: "AWS4-HMAC-SHA256"),
      (name: "x-amz-credential", value: signature.credential),
      (name: "x-amz-date", value: signature.date.stamp),
    ]
    if let token = signature.credentials.sessionToken {
      fields.append((name: "x-amz-security-token", value: token))
    }
    let policy = Base64.encode(document(fields, expiration(signature.date)))
    let text = String(decoding: policy, as: UTF8.self)
    return fields + [
      (name: "policy", value: text),
      (name: "x-amz-signature", value: signature.signature(of: text)),
    ]
  }

  /// When the form counts no longer, as ISO 8601 writes it.
  func expiration(_ date: SigningDate) -> String {
    WallClock(seconds: date.unixTime + lifetime.components.seconds).iso8601
  }

  private func document(
    _ fields: [(name: String, value: String)], _ expiration: String
  ) -> [UInt8] {
    // S3 wants other characters than ASCII escaped.
    var json = JSONWriter(escapesNonASCII: true)
    json.beginObject()
    json.key("expiration")
    json.string(expiration)
    json.key("conditions")
    json.beginArray()
    for (name, value) in [(name: "bucket", value: object.bucket)] + fields {
      json.beginObject()
      json.key(name)
      json.string(value)
      json.endObject()
    }
    json.beginArray()
    json.string("content-length-range")
    json.integer(bytes.lowerBound)
    json.integer(bytes.upperBound)
    json.endArray()
    json.endArray()
    json.endObject()
    return json.bytes
  }
}

/// A form with which its bearer can post one object.
public struct S3PostForm: Sendable {
  /// Where to post it, as multipart/form-data.
  public let url: String
  /// The fields to send, in front of the one named `file`.
  public let fields: [(name: String, value: String)]
  /// When it counts no longer, as `2026-01-31T12:00:00Z`.
  public let expiresAt: String
}
