import AWS
import JSON
import Testing

/// An object to address, as the oracle reads it.
struct AddressCase: Encodable, Sendable {
  var bucket = "bucket"
  var key = "key"
  var versionID: String?
  var region = "eu-central-1"
  var endpoint: String?
}

@Suite struct S3AddressTests {
  static let keys = [
    "key", "a b", "a+b", "100%", "%20", "é€😀", "e\u{301}", "a//b", "/a", "a/../b", "../a", "a/.",
    "a/", "//", "()!*':,@=&;$?#[]{}|\\^`<>\"", "~-._", "a\nb\tc", "日本語/ファイル.csv",
  ]

  static var cases: [AddressCase] {
    keys.map { AddressCase(key: $0) }
      + keys.map { AddressCase(key: $0, endpoint: "http://127.0.0.1:5000") }
      + [
        AddressCase(versionID: "a/b+c="), AddressCase(bucket: "with.dots"),
        AddressCase(region: "us-east-1"), AddressCase(region: "cn-north-1"),
        AddressCase(endpoint: "https://s3.example.com/base"),
      ]
  }

  @Test(.enabled(if: TestEnvironment.python != nil, "set TEST_PYTHON to one that has boto3"))
  func `fault 17: addresses are boto3's, byte for byte`() throws {
    let cases = S3AddressTests.cases
    let answers = try TestEnvironment.oracle("addresses.py", cases, as: [String].self)
    try #require(answers.count == cases.count)
    for (item, answer) in zip(cases, answers) {
      #expect(try address(item) == answer, "\(item)")
    }
  }

  @Test(arguments: [
    (
      AddressCase(key: "a b+c%/é"),
      "https://bucket.s3.eu-central-1.amazonaws.com/a%20b%2Bc%25/%C3%A9"
    ),
    (AddressCase(bucket: "a.b"), "https://s3.eu-central-1.amazonaws.com/a.b/key"),
    (AddressCase(bucket: "Old_One"), "https://s3.eu-central-1.amazonaws.com/Old_One/key"),
    (AddressCase(endpoint: "http://127.0.0.1:9000/"), "http://127.0.0.1:9000/bucket/key"),
    (AddressCase(key: "../x", endpoint: "http://h"), "http://h/bucket/../x"),
  ])
  func `an address is known without an oracle`(item: AddressCase, expected: String) throws {
    #expect(try address(item) == expected)
  }

  @Test(arguments: ["", "a/b", "a@evil.example", "a?b", "a#b", "é", "..", "a b", "x:1", "a%2e"])
  func `a name that is none of a bucket goes nowhere`(bucket: String) throws {
    let error = #expect(throws: AWSError.self) { try address(AddressCase(bucket: bucket)) }
    #expect(error?.code == "InvalidBucketName")
  }

  /// The address of an object, without the signature that a presigned one ends with.
  private func address(_ item: AddressCase) throws -> String {
    var variables = [
      "AWS_REGION": item.region, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
    ]
    variables["AWS_ENDPOINT_URL"] = item.endpoint
    var client = try S3Client { [variables] in variables[$0] }
    let url = try client.presignedGET(
      S3Object(bucket: item.bucket, key: item.key, versionID: item.versionID),
      expires: .seconds(60))
    let parts = url.split(separator: "X-Amz-Algorithm")
    try #require(parts.count == 2)
    return String(parts[0].dropLast())
  }
}
