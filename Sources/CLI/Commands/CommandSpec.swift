/// One option of a command.
struct OptionSpec: Sendable {
  /// With its dashes.
  var name: String
  /// What stands for the value in the help; nil for a switch.
  var value: String?
  var help: String
  /// Everything after it is the user's command line and none of ours.
  var takesRest = false

  static func directory(_ help: String = "the stack's directory (default .sluice)") -> OptionSpec {
    OptionSpec(name: "--directory", value: "PATH", help: help)
  }

  static let bootstrap = OptionSpec(
    name: "--bootstrap", value: "PATH", help: "the handlers' program (default: beside sluice)")
}

/// One command as the help shows it and as its command line is read.
struct CommandSpec: Sendable {
  var name: String
  /// What stands after the options.
  var operands: String
  var summary: String
  var options: [OptionSpec]
  var details: String

  var help: String {
    var text = "usage: sluice \(name)"
    for option in options {
      text += " [\(option.name)\(option.value.map { " \($0)" } ?? "")]"
    }
    if !operands.isEmpty { text += " \(operands)" }
    text += "\n\n\(summary)\n\n\(details)"
    if !options.isEmpty {
      text += "\n\noptions:"
      for option in options {
        let left = "\(option.name)\(option.value.map { " \($0)" } ?? "")"
        text += "\n  \(left.padded(to: 20)) \(option.help)"
      }
    }
    return text
  }

  static let all: [CommandSpec] = [
    CommandSpec(
      name: "local", operands: "", summary: "Runs the whole service on this machine.",
      options: [
        .directory(),
        OptionSpec(name: "--port", value: "PORT", help: "the HTTP API's port (default 8080)"),
        .bootstrap,
        OptionSpec(
          name: "--every", value: "TIME", help: "ingest postings as often: 30s, 15m, 6h, 1d"),
        OptionSpec(
          name: "--once", value: "COMMAND…", help: "run a command in the stack, then stop",
          takesRest: true),
      ],
      details: """
        Starts a private PostgreSQL, S3 and SQS (by moto), the handlers, and an HTTP front on
        127.0.0.1. Objects put under uploads/ in the bucket sluice-uploads are loaded; everything
        but Lambda's Invoke path goes to the handler api. Postings come from a stub with invented
        ones, unless USAJOBS_API_KEY or USAJOBS_ENDPOINT is set; they are ingested when asked for,
        or on the schedule that --every gives. PostgreSQL's data stays in the stack's directory; S3,
        SQS and the stub begin anew each time. Ctrl-C stops everything. A handler is started again
        when it ends or its program is rebuilt.
        """),
    CommandSpec(
      name: "services", operands: "-- COMMAND…",
      summary: "Runs a command beside a fresh PostgreSQL, S3 and SQS, and exits with its status.",
      options: [],
      details: """
        The command finds them through TEST_DATABASE_URL, TEST_AWS_ENDPOINT_URL, AWS_ENDPOINT_URL,
        AWS_REGION and dummy AWS keys. Nothing is kept. Example: sluice services -- swift test
        """),
    CommandSpec(
      name: "upload", operands: "FILE…", summary: "Puts files into the local stack's bucket.",
      options: [
        OptionSpec(
          name: "--key", value: "KEY",
          help: "the object's key; one that ends in / is put before each file's name"),
        .directory(),
      ],
      details: """
        By default a file NAME.csv gets the key uploads/NAME/NAME.csv, which the data package
        routes to the table NAME. The stack is the one that runs in the stack's directory, or else
        whatever AWS_ENDPOINT_URL names.
        """),
    .infer,
    .validate,
    .load,
    .users,
    CommandSpec(
      name: "invoke", operands: "HANDLER EVENT.json",
      summary: "Invokes a handler with an event and prints its answer.",
      options: [.directory(), .bootstrap],
      details: """
        In the running local stack if there is one, else by starting bootstrap for this one
        invocation. A function error goes to standard error, and the exit status is 1. An event
        named - is read from standard input.
        """),
    CommandSpec(
      name: "demo", operands: "", summary: "Shows the service at work on generated files.",
      options: [
        .directory(),
        OptionSpec(
          name: "--port", value: "PORT", help: "the HTTP API's port of a stack of its own"),
        .bootstrap,
        OptionSpec(name: "--stay", help: "keep a stack of its own up until Ctrl-C"),
        OptionSpec(name: "--once", help: "stop a stack of its own (the default)"),
      ],
      details: """
        Uploads departments, jobs, hires and people, prints each load's report and what the API
        answers, then uploads the hires again, which changes nothing. Ingests postings from the
        stack's stub three times, the last after the stub changed some, and fails unless the counts
        say just that. Uses the running stack, or one of its own, which stops at the end unless
        --stay is given.
        """),
    CommandSpec(
      name: "generate", operands: "DIRECTORY|FILE", summary: "Writes sample files.",
      options: [
        OptionSpec(name: "--seed", value: "N", help: "the same number, the same files (default 1)"),
        OptionSpec(name: "--hires", value: "N", help: "records of hires (default 2000)"),
        OptionSpec(
          name: "--incomplete", value: "N", help: "hires that lack one field (default 70)"),
        OptionSpec(name: "--large", value: "KIND", help: "one large file: hires or orders"),
        OptionSpec(name: "--records", value: "N", help: "of the large file (default 1000000)"),
        OptionSpec(name: "--megabytes", value: "N", help: "its size, in place of --records"),
        OptionSpec(name: "--bad", value: "SHARE", help: "its share of bad records, such as 0.01"),
        OptionSpec(name: "--truth", value: "PATH", help: "lists its bad records"),
      ],
      details: """
        departments.csv, jobs.csv and hired_employees.csv have no header; people.csv has one.

        With --large, one file without a header, at any size: hires have five columns and no
        quotes; orders have twenty of all types, with quoted commas, quotes and line ends. The file
        - is standard output. The list of --truth tells record, line, byte offset and kind of each
        bad record. Example:
        sluice generate --large orders --megabytes 500 --bad 0.01 --truth bad.csv orders.csv
        """),
    CommandSpec(
      name: "ingest", operands: "[KEY=VALUE…]",
      summary: "Ingests the postings that searches at USAJOBS find.",
      options: [
        OptionSpec(name: "--search", value: "NAME", help: "one of the saved searches"),
        OptionSpec(name: "--keyword", value: "WORDS", help: "the same as keyword=WORDS"),
        OptionSpec(name: "--location", value: "PLACE", help: "the same as locationName=PLACE"),
        OptionSpec(name: "--radius", value: "MILES", help: "the same as radius=MILES"),
        OptionSpec(name: "--days", value: "N", help: "the same as postedWithinDays=N"),
        OptionSpec(name: "--endpoint", value: "URL", help: "in place of USAJOBS_ENDPOINT"),
        .directory(),
      ],
      details: """
        Without a search, runs all that are saved in searches.json beside the Data Package; with
        one, just that: KEY is any parameter of a saved search, and may come several times. Into
        the database of the stack that runs in the stack's directory, and from its stub unless
        USAJOBS_API_KEY or USAJOBS_ENDPOINT is set; without a stack into what DATABASE_URL or the
        PG variables name. Interrupted runs are gone on with by the next. The exit status is 0 when
        all is complete, 3 when the searches run already, and 1 otherwise.
        """),
    CommandSpec(
      name: "usajobs-stub", operands: "", summary: "Plays the USAJOBS Search API on this machine.",
      options: [
        OptionSpec(name: "--port", value: "PORT", help: "0 takes a free one (the default)"),
        OptionSpec(name: "--postings", value: "N", help: "how many there are (default 120)"),
        OptionSpec(name: "--locations", value: "N", help: "places of a posting (default 40)"),
        OptionSpec(name: "--seed", value: "N", help: "the same number, the same postings"),
        OptionSpec(name: "--latency-ms", value: "N", help: "added to every answer (default 0)"),
      ],
      details: """
        The first line on standard output is the address for USAJOBS_ENDPOINT. All postings are
        invented, and show every known way of writing one that the service has had. POST /stub/change
        {"changed":2,"dropped":1,"added":3} changes them; POST /stub/fault {"kind":KIND,"times":N}
        spoils the next N answers, where KIND is status (with status, retryAfter), html, truncated,
        empty, slow (milliseconds), hang, close (after), oneBad (breakage), duplicate or shrink;
        DELETE /stub/fault takes it back; GET /stub/log tells the requests seen, without keys.
        """),
  ]

  static var overview: String {
    var text =
      "usage: sluice COMMAND …\n\nServerless CSV loading into PostgreSQL, on your machine.\n"
    for command in all { text += "\n  \(command.name.padded(to: 12)) \(command.summary)" }
    return text + "\n\nsluice COMMAND --help tells more; sluice --version tells the version."
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
