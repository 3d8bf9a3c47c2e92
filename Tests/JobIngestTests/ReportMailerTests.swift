import AWS
import JobIngest
import LambdaRuntime
import TestSupport
import Testing

struct `Report settings` {
  @Test(arguments: [
    "jobs@example.com", "a.b+c@sub.example-x.org", "Jobs <jobs@example.com>",
    "USAJOBS Reports v2. <o'neil@example.com>", "<x@example.com>",
  ])
  func `an address may have a name`(_ text: String) {
    #expect(EmailAddress(" \(text)  ")?.text == text)
    #expect(EmailAddress(text)?.address.contains("<") == false)
  }

  @Test(arguments: [
    "", " ", "jobs", "@example.com", "jobs@", "jobs@example", "jobs@@example.com", "a@b@c.com",
    ".jobs@example.com", "jobs.@example.com", "jo..bs@example.com", "jo bs@example.com",
    "jobs@-example.com", "jobs@example..com", "jobs@example.com.", "jobs@exam_ple.com",
    "jöbs@example.com", "jobs@exämple.com", "Jobs jobs@example.com", "Jobs <jobs@example.com",
    "Jöbs <jobs@example.com>", "a\r\nBcc: b@example.com", "Jobs\n<jobs@example.com>",
    "Jobs <<jobs@example.com>>", "x@example.com; y@example.com",
  ])
  func `what is no address is none`(_ text: String) {
    #expect(EmailAddress(text) == nil)
  }

  private func mailer(
    _ from: String?, _ to: String?, _ more: [String: String] = [:]
  ) throws
    -> Bool
  {
    var values = ["AWS_REGION": "us-east-1"].merging(more) { $1 }
    values["REPORT_EMAIL_FROM"] = from
    values["REPORT_EMAIL_TO"] = to
    return try ReportMailer(variables: EnvironmentVariables(values)) != nil
  }

  @Test func `both variables make a mailer, none makes none`() throws {
    #expect(try mailer("a@example.com", "b@example.com , C <c@example.com>"))
    #expect(try !mailer(nil, nil))
    #expect(try !mailer("", ""))
  }

  @Test(
    arguments: [
      ("a@example.com", nil, "REPORT_EMAIL_TO"), (nil, "b@example.com", "REPORT_EMAIL_FROM"),
      ("a", "b@example.com", "REPORT_EMAIL_FROM"),
      ("a@example.com, b@example.com", "b@example.com", "REPORT_EMAIL_FROM"),
      ("a@example.com", "b", "REPORT_EMAIL_TO"),
      ("a@example.com", "b@example.com,", "REPORT_EMAIL_TO"),
      ("a@example.com", "b@example.com c@example.com", "REPORT_EMAIL_TO"),
    ] as [(String?, String?, String)])
  func `half a setting, or a wrong one, is an error that names the variable`(
    from: String?, to: String?, variable: String
  ) throws {
    let error = #expect(throws: SettingError.self) { try mailer(from, to) }
    #expect(error?.variable == variable)
    #expect(error?.message.contains("c@example.com") == false)
  }

  @Test func `SES takes fifty recipients`() throws {
    let addresses = (1...51).map { "b\($0)@example.com" }
    #expect(try mailer("a@example.com", addresses.dropLast().joined(separator: ",")))
    let error = #expect(throws: SettingError.self) {
      try mailer("a@example.com", addresses.joined(separator: ","))
    }
    #expect(error?.variable == "REPORT_EMAIL_TO")
  }

  @Test func `a wrong setting of AWS is an error that names the variable`() throws {
    let error = #expect(throws: SettingError.self) {
      try mailer("a@example.com", "b@example.com", ["AWS_ENDPOINT_URL_SESV2": "nowhere"])
    }
    #expect(error?.message.contains("AWS_ENDPOINT_URL_SESV2") == true)
  }
}

@Suite(.enabled(if: AWSServer.isAvailable, Comment(rawValue: AWSServer.reason)))
struct `Report sending` {
  private let context = InvocationContext(requestID: "r", deadline: .after(.seconds(20)))

  @Test func `a report goes to all that want it`() throws {
    let endpoint = AWSServer.variables["AWS_ENDPOINT_URL"] ?? ""
    let sender = "sender-\(UInt64.random(in: 0 ... .max))@example.com"
    let variables = EnvironmentVariables(
      AWSServer.variables.merging([
        "REPORT_EMAIL_FROM": "Sluice <\(sender)>",
        "REPORT_EMAIL_TO": "a@example.com, B <b@example.com>",
      ]) { $1 })
    guard var mailer = try ReportMailer(variables: variables) else {
      Issue.record("both variables are set and there is no mailer")
      return
    }
    let report = `Report rendering`.sample

    // moto knows no such sender yet.
    let error = #expect(throws: AWSError.self) { try mailer.send(report, context: context) }
    #expect(error?.code == "MessageRejected")

    var ses = try SESClient(lookup: { variables[$0] })
    try ses.createIdentity(sender, timeout: .seconds(10))
    try mailer.send(report, context: context)
    let stored = try StoredMail.all(at: endpoint).filter { $0.source == "Sluice <\(sender)>" }
    #expect(stored.map(\.subject) == [report.subject])
    #expect(stored.map(\.body) == [report.html])
    #expect(
      stored.map(\.destinations) == [["ToAddresses": ["a@example.com", "B <b@example.com>"]]])
  }

  @Test func `an invocation without time left sends nothing`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(body: Array(#"{"MessageId": "m"}"#.utf8)))
    let variables = EnvironmentVariables(
      AWSServer.variables.merging([
        "REPORT_EMAIL_FROM": "a@example.com", "REPORT_EMAIL_TO": "b@example.com",
        "AWS_ENDPOINT_URL": stub.url,
      ]) { $1 })
    guard var mailer = try ReportMailer(variables: variables) else {
      Issue.record("both variables are set and there is no mailer")
      return
    }
    let late = InvocationContext(requestID: "r", deadline: .after(.milliseconds(100)))
    #expect(throws: AWSError.self) {
      try mailer.send(`Report rendering`.sample, context: late)
    }
    #expect(stub.requests.isEmpty)
  }
}
