// The inputs and outputs of SES's operations, under the names they have on the wire.

struct SendEmail: Encodable {
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

struct EmailDestination: Encodable {
  let ToAddresses: [String]
}

struct EmailContent: Encodable {
  let Simple: SimpleEmail
}

struct SimpleEmail: Encodable {
  let Subject: EmailPart
  let Body: EmailBody
}

struct EmailBody: Encodable {
  let Text: EmailPart
  let Html: EmailPart
}

struct EmailPart: Encodable {
  let Data: String
  // Text of no stated character set is taken for ASCII.
  let Charset = "UTF-8"
}

struct SentEmail: Decodable {
  let MessageId: String
}

struct EmailIdentityName: Encodable {
  let EmailIdentity: String
}
