import AWS
import HTTP
import JSON
import Testing

/// A form to ask for, as the oracle reads it.
struct FormCase: Encodable, Sendable {
  var bucket = "uploads-bucket"
  var key = "uploads/people/0a1b-people.csv"
  var type = "text/csv"
  var bytes: Int64 = 1000
  var expires: Int64 = 900
  var region = "eu-central-1"
  var endpoint: String?
  var token: String?
  var time: Int64 = 1_369_353_600
  var keyID = "AKIDEXAMPLE"
  var secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  /// What we made of it, in base64.
  var policy = ""

  func change(_ change: (inout FormCase) -> Void) -> FormCase {
    var copy = self
    change(&copy)
    return copy
  }

  func form() throws -> S3PostForm {
    let values = [
      "AWS_REGION": region, "AWS_ACCESS_KEY_ID": keyID, "AWS_SECRET_ACCESS_KEY": secret,
      "AWS_SESSION_TOKEN": token, "AWS_ENDPOINT_URL": endpoint,
    ]
    let now = time
    var client = try S3Client(lookup: { values[$0] ?? nil }, clock: { now })
    return try client.presignedPOST(
      S3Object(bucket: bucket, key: key), contentType: type, bytes: 1...bytes,
      expires: .seconds(expires))
  }
}

/// What the oracle made of it.
struct OracleForm: Decodable {
  let url: String
  let fields: [String: String]
  let expiration: String
  let conditions: [String]
  let ourConditions: [String]
  let ourSignature: String
}

@Suite struct PostFormTests {
  static var cases: [FormCase] {
    let base = FormCase()
    return [
      base,
      base.change { $0.token = "IQoJb3JpZ2luX2VjEJ//////////wEaCXVz+LWVhc3Q==" },
      base.change { $0.key = "uploads/é€😀/\"quoted\" \\ file.csv" },
      base.change { ($0.type, $0.bytes) = ("application/gzip", 5_368_709_120) },
      base.change { ($0.time, $0.expires) = (1_735_689_599, 1) },
      base.change { ($0.time, $0.expires) = (951_827_696, 604_800) },
      base.change { ($0.region, $0.bucket) = ("us-east-1", "other.bucket") },
      base.change { $0.endpoint = "http://127.0.0.1:5000" },
    ]
  }

  @Test(.enabled(if: TestEnvironment.python != nil, "set TEST_PYTHON to one that has boto3"))
  func `forms are boto3's, and botocore signs our policies alike`() throws {
    let forms = try Self.cases.map { try $0.form() }
    var cases = Self.cases
    for (index, form) in forms.enumerated() {
      cases[index].policy = try #require(form.fields.first { $0.name == "policy" }?.value)
    }
    let answers = try TestEnvironment.oracle("post_form.py", cases, as: [OracleForm].self)
    try #require(answers.count == cases.count)
    for ((item, form), answer) in zip(zip(cases, forms), answers) {
      // A path with and without its last slash is the same bucket.
      #expect(form.url == answer.url || form.url == answer.url + "/", "\(item)")
      var fields = Dictionary(form.fields.map { ($0.name, $0.value) }) { $1 }
      #expect(fields.count == form.fields.count)
      fields["policy"] = nil
      let signature = fields.removeValue(forKey: "x-amz-signature")
      #expect(fields == answer.fields, "\(item)")
      #expect(signature == answer.ourSignature, "\(item)")
      #expect(answer.ourConditions == answer.conditions, "\(item)")
      #expect(form.expiresAt == answer.expiration, "\(item)")
    }
  }

  @Test(.enabled(if: TestEnvironment.endpoint != nil, "set TEST_AWS_ENDPOINT_URL"))
  func `a server takes a file by the form`() throws {
    var client = try S3Client(lookup: variables(endpoint: TestEnvironment.endpoint ?? ""))
    let object = S3Object(bucket: uniqueName("sluice-form"), key: "uploads/people/people.csv")
    try client.createBucket(object.bucket, timeout: .seconds(20))
    let form = try client.presignedPOST(
      object, contentType: "text/csv", bytes: 1...100, expires: .seconds(60))
    var body = ""
    for (name, value) in form.fields {
      body += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    body +=
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n"
      + "Content-Type: text/csv\r\n\r\na,b\r\n1,2\r\n--b--\r\n"
    var http = try HTTPClient()
    let answer = try http.send(
      HTTPRequest(
        method: "POST", url: form.url,
        headers: ["Content-Type": "multipart/form-data; boundary=b"], body: Array(body.utf8)),
      timeout: .seconds(20))
    #expect((200...204).contains(answer.status), "\(String(decoding: answer.body, as: UTF8.self))")
    let (head, bytes) = try client.bytes(of: object)
    #expect(String(decoding: bytes, as: UTF8.self) == "a,b\r\n1,2")
    #expect(head.contentType == "text/csv")
  }
}
