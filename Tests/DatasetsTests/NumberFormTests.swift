import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Number forms` {
  static let cases: [FieldTexts] = [
    FieldTexts(
      #""type":"number","decimalChar":",","groupChar":".""#,
      [
        "1.234,5": "1234.5",
        "1234,5": "1234.5",
        "-1.234.567,89": "-1234567.89",
        ",5": "0.5",
        "1.234": "1234",
        "1,5e3": "1500",
        "1.5": "type",
        "1.23": "type",
        "1.2345": "type",
        "1.234.5": "type",
        ".123": "type",
        "1..234": "type",
        "1,234,5": "type",
        "1,2.345": "type",
        "1.234.": "type",
        "1234.567": "type",
      ]),
    FieldTexts(
      "\"type\":\"number\",\"decimalChar\":\",\",\"groupChar\":\"\u{202f}\"",
      [
        "1\u{202f}234,5": "1234.5",
        "1 234,5": "type",
        "12\u{202f}34": "type",
      ]),
    FieldTexts(
      #""type":"number","groupChar":",""#,
      [
        "12,34,567.5": "1234567.5",
        "1,5": "type",
        "100,000": "100000",
        "1000,000": "type",
      ]),
    FieldTexts(
      #""type":"number","bareNumber":false"#,
      [
        "95%": "95",
        "€95": "95",
        "EUR 95.50": "95.50",
        "12.50 kr.": "12.50",
        "$-5": "-5",
        "EUR -5.5 p.a.": "-5.5",
        "5": "5",
        ".5": "0.5",
        "-.5%": "-0.5",
        "5 °C": "5",
        "1e3 m": "1000",
        "5 EUR": "5",
        "-$5": "type",
        "(5)": "type",
        "5-": "type",
        "$.50": "type",
        "Rs.500": "type",
        "<5": "type",
        "~5": "type",
        "5½": "type",
        "100 km2": "type",
        "\u{2212}5": "type",
        "[5]": "type",
        "EUR": "type",
        "%": "type",
        "5 - 6": "type",
        "±5": "type",
        "m² 5": "type",
        "1.2.3": "type",
        "–5": "type",
      ]),
    FieldTexts(
      #""type":"number","bareNumber":false,"groupChar":",""#,
      [
        "$1,234.50": "1234.50",
        "$1,5": "type",
        "1,234 USD": "1234",
      ]),
    FieldTexts(
      #""type":"integer","groupChar":" ""#,
      [
        "1 234 567": "1234567",
        "12": "12",
        "1 2": "type",
        "1 234.0": "type",
        "1e3": "type",
      ]),
    FieldTexts(
      #""type":"integer","bareNumber":false"#,
      [
        "95%": "95",
        "EUR 95": "95",
        "95.0%": "type",
        "No. 7": "7",
        "No.7": "type",
      ]),
    FieldTexts(
      #""type":"integer","groupChar":",","constraints":{"minimum":0,"maximum":1000000}"#,
      [
        "1,000,000": "1000000",
        "1,000,001": "refused: maximum",
        "-1": "refused: minimum",
      ]),
  ]

  @Test(arguments: cases)
  func `a declared form is read as it is meant, and never guessed`(_ field: FieldTexts) throws {
    try field.check()
  }
}
