/// Sends email by SES, one message at a time.
///
/// The API is described in the "Amazon SES API v2 Reference".
public struct SESClient: ~Copyable {
  private var service: JSONService

  /// Makes a client from the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Nothing is sent, and credentials are looked up for each call.
  public init(lookup: @escaping @Sendable (String) -> String?) throws(AWSError) {
    service = try JSONService(
      "ses", label: "email", variable: "SESV2", contentType: "application/json", lookup: lookup)
  }

  /// Sends a message and returns the identifier that SES gave it.
  ///
  /// It is sent again only if SES cannot have accepted it: no connection was made, or SES answered
  /// that there were too many calls. If the answer is lost or reports an error of SES, the message
  /// may have been sent, and recipients should not get it twice.
  public mutating func send(
    _ message: SESMessage, timeout: Duration
  ) throws(AWSError) -> String {
    let answer: SentEmail = try service.call(
      "SendEmail", path: "/v2/email/outbound-emails", SendEmail(message), isIdempotent: false,
      timeout: timeout)
    return answer.MessageId
  }

  /// Registers an address or a domain as a sender, which its owner then has to confirm.
  public mutating func createIdentity(_ name: String, timeout: Duration) throws(AWSError) {
    try service.send(
      "CreateEmailIdentity", path: "/v2/email/identities", EmailIdentityName(EmailIdentity: name),
      isIdempotent: false, timeout: timeout)
  }
}

/// Describes an email to send.
public struct SESMessage: Sendable, Equatable {
  /// The sender, an address that is verified in the account.
  public var sender: String
  /// The recipients, at most 50; each sees them all.
  public var recipients: [String]
  /// The subject, one line.
  public var subject: String
  /// The body for mail clients that show no HTML.
  public var text: String
  /// The body as HTML.
  public var html: String

  /// Makes a message.
  public init(
    sender: String, recipients: [String], subject: String, text: String, html: String
  ) {
    self.sender = sender
    self.recipients = recipients
    self.subject = subject
    self.text = text
    self.html = html
  }
}

// The inputs and outputs of SES's operations, under the names they have on the wire.

private struct SendEmail: Encodable {
  let FromEmailAddress: String
  let Destination: EmailDestination
  let Content: EmailContent

  init(_ message: SESMessage) {
    FromEmailAddress = message.sender
    Destination = EmailDestination(ToAddresses: message.recipients)
    Content = EmailContent(
      Simple: SimpleEmail(
        Subject: EmailPart(Data: message.subject),
        Body: EmailBody(
          Text: EmailPart(Data: message.text), Html: EmailPart(Data: message.html))))
  }
}

private struct EmailDestination: Encodable {
  let ToAddresses: [String]
}

private struct EmailContent: Encodable {
  let Simple: SimpleEmail
}

private struct SimpleEmail: Encodable {
  let Subject: EmailPart
  let Body: EmailBody
}

private struct EmailBody: Encodable {
  let Text: EmailPart
  let Html: EmailPart
}

private struct EmailPart: Encodable {
  let Data: String
  // Text without a character set is treated as ASCII.
  let Charset = "UTF-8"
}

private struct SentEmail: Decodable {
  let MessageId: String
}

private struct EmailIdentityName: Encodable {
  let EmailIdentity: String
}
