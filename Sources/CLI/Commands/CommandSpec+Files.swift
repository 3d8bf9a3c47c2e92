/// The commands that work on files of CSV.
extension CommandSpec {
  private static let package = OptionSpec(
    name: "--package", value: "PATH",
    help: "the Data Package (default datapackage.json here, else SLUICE_DATAPACKAGE)")
  private static let dataset = OptionSpec(
    name: "--dataset", value: "NAME", help: "in place of the one the file's name leads to")

  static let infer = CommandSpec(
    name: "infer", operands: "FILE",
    summary: "Makes a Data Package of a CSV file, by which it loads as it is.",
    options: [
      OptionSpec(
        name: "--key", value: "COLUMN,…", help: "the primary key (default: looked for)"),
      OptionSpec(name: "--name", value: "NAME", help: "the dataset's name (default: the file's)"),
      OptionSpec(name: "--table", value: "TABLE", help: "the table (default: the dataset's name)"),
      OptionSpec(
        name: "--header", value: "yes|no", help: "whether there is one (default: guessed)"),
      OptionSpec(name: "--sample", value: "BYTES", help: "read no more than that (default all)"),
      OptionSpec(
        name: "--into", value: "PATH", help: "add the dataset to that package, do not print one"),
      OptionSpec(name: "--force", help: "replace a dataset of the same name there"),
    ],
    details: """
      Reads the whole file, compressed or not, in constant memory; - is standard input. The package
      goes to standard output, and what was guessed and why to standard error. A column has a type
      when every value of the file is one, judged as a load judges; digits that begin with a zero, or
      dates that can be read in two ways, stay text. NA, NULL and the like are missing values only
      among values that are none. The primary key is the first column whose values all differ, else
      the shortest combination of at most three; when there is none, an id computed of all columns.
      """)

  static let validate = CommandSpec(
    name: "validate", operands: "FILE…",
    summary: "Names every fault of CSV files; needs no database.",
    options: [
      package, dataset,
      OptionSpec(name: "--max", value: "N", help: "faults to list of each file (default all)"),
      OptionSpec(
        name: "--format", value: "text|json|csv", help: "json is one object a line (default text)"),
    ],
    details: """
      Judges as sluice load does, into an empty table, and lists all that is wrong with a record where
      a load stops at the first. Also finds keys and unique values that come twice, among as many
      records as 64 MB of memory hold. What only the database knows, such as rows that are referred
      to, is not judged, and it says so. A file named - is standard input, and needs --dataset.
      Without a file, the Data Package itself is checked. The exit status is 0 when nothing is wrong,
      1 when something is, 2 when the command makes no sense or a file cannot be read.
      """)

  static let load = CommandSpec(
    name: "load", operands: "FILE|s3://BUCKET/KEY…",
    summary: "Loads CSV files into the database, as csv-load does.",
    options: [
      package, dataset,
      OptionSpec(name: "--database", value: "URL", help: "in place of DATABASE_URL"),
      OptionSpec(name: "--again", help: "also load what was loaded before"),
      OptionSpec(name: "--format", value: "json", help: "the report as csv-load answers it"),
      .directory(),
    ],
    details: """
      The same judgement, transaction and ledger as on Lambda: a file is loaded wholly or not at all,
      and the same content once, until the file changes. Files may be compressed by gzip or zstd. Into
      the database of the stack that runs in the stack's directory, else into what DATABASE_URL or the
      PG variables name. Rejected records go to NAME.rejected.csv beside the file, or the next such
      name that is free; mend them there and load that file with --dataset. Ctrl-C rolls back what is
      being loaded. The exit status is 0 when every record is in, 3 when some were rejected, 1 when a
      file was not loaded, 2 when the command makes no sense, 130 after Ctrl-C.
      """)
}
