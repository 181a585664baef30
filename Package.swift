// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "beanpole",
  products: [
    .executable(name: "sqsd", targets: ["Daemon"]),
    .executable(name: "worker-server", targets: ["Server"]),
    .executable(name: "local-sqs", targets: ["LocalSQS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", .upToNextMinor(from: "2.101.2")),
    .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
    .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
    .package(url: "https://github.com/apple/swift-collections", .upToNextMinor(from: "1.6.0")),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", .upToNextMinor(from: "2.13.0")),
  ],
  targets: [
    // MARK: HTTP out

    /// libcurl as it is: typed inline functions for its variadic calls.
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    /// libcurl as Swift: one thread, one multi handle, an executor for the tasks that use it.
    .target(name: "Curl", dependencies: ["CCurl", "Locks"]),
    /// The little of AWS that we need: signatures, credentials, SQS.
    .target(
      name: "AWS",
      dependencies: ["CProcess", "Curl", "Locks", .product(name: "Crypto", package: "swift-crypto")]),

    // MARK: Files that people write

    /// libyaml as it is.
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    /// YAML as a tree in which everything knows its line.
    .target(name: "YAML", dependencies: ["CYAML"]),

    // MARK: The contract and what the programs share

    /// The contract between daemon and application: the X-Aws-Sqsd-* headers, encoded and decoded in one place.
    .target(name: "SQSD"),
    /// Settings declared once: flag, environment variable, default, range, help.
    .target(name: "Settings"),
    /// A value behind a lock that the thread sanitizer understands.
    .target(name: "Locks"),
    /// Log lines as text or JSON.
    .target(name: "Logs", dependencies: [.product(name: "Logging", package: "swift-log")]),
    /// HTTP in: a minimal HTTP/1.1 server; knows nothing of jobs.
    .target(
      name: "HTTPCore",
      dependencies: [
        "Locks",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    /// FastCGI out: requests to php-fpm over kept connections.
    .target(
      name: "FastCGI",
      dependencies: [
        "Locks",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),

    // MARK: The programs

    /// sqsd: SQS to HTTP.
    .executableTarget(
      name: "Daemon",
      dependencies: [
        "AWS", "Curl", "HTTPCore", "Locks", "Logs", "SQSD", "Settings", "YAML",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    /// The Linux calls that starting a program needs and Swift's Glibc module does not show.
    .target(name: "CProcess"),
    /// worker-server: HTTP to a job.
    .executableTarget(
      name: "Server",
      dependencies: [
        "CProcess", "FastCGI", "HTTPCore", "Locks", "Logs", "SQSD", "Settings",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    /// local-sqs: an in-memory SQS for development. Shares nothing with AWS on purpose: their common ground is the wire.
    .executableTarget(
      name: "LocalSQS",
      dependencies: [
        "HTTPCore", "Locks", "Logs", "Settings",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),

    // MARK: Tests

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "CurlTests", dependencies: ["CCurl", "Curl", "TestSupport"]),
    .testTarget(name: "AWSTests", dependencies: ["AWS", "Curl", "Locks", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(name: "SQSDTests", dependencies: ["SQSD", "TestSupport"]),
    .testTarget(name: "SettingsTests", dependencies: ["Settings"]),
    .testTarget(name: "YAMLTests", dependencies: ["TestSupport", "YAML"]),
    .testTarget(
      name: "LogsTests",
      dependencies: ["Logs", .product(name: "Logging", package: "swift-log")]),
    .testTarget(
      name: "HTTPCoreTests",
      dependencies: [
        "HTTPCore", "Locks", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .testTarget(
      name: "FastCGITests",
      dependencies: ["FastCGI", "TestSupport", .product(name: "NIOCore", package: "swift-nio")]),
    .testTarget(
      name: "LocalSQSTests", dependencies: ["LocalSQS", "HTTPCore", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "FastCGI", "HTTPCore", "Locks", "SQSD", "Server", "Settings", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .testTarget(
      name: "DaemonTests",
      dependencies: [
        "AWS", "Curl", "Daemon", "HTTPCore", "SQSD", "Settings", "TestSupport", "YAML",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Daemon", "HTTPCore", "LocalSQS", "Server", "Settings", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], exclude: ["Fixtures"]),
    /// sqsd as a program, between an SQS and an application in Python that fail by plan.
    .testTarget(name: "FaultTests", dependencies: ["Daemon", "TestSupport"], exclude: ["Fixtures"]),
  ]
)

// The same switches everywhere. The upcoming features are those that a later language mode will turn on by itself
// (swift.org, "Swift Evolution", SE-0335, SE-0409, SE-0444, SE-0461); strict memory safety (SE-0458) makes every unsafe
// expression say `unsafe`, so that a review of memory safety is a text search.
for target in package.targets where target.type != .system {
  var swift = target.swiftSettings ?? []
  swift += [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
  ]
  target.swiftSettings = swift
  if target.name.hasPrefix("C"), target.name != "Curl", target.type == .regular {
    target.cSettings = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]
  }
}
