import AWS
import TestSupport
import Testing

/// Tokens that stand for a password, held to those of AWS's own SDK.
@Suite struct `RDS tokens` {
  struct Login: Encodable {
    var time: Int64 = 1_735_689_599
    var region = "eu-central-1"
    var key = "AKIDEXAMPLE"
    var secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    var token = ""
    var host = "db.c1.eu-central-1.rds.amazonaws.com"
    var port = 5432
    var user = "app"

    func change(_ body: (inout Login) -> Void) -> Login {
      var copy = self
      body(&copy)
      return copy
    }

    func make() throws(AWSError) -> String {
      let values = [
        "AWS_REGION": region, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
      ]
      var signer = try RDSTokenSigner(lookup: { values[$0] }, clock: { [time] in time })
      return try signer.token(host: host, port: port, user: user, timeout: .seconds(1))
    }
  }

  static let logins = [
    Login(), Login().change { $0.token = "IQoJb3JpZ2luX2VjEJ//////////wEaCXVz+LWVhc3Q==" },
    Login().change { $0.user = "a b+é@x/&=%~" }, Login().change { $0.port = 443 },
    Login().change { ($0.region, $0.port) = ("us-gov-west-1", 6543) },
    Login().change { $0.time = 951_827_696 }, Login().change { $0.host = "localhost" },
  ]

  @Test(.enabled(if: TestEnvironment.python != nil, "set TEST_PYTHON to one that has botocore"))
  func `fault 38: tokens are botocore's, byte for byte`() throws {
    let answers = try TestEnvironment.oracle("rds_tokens.py", Self.logins, as: [String].self)
    try #require(answers.count == Self.logins.count)
    for (login, answer) in zip(Self.logins, answers) {
      #expect(try login.make() == answer, "\(login)")
    }
  }

  @Test func `fault 38: a token made later is another one`() throws {
    let first = try Login().make()
    #expect(try Login().change { $0.time += 1 }.make() != first)
    #expect(first.contains("X-Amz-Expires=900"))
    #expect(!first.contains("://"))
  }

  @Test func `without credentials the variables are named`() throws {
    let error = #expect(throws: AWSError.self) { try Login().change { $0.key = "" }.make() }
    #expect(error?.message.contains("AWS_ACCESS_KEY_ID is not set") == true)
  }
}
