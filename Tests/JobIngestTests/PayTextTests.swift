import JobIngest
import Testing

struct `Pay and grades` {
  @Test(
    arguments: [
      ("99325", "153354", "PA", "$99,325 – $153,354 per year"),
      ("99325.00", "99325.0000", "PA", "$99,325 per year"),
      ("19.18", nil, "PH", "from $19.18 per hour"),
      ("19.18", "19.18", "PH", "$19.18 per hour"),
      ("0.0", "19.5", "PH", "up to $19.50 per hour"),
      (nil, "1234567.125", "SY", "up to $1,234,567.125 per school year"),
      ("100", "999", "BW", "$100 – $999 every two weeks"),
      ("1000", "1000", "PM", "$1,000 per month"),
      ("300", "300", "PD", "$300 per day"),
      ("5", "5", "PW", "$5 by piece work"),
      ("5", "5", "FB", "$5 by fee"),
      ("5", "5", "ST", "$5 as a stipend"),
      ("0.50", "1", "Per Hour", "$0.50 – $1 per hour"),
      ("0100000", "100000", nil, "$100,000"),
      ("0", "0", "WC", "without compensation"),
      (nil, nil, "WC", "without compensation"),
    ] as [(String?, String?, String?, String)])
  func `pay is written as people write it`(
    minimum: String?, maximum: String?, interval: String?, text: String
  ) {
    #expect(PayText.text(minimum: minimum, maximum: maximum, interval: interval) == text)
  }

  @Test(
    arguments: [
      (nil, nil, nil), (nil, nil, "PA"), ("0", "0.00", "PA"), ("NaN", "-1", "PA"), ("", ".", "PH"),
    ] as [(String?, String?, String?)])
  func `pay that is not known is not written`(
    minimum: String?, maximum: String?, interval: String?
  ) {
    #expect(PayText.text(minimum: minimum, maximum: maximum, interval: interval) == nil)
  }

  @Test(
    arguments: [
      ("GS", "12", "13", "GS-12/13"), ("GS", "9", "9", "GS-9"), ("FV", "J", nil, "FV-J"),
      (nil, "12", "13", "12/13"), ("ES", "", "", "ES"), ("AD", "00", "00", "AD-00"),
      ("GS", nil, "15", "GS-15"), (nil, nil, nil, nil), ("", "", nil, nil),
    ] as [(String?, String?, String?, String?)])
  func `grades follow the pay plan`(plan: String?, low: String?, high: String?, text: String?) {
    #expect(GradeText.text(plan: plan, low: low, high: high) == text)
  }
}
