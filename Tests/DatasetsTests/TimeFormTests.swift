import Datasets
import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Time forms` {
  static let cases: [FieldTexts] = [
    FieldTexts(
      #""type":"time""#,
      [
        "00:00:00": "00:00:00",
        "23:59:59.999999": "23:59:59.999999",
        "12:30:05.5": "12:30:05.5",
        "24:00:00": "type",
        "12:30": "type",
        "12:30:60": "type",
        "12:30:05Z": "type",
        "1:30:05": "type",
        "12:30:05.": "type",
        "12:30:05.1234567": "type",
        "noon": "type",
      ]),
    FieldTexts(
      #""type":"time","format":"any""#,
      [
        "3:04 PM": "15:04:00",
        "12:00 AM": "00:00:00",
        "12 pm": "12:00:00",
        "03:04": "03:04:00",
        "030405": "03:04:05",
        "3:04:05.25": "03:04:05.25",
        "03:04.5": "type",
        "13:00 PM": "type",
        "0:30 AM": "type",
        "3:04 XM": "type",
        "3:04:05Z": "type",
      ]),
    FieldTexts(
      #""type":"time","format":"%I:%M%p""#,
      [
        "03:04PM": "15:04:00",
        "12:00am": "00:00:00",
        "3:04Pm": "15:04:00",
        "03:04": "type",
      ]),
    FieldTexts(
      #""type":"date","format":"any""#,
      [
        "2021-01-05": "2021-01-05",
        "2021-1-5": "2021-01-05",
        "2021/01/05": "2021-01-05",
        "2021.01.05": "2021-01-05",
        "20210105": "2021-01-05",
        "5 Jan 2021": "2021-01-05",
        "05-jan-2021": "2021-01-05",
        "January 5, 2021": "2021-01-05",
        "Jan 5 2021": "2021-01-05",
        "Tue, 05 Jan 2021": "2021-01-05",
        "2021-Jan-05": "2021-01-05",
        "01/02/2021": "type",
        "01.02.2021": "type",
        "5 Jan 21": "type",
        "Janu 5 2021": "type",
        "30 Feb 2021": "type",
        "today": "type",
        "2021-01-05T00:00:00": "type",
        "2021105": "type",
        "": "NULL",
      ]),
    FieldTexts(
      #""type":"date","format":"%d.%m.%Y""#,
      [
        "05.01.2021": "2021-01-05",
        "5.1.2021": "2021-01-05",
        "31.04.2021": "type",
        "05.01.21": "type",
        "05.01.2021 ": "type",
        "005.01.2021": "type",
        "1.13.2021": "type",
      ]),
    FieldTexts(
      #""type":"date","format":"fmt:%d%m%y""#,
      [
        "050121": "2021-01-05",
        "050169": "1969-01-05",
        "050168": "2068-01-05",
        "50121": "type",
      ]),
    FieldTexts(
      #""type":"date","format":"%Y-%j""#,
      [
        "2020-366": "2020-12-31",
        "2021-366": "type",
        "2021-1": "2021-01-01",
        "2021-000": "type",
      ]),
    FieldTexts(
      #""type":"date","format":"%A, %d %B %Y (%%)""#,
      [
        "Tuesday, 05 January 2021 (%)": "2021-01-05",
        "Tues, 05 January 2021 (%)": "type",
      ]),
    FieldTexts(
      #""type":"datetime","format":"any""#,
      [
        "2021-01-05T03:04:05Z": "2021-01-05 03:04:05+00",
        "2021-01-05": "2021-01-05 00:00:00+00",
        "2021-01-05 03:04": "2021-01-05 03:04:00+00",
        "20210105T030405Z": "2021-01-05 03:04:05+00",
        "2021/01/05 3:04 PM": "2021-01-05 15:04:00+00",
        "Tue, 05 Jan 2021 03:04:05 GMT": "2021-01-05 03:04:05+00",
        "Tue, 05 Jan 2021 03:04:05 +0200": "2021-01-05 01:04:05+00",
        "Tue Jan  5 03:04:05 2021": "2021-01-05 03:04:05+00",
        "Tue Jan 5 03:04:05 UTC 2021": "2021-01-05 03:04:05+00",
        "Jan 5, 2021, 3:04:05 PM": "2021-01-05 15:04:05+00",
        "2021-01-05T03:04:05.25-01:30": "2021-01-05 04:34:05.25+00",
        "01/02/2021 03:04:05": "type",
        "2021-01-05T": "type",
        "2021-01-05X03:04": "type",
        "2021-01-05 03:04 CET": "type",
        "2021-01-0503:04": "type",
        "1609815845": "type",
      ]),
    FieldTexts(
      #""type":"datetime","format":"%d/%b/%Y:%H:%M:%S %z""#,
      [
        "05/Jan/2021:03:04:05 +0100": "2021-01-05 02:04:05+00",
        "05/Jan/2021:03:04:05 Z": "2021-01-05 03:04:05+00",
        "05/Jan/2021:03:04:05": "type",
      ]),
    FieldTexts(
      #""type":"datetime","format":"%Y%m%d%H%M%S%f""#,
      [
        "20210105030405123456": "2021-01-05 03:04:05.123456+00",
        "202101050304051": "2021-01-05 03:04:05.1+00",
        "20210105030405": "type",
      ]),
    FieldTexts(
      #""type":"datetime","format":"%s""#,
      [
        "0": "1970-01-01 00:00:00+00",
        "1609815845": "2021-01-05 03:04:05+00",
        "-62135596800": "0001-01-01 00:00:00+00",
        "-62135596801": "type",
        "253402300799": "9999-12-31 23:59:59+00",
        "253402300800": "type",
        "1.5": "type",
        "-": "type",
      ]),
    FieldTexts(
      #""type":"year""#,
      [
        "2021": "2021",
        "0044": "44",
        "-0044": "-44",
        "12021": "12021",
        "0000": "0",
        "-0000": "type",
        "21": "type",
        "012021": "type",
        "2147483647": "2147483647",
        "2147483648": "type",
        "2021Z": "type",
        "+2021": "type",
        "20 1": "type",
      ]),
    FieldTexts(
      #""type":"yearmonth""#,
      [
        "2021-02": "2021-02-01",
        "0001-12": "0001-12-01",
        "2021-13": "type",
        "2021-00": "type",
        "2021-2": "type",
        "0000-01": "type",
        "2021-+1": "type",
        "202102": "type",
        "-021-02": "type",
      ]),
  ]

  @Test(arguments: cases)
  func `a form reads its own texts and no others`(_ field: FieldTexts) throws {
    try field.check()
  }

  @Test(arguments: [
    ("date", "%d.%m", "year, month and day"), ("date", "%d.%m.%Y %H", "and no time"),
    ("date", "%d.%m.%Y%z", "and no time"), ("date", "%d.%b.%m.%Y", "one of each"),
    ("date", "%j.%m.%Y", "one of each"), ("date", "%Y%Y%m%d", "comes twice"),
    ("date", "%d.%m.%Y%", "at the end"), ("date", "%d.%m.%G", "%G is not supported"),
    ("date", "%-d.%m.%Y", "%- is not supported"), ("date", "DD.MM.YYYY", "a pattern such as"),
    ("time", "%I:%M", "%I with %p"), ("time", "%H:%M %p", "%I with %p"), ("time", "%M:%S", "%H"),
    ("time", "%H:%S", "then %M"), ("time", "%H:%M:%S%z", "no date or zone"),
    ("datetime", "%H:%M", "year, month and day"), ("datetime", "%s%H", "followed by digits"),
    ("datetime", "%Y-%m-%d %z %Z", "at most one"),
  ])
  func `a pattern that leaves something open is a fault`(
    _ type: String, _ format: String, _ expected: String
  ) throws {
    let fault = try #require(throws: DataPackageFault.self) {
      try ConversionRig.dataset(#""type":"\#(type)","format":"\#(format)""#)
    }
    #expect(fault.message.contains(expected), "\(fault.message)")
  }
}
