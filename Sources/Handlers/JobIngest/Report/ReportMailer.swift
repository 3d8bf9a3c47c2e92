internal import AWS
package import LambdaRuntime
internal import Tables
internal import System

/// Sends the report of an ingestion by email.
package struct ReportMailer: ~Copyable {
  /// The outcome of a report, as given in the output of an ingestion.
  package enum Outcome: String, Encodable, Sendable {
    case sent
    case failed
  }

  // SES accepts no more for one message.
  private static let maximumRecipients = 50

  private let sender: EmailAddress
  private let recipients: [EmailAddress]
  private var client: SESClient

  /// Makes a mailer from `REPORT_EMAIL_FROM` and `REPORT_EMAIL_TO`; nil if neither is set.
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

  /// Sends the report of runs that changed something, and returns the outcome; nil for other runs.
  ///
  /// A report that cannot be sent is logged and does not fail the ingestion.
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
    // Leave time to send the output of the ingestion.
    let timeout = min(context.deadline.remaining - .milliseconds(500), .seconds(10))
    let identifier = try client.send(message, timeout: timeout)
    context.log.info(
      "Report sent",
      ["message_id": .string(identifier), "recipients": .integer(recipients.count)])
  }
}

/// An email address, with or without a name: `Jobs <jobs@example.com>`.
package struct EmailAddress: Sendable, Equatable {
  /// The address as written, with the name.
  package let text: String
  /// The address alone.
  package let address: String

  /// Parses an address; nil if SES cannot send to it.
  ///
  /// SES accepts only ASCII: other names must be encoded words (RFC 2047), other domains Punycode.
  package init?(_ text: some StringProtocol) {
    let text = text.drop { $0 == " " }
    let blanks = text.reversed().prefix { $0 == " " }.count
    self.text = String(text.dropLast(blanks))
    if self.text.hasSuffix(">") {
      let parts = self.text.dropLast().split(
        separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].utf8.allSatisfy(Self.isNameByte) else { return nil }
      address = String(parts[1])
    } else {
      address = self.text
    }
    guard Self.isAddress(address) else { return nil }
  }

  /// The forms of RFC 5321 that are in use: no quoted local parts, a domain with a dot.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 254, parts[0].utf8.count <= 64 else { return false }
    let words = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isAtomByte) }
      && labels.count > 1 && labels.allSatisfy(isLabel)
  }

  private static func isLabel(_ text: Substring) -> Bool {
    (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
  }

  private static func isAtomByte(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isAtomByte(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ".")
  }
}
