internal import System

extension IngestReport {
  /// The report as self-contained HTML.
  ///
  /// Mail clients drop style sheets, so the styles are inline. Text is broken into lines because
  /// lines of mail cannot exceed 998 bytes.
  package var html: String {
    var html = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>
      \(Self.lines(subject))
      </title>
      </head>
      <body style="margin:0;padding:16px;font-family:Helvetica,Arial,sans-serif;\
      font-size:15px;line-height:1.45">
      <div style="max-width:680px;margin:0 auto">
      <h1 style="margin:0 0 8px;font-size:22px">\(MarkupText.escaped(headline))</h1>

      """
    for note in notes { html += Self.paragraph(note, style: "margin:0 0 4px") }
    for (title, list) in sections {
      html += "<h2 style=\"margin:24px 0 8px;font-size:18px\">\(title) (\(list.total))</h2>\n"
      for posting in list.postings { html += Self.block(posting) }
      if let remainder = list.remainder { html += Self.paragraph(remainder, style: "margin:0") }
    }
    html += Self.paragraph(footer, style: "margin:24px 0 0;font-size:12px;color:#767676")
    return html + "</div>\n</body>\n</html>\n"
  }

  private static func block(_ posting: ReportedPosting) -> String {
    let style = "font-weight:bold"
    let title = lines(posting.title)
    var html = "<div style=\"margin:0 0 14px\">\n"
    if let link = posting.link {
      html += "<a style=\"\(style)\"\nhref=\"\(MarkupText.escaped(link))\">\n\(title)\n</a>\n"
    } else {
      html += "<span style=\"\(style)\">\n\(title)\n</span>\n"
    }
    for detail in posting.details { html += "<br>\n\(lines(detail))\n" }
    return html + "</div>\n"
  }

  private static func paragraph(_ text: String, style: String) -> String {
    "<p style=\"\(style)\">\n\(lines(text))\n</p>\n"
  }

  private static func lines(_ text: String) -> String {
    wrapped(text).map { MarkupText.escaped($0) }.joined(separator: "\n")
  }
}
