/// Describes an email to send.
public struct SESMessage: Sendable, Equatable {
  /// The address it comes from, which SES must know as one of the account's.
  public var sender: String
  /// The addresses it goes to, at most 50; each recipient sees them all.
  public var recipients: [String]
  /// The subject, one line.
  public var subject: String
  /// The body for readers that show no HTML.
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
