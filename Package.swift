// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "sluice",
  products: [
    .executable(name: "bootstrap", targets: ["Bootstrap"]),
    .executable(name: "sluice", targets: ["CLI"]),
    .library(name: "LambdaRuntime", targets: ["LambdaRuntime"]),
    .library(name: "LambdaEvents", targets: ["LambdaEvents"]),
  ],
  targets: [
    // C libraries; each has exactly one owner among the Swift targets.
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CWideCompare"),
    .systemLibrary(name: "CProcess"),

    // Leaves.
    .target(name: "System"),
    .target(name: "JSON"),
    .target(name: "CSV", dependencies: ["CWideCompare"]),
    .target(name: "Compression", dependencies: ["CZlib", "CZstd"]),
    .target(name: "Avro", dependencies: ["Compression", "JSON"]),
    .target(name: "Passwords", dependencies: ["CSodium"]),
    .target(name: "Postgres", dependencies: ["CLibpq", "System"]),
    .target(name: "HTTP", dependencies: ["CCurl", "System"]),
    .target(name: "AWS", dependencies: ["HTTP", "JSON", "CCrypto", "System"]),
    .target(name: "LambdaEvents", dependencies: ["JSON", "System"]),
    .target(name: "LambdaRuntime", dependencies: ["JSON", "System"]),

    // Features and executables.
    .target(
      name: "Datasets",
      dependencies: ["LambdaRuntime", "CSV", "JSON", "System"],
      path: "Sources/Handlers/Datasets"),
    .target(
      name: "Tables",
      dependencies: ["Datasets", "LambdaRuntime", "AWS", "Postgres", "JSON"],
      path: "Sources/Handlers/Tables",
      resources: [
        .embedInCode("SQL/0001-ledger.sql"),
        .embedInCode("SQL/0003-pending.sql"),
        .embedInCode("SQL/0004-rejects-file.sql"),
      ]),
    .target(
      name: "CSVLoad",
      dependencies: [
        "Datasets", "Tables", "LambdaRuntime", "LambdaEvents", "AWS", "CSV", "Compression",
        "Postgres", "System",
      ],
      path: "Sources/Handlers/CSVLoad"),
    .target(
      name: "CSVFiles",
      dependencies: [
        "CSVLoad", "Datasets", "Tables", "CSV", "Compression", "JSON", "System",
      ],
      path: "Sources/Handlers/CSVFiles"),
    .target(
      name: "JobIngest",
      dependencies: [
        "Datasets", "Tables", "LambdaRuntime", "LambdaEvents", "HTTP", "AWS", "Postgres", "JSON",
        "System",
      ],
      path: "Sources/Handlers/JobIngest",
      resources: [.embedInCode("SQL/0002-job-ingest.sql")]),
    .target(
      name: "Backups",
      dependencies: [
        "Datasets", "Tables", "LambdaRuntime", "Avro", "AWS", "Postgres",
      ],
      path: "Sources/Handlers/Backups",
      resources: [.embedInCode("SQL/0005-backups.sql")]),
    .target(
      name: "API",
      dependencies: [
        "Datasets", "Tables", "CSVLoad", "JobIngest", "Backups", "LambdaRuntime", "LambdaEvents",
        "AWS", "CSV", "Compression", "Passwords", "Postgres", "JSON", "System",
      ],
      path: "Sources/Handlers/API",
      resources: [
        .embedInCode("SQL/0006-api.sql"),
        .embedInCode("SQL/0007-accounts.sql"),
        .embedInCode("SQL/0008-load-reports.sql"),
      ]),
    .target(
      name: "Handlers", dependencies: ["API", "CSVLoad", "JobIngest", "LambdaRuntime"],
      path: "Sources/Handlers",
      exclude: ["API", "Backups", "CSVFiles", "CSVLoad", "Datasets", "JobIngest", "Tables"],
      sources: ["HandlerRegistry+All.swift"]),
    .executableTarget(name: "Bootstrap", dependencies: ["Handlers", "LambdaRuntime"]),
    .executableTarget(
      name: "CLI",
      dependencies: [
        "Handlers", "API", "JobIngest", "CSVFiles", "CSVLoad", "Tables", "Datasets",
        "LambdaRuntime", "LambdaEvents", "AWS", "HTTP", "Postgres", "JSON", "System",
        "CMicroHTTPD", "CProcess",
      ]),

    // Benchmarks and the handlers of the conformance suite.
    .executableTarget(
      name: "CSVBench", dependencies: ["CSV", "Datasets", "LambdaRuntime"],
      path: "Benchmarks/CSVBench"),
    .executableTarget(
      name: "EchoBench", dependencies: ["LambdaRuntime"], path: "Benchmarks/EchoBench"),
    .executableTarget(
      name: "ConformanceBootstrap", dependencies: ["LambdaRuntime", "JSON"],
      path: "Tests/ConformanceBootstrap"),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["HTTP", "Postgres", "JSON", "LambdaRuntime"],
      path: "Tests/TestSupport"),
    .testTarget(name: "SystemTests", dependencies: ["System", "TestSupport"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
    .target(name: "CSVReference", dependencies: ["CSV"], path: "Tests/CSVReference"),
    .testTarget(
      name: "CSVTests",
      dependencies: ["CSV", "CSVReference", "CWideCompare", "Postgres", "TestSupport"],
      exclude: ["Fixtures", "Corpus"]),
    .testTarget(name: "CompressionTests", dependencies: ["Compression", "TestSupport"]),
    .testTarget(name: "AvroTests", dependencies: ["Avro", "Compression", "TestSupport"]),
    .testTarget(name: "PasswordsTests", dependencies: ["Passwords", "TestSupport"]),
    .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"]),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport"]),
    .testTarget(
      name: "AWSTests", dependencies: ["AWS", "HTTP", "JSON", "TestSupport"],
      exclude: ["Oracle"]),
    .testTarget(name: "LambdaEventsTests", dependencies: ["JSON", "LambdaEvents", "TestSupport"]),
    .testTarget(
      name: "LambdaRuntimeTests",
      dependencies: ["LambdaRuntime", "JSON", "TestSupport"]),
    .testTarget(
      name: "ConformanceTests",
      dependencies: ["ConformanceBootstrap", "Bootstrap", "JSON", "HTTP", "TestSupport"]),
    .target(
      name: "FeatureRigs",
      dependencies: [
        "CSVLoad", "Datasets", "API", "LambdaRuntime", "LambdaEvents", "AWS", "Postgres", "JSON",
        "TestSupport",
      ],
      path: "Tests/FeatureRigs"),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "CSV", "Postgres", "TestSupport"]),
    .testTarget(
      name: "TablesTests",
      dependencies: [
        "Tables", "Datasets", "CSVLoad", "API", "LambdaRuntime", "Postgres", "JSON", "FeatureRigs",
        "TestSupport",
      ]),
    .testTarget(
      name: "CSVLoadTests",
      dependencies: [
        "CSVLoad", "Datasets", "LambdaRuntime", "LambdaEvents", "AWS", "CSV", "Postgres", "JSON",
        "FeatureRigs", "TestSupport",
      ]),
    .testTarget(
      name: "CSVFilesTests",
      dependencies: ["CSVFiles", "CSVLoad", "Datasets", "JSON", "FeatureRigs", "TestSupport"]),
    .testTarget(
      name: "JobIngestTests",
      dependencies: [
        "Bootstrap", "JobIngest", "Tables", "Datasets", "CLI", "LambdaRuntime", "LambdaEvents",
        "HTTP", "AWS", "Postgres", "JSON", "TestSupport",
      ]),
    .testTarget(
      name: "BackupsTests",
      dependencies: [
        "Backups", "JobIngest", "Tables", "Datasets", "LambdaRuntime", "AWS", "Postgres", "JSON",
        "FeatureRigs", "TestSupport",
      ]),
    .testTarget(
      name: "APITests",
      dependencies: [
        "API", "Backups", "JobIngest", "Tables", "Datasets", "LambdaRuntime", "LambdaEvents",
        "AWS", "HTTP", "Compression", "Postgres", "JSON", "FeatureRigs", "TestSupport",
      ]),
    .testTarget(
      name: "HandlersTests", dependencies: ["Handlers", "LambdaRuntime", "TestSupport"]),
    .testTarget(
      name: "ChaosTests",
      dependencies: [
        "Bootstrap", "CSVLoad", "LambdaRuntime", "LambdaEvents", "AWS", "HTTP", "JSON",
        "TestSupport",
      ]),
    .testTarget(
      name: "CLITests",
      dependencies: [
        "CLI", "Bootstrap", "CSVLoad", "CSVFiles",
        "API", "LambdaRuntime", "LambdaEvents", "AWS", "HTTP", "Postgres", "JSON",
        "System", "TestSupport",
      ]),
    .testTarget(
      name: "TidyTests", dependencies: ["Handlers", "JSON", "LambdaRuntime", "TestSupport"]),
  ]
)

// Targets of `scripts/test fuzz`: they have no main, libFuzzer brings it, so no ordinary build has them.
if Context.environment["SLUICE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(name: "CSVFuzz", dependencies: ["CSVReference"], path: "Tests/CSVFuzz"))
}

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .treatWarning("DeprecatedDeclaration", as: .warning),
]
for target in package.targets where target.type != .system {
  target.swiftSettings = strict
}
