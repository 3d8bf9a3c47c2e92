internal import AWS
package import LambdaRuntime
internal import Tables

/// Sends what an ingestion changed to those who want to know.
package struct ReportMailer: ~Copyable {
  /// What the answer of an ingestion says of its report.
  package enum Outcome: String, Encodable, Sendable {
    case sent
    case failed
  }

  // SES takes no more for one message.
  private static let maximumRecipients = 50

  private let sender: EmailAddress
  private let recipients: [EmailAddress]
  private var client: SESClient

  /// Makes a mailer of `REPORT_EMAIL_FROM` and `REPORT_EMAIL_TO`; none when neither is set.
  package init?(variables: EnvironmentVariables) throws {
    let expectedSender = "one address that reports come from, such as jobs@example.com"
    let expectedRecipients =
      "the addresses that reports go to, separated by commas, at most \(Self.maximumRecipients)"
    let from = variables["REPORT_EMAIL_FROM"]
    let to = variables["REPORT_EMAIL_TO"]
    guard from != nil || to != nil else { return nil }
    guard let from else {
      throw SettingError(
        variable: "REPORT_EMAIL_FROM", expected: expectedSender + ", since REPORT_EMAIL_TO is set")
    }
    guard let to else {
      throw SettingError(
        variable: "REPORT_EMAIL_TO",
        expected: expectedRecipients + ", since REPORT_EMAIL_FROM is set")
    }
    guard let sender = EmailAddress(from) else {
      throw SettingError(variable: "REPORT_EMAIL_FROM", expected: expectedSender)
    }
    let texts = to.split(separator: ",", omittingEmptySubsequences: false)
    let recipients = texts.compactMap { EmailAddress($0) }
    guard recipients.count == texts.count, recipients.count <= Self.maximumRecipients else {
      throw SettingError(variable: "REPORT_EMAIL_TO", expected: expectedRecipients)
    }
    client = try variables.client(SESClient.init(lookup:))
    self.sender = sender
    self.recipients = recipients
  }

  /// Reports a run that changed something, and says what came of it; nothing for any other run.
  ///
  /// An ingestion does not fail of its report: a failure is logged.
  mutating func deliver(
    _ report: IngestReport, from database: inout Database, context: InvocationContext
  ) -> Outcome? {
    guard report.isChange else { return nil }
    do {
      var report = report
      try database.read(context: context) { connection in try report.readLists(from: &connection) }
      try send(report, context: context)
      return .sent
    } catch {
      context.log.error(
        "The report of the ingestion was not sent",
        ["reason": .string("\(error)")])
      return .failed
    }
  }

  /// Sends a report.
  package mutating func send(_ report: IngestReport, context: InvocationContext) throws {
    let message = SESMessage(
      sender: sender.text, recipients: recipients.map(\.text), subject: report.subject,
      text: report.text, html: report.html)
    // The answer of the ingestion still has to go out.
    let timeout = min(context.deadline.remaining - .milliseconds(500), .seconds(10))
    let identifier = try client.send(message, timeout: timeout)
    context.log.info(
      "Report sent",
      ["message_id": .string(identifier), "recipients": .integer(recipients.count)])
  }
}
