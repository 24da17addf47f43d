// swift-tools-version: 6.2
// The manifest is the architecture: every module is a target, and a target may import only what stands
// below it here. `Tests/run` builds with `--explicit-target-dependency-import-check error`, so a wrong
// arrow does not compile.
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0458-strict-memory-safety.md
  .strictMemorySafety(),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
  .enableUpcomingFeature("ExistentialAny"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
  .enableUpcomingFeature("InternalImportsByDefault"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "linqhook",
  products: [
    .executable(name: "linqhook", targets: ["linqhook"]),
    // For custom receivers: handler types in Swift, and the daemon that runs them.
    .library(name: "Linqhook", targets: ["Linqhook"]),
    // For tests of code around an inbox: a store in memory that passes the conformance suite.
    .library(name: "LinqhookInboxSupport", targets: ["InboxSupport"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // System libraries: a module map and what Swift cannot say.
    .systemLibrary(
      name: "CMicroHTTPD",
      pkgConfig: "libmicrohttpd",
      providers: [.apt(["libmicrohttpd-dev"])]
    ),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CSemaphore"),
    .systemLibrary(name: "CKernelClock"),

    // The modules, lowest first.
    .target(name: "ShownText", swiftSettings: strict),
    .target(name: "Pacing", swiftSettings: strict),
    .target(name: "MicroHTTP", dependencies: ["CMicroHTTPD", "Pacing"], swiftSettings: strict),
    .target(name: "LinqhookAuthentication", dependencies: ["CLibCrypto"], swiftSettings: strict),
    .target(name: "Supervision", dependencies: ["Pacing"], swiftSettings: strict),
    .target(name: "RequestPaths", swiftSettings: strict),
    .target(name: "FileTrust", swiftSettings: strict),
    .target(name: "LinqhookHTTPClient", dependencies: ["CCurl", "ShownText"], swiftSettings: strict),
    .target(
      name: "LinqEvents",
      dependencies: ["LinqhookAuthentication", "ShownText"],
      swiftSettings: strict
    ),
    .target(
      name: "LinqhookInbox",
      dependencies: ["Pacing", "LinqhookAuthentication", "LinqEvents", "CSemaphore"],
      swiftSettings: strict
    ),
    .target(
      name: "SQLiteInbox",
      dependencies: [
        "Pacing", "LinqhookAuthentication", "LinqEvents", "LinqhookInbox", "FileTrust",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "PostgreSQL",
      dependencies: ["CPostgreSQL", "LinqhookAuthentication"],
      swiftSettings: strict
    ),
    .target(
      name: "PostgresInbox",
      dependencies: ["Pacing", "LinqhookAuthentication", "LinqEvents", "LinqhookInbox", "PostgreSQL"],
      swiftSettings: strict
    ),
    .target(
      name: "Ingress",
      dependencies: ["LinqhookAuthentication", "LinqEvents", "MicroHTTP", "RequestPaths", "LinqhookInbox"],
      swiftSettings: strict
    ),
    .target(
      name: "LinqhookDelivery",
      dependencies: [
        "Pacing", "LinqEvents", "LinqhookInbox",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .target(name: "CChildProcesses"),
    .target(
      name: "ChildProcesses",
      dependencies: ["CChildProcesses", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict
    ),
    .target(
      name: "Handlers",
      dependencies: [
        "Pacing", "ShownText", "LinqEvents", "LinqhookInbox", "LinqhookDelivery", "LinqhookHTTPClient",
        "ChildProcesses",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "LinqhookConfiguration",
      dependencies: [
        "FileTrust", "LinqEvents", "RequestPaths", "ShownText", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "LinqAPI",
      dependencies: ["Pacing", "ShownText", "LinqEvents", "LinqhookHTTPClient"],
      swiftSettings: strict
    ),
    .target(
      name: "Answering",
      dependencies: [
        "Pacing", "ShownText", "LinqhookAuthentication", "LinqEvents", "LinqhookInbox", "LinqhookDelivery",
        "LinqhookHTTPClient", "LinqAPI",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "LinqSandbox",
      dependencies: ["LinqhookAuthentication", "LinqEvents", "LinqhookHTTPClient", "MicroHTTP", "LinqAPI"],
      swiftSettings: strict
    ),
    // The page for operators; its files are in the binary.
    .target(
      name: "Inspector",
      resources: [.embedInCode("Page")],
      swiftSettings: strict
    ),
    .target(
      name: "LinqhookDaemon",
      dependencies: [
        "Inspector", "Answering", "LinqAPI", "ShownText", "Supervision", "LinqhookAuthentication",
        "MicroHTTP",
        "LinqEvents",
        "LinqhookInbox", "SQLiteInbox",
        "Ingress",
        "LinqhookDelivery",
        "Handlers", "LinqhookConfiguration", "LinqhookHTTPClient", "ChildProcesses", "FileTrust",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Doctor",
      dependencies: ["CKernelClock", "LinqEvents", "LinqhookAuthentication", "LinqhookHTTPClient"],
      swiftSettings: strict
    ),
    // The one module that a custom receiver imports.
    .target(
      name: "Linqhook",
      dependencies: [
        "Answering", "LinqAPI", "LinqEvents", "LinqhookConfiguration", "LinqhookDaemon", "LinqhookDelivery",
        "LinqhookInbox",
      ],
      swiftSettings: strict
    ),
    .target(name: "CThreadPriority"),
    .executableTarget(
      name: "linqhook",
      dependencies: [
        "CThreadPriority", "Doctor", "ShownText", "Supervision", "LinqhookAuthentication", "LinqEvents",
        "LinqhookHTTPClient",
        "MicroHTTP",
        "LinqhookConfiguration",
        "LinqAPI", "LinqSandbox", "LinqhookDaemon",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict
    ),

    // The benchmark. The product does not know of it.
    .systemLibrary(name: "CEpoll"),
    .executableTarget(
      name: "linqhook-bench",
      dependencies: [
        "Pacing", "CEpoll", "Supervision", "LinqhookAuthentication", "LinqEvents", "MicroHTTP",
        "ChildProcesses",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),

    // One test target for each module, and one that drives the built program from outside.
    .testTarget(
      name: "MicroHTTPTests",
      dependencies: ["MicroHTTP"],
      // Tests/run --framing reads them, too.
      resources: [.copy("Framing/Vectors")],
      swiftSettings: strict
    ),
    .testTarget(name: "ShownTextTests", dependencies: ["ShownText"], swiftSettings: strict),
    .testTarget(
      name: "LinqhookAuthenticationTests",
      dependencies: ["LinqhookAuthentication"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LinqEventsTests",
      dependencies: ["TestKit", "LinqEvents", "LinqhookAuthentication", "ForgerySupport"],
      swiftSettings: strict
    ),
    // The conformance suites, run by every store.
    .testTarget(
      name: "LinqhookInboxTests",
      dependencies: [
        "InboxSupport", "InboxTestKit", "TestKit", "LinqhookInbox", "SQLiteInbox", "PostgresInbox",
        "PostgreSQL", "PostgreSQLSupport", "LinqEvents", "LinqhookAuthentication",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SQLiteInboxTests",
      dependencies: [
        "InboxTestKit", "TestKit", "LinqhookInbox", "SQLiteInbox", "LinqEvents", "LinqhookAuthentication",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "IngressTests",
      dependencies: [
        "InboxSupport", "Ingress", "MicroHTTP", "LinqhookHTTPClient", "LinqhookInbox", "LinqEvents",
        "LinqhookAuthentication",
        "ForgerySupport",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LinqhookDeliveryTests",
      dependencies: [
        "InboxSupport", "TestKit", "ChildProcesses", "LinqhookDelivery", "LinqhookInbox", "SQLiteInbox",
        "LinqEvents",
        "LogSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ChildProcessesTests",
      dependencies: ["TestKit", "ChildProcesses", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict
    ),
    .testTarget(
      name: "HandlersTests",
      dependencies: [
        "TestKit", "Handlers", "ChildProcesses", "LinqhookDelivery", "LinqhookInbox", "LinqEvents",
        "LinqhookAuthentication", "LinqhookHTTPClient",
        "LogSupport", "ScriptedServer", "ShownText",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict
    ),
    .testTarget(name: "FileTrustTests", dependencies: ["FileTrust"], swiftSettings: strict),
    .testTarget(
      name: "DoctorTests",
      dependencies: [
        "Doctor", "LinqEvents", "LinqhookAuthentication", "LinqhookHTTPClient", "ScriptedServer",
      ],
      swiftSettings: strict
    ),
    .testTarget(name: "PacingTests", dependencies: ["Pacing"], swiftSettings: strict),
    .testTarget(name: "SupervisionTests", dependencies: ["Supervision"], swiftSettings: strict),
    // A receiver with a custom handler type, as the documentation shows it.
    .executableTarget(
      name: "ExampleReceiver",
      dependencies: ["Linqhook"],
      path: "Tests/Support/ExampleReceiver",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "EchoBot",
      dependencies: ["Linqhook"],
      path: "Tests/Support/EchoBot",
      swiftSettings: strict
    ),
    // A server for tests that says exactly the bytes that it is told to.
    .target(name: "ScriptedServer", path: "Tests/Support/ScriptedServer", swiftSettings: strict),
    // What Linq's Partner API V3 takes and answers, and a check of calls and answers against it.
    .target(
      name: "OpenAPISupport",
      dependencies: ["LinqEvents"],
      path: "Tests/Support/OpenAPISupport",
      resources: [.copy("v3.json")],
      swiftSettings: strict
    ),
    // Requests that nobody has signed.
    .target(
      name: "ForgerySupport",
      dependencies: ["TestKit", "LinqhookAuthentication", "LinqEvents"],
      path: "Tests/Support/ForgerySupport",
      swiftSettings: strict
    ),
    // A store in memory, the model that the real one is held against.
    .target(
      name: "InboxSupport",
      dependencies: ["LinqEvents", "LinqhookAuthentication", "LinqhookInbox"],
      path: "Tests/Support/InboxSupport",
      swiftSettings: strict
    ),
    // A private PostgreSQL for tests.
    .target(
      name: "PostgreSQLSupport",
      dependencies: ["PostgreSQL", "TestKit"],
      path: "Tests/Support/PostgreSQLSupport",
      swiftSettings: strict
    ),
    .testTarget(
      name: "PostgreSQLTests",
      dependencies: ["PostgreSQL", "PostgreSQLSupport"],
      swiftSettings: strict
    ),
    // Clocks, events and folders for tests of a store.
    .target(
      name: "InboxTestKit",
      dependencies: ["TestKit", "LinqEvents", "LinqhookAuthentication", "LinqhookInbox", "SQLiteInbox"],
      path: "Tests/Support/InboxTestKit",
      swiftSettings: strict
    ),
    // What most test targets need: a temporary folder, random numbers from a seed.
    .target(
      name: "TestKit",
      dependencies: [.product(name: "SystemPackage", package: "swift-system")],
      path: "Tests/Support/TestKit",
      swiftSettings: strict
    ),
    // A log that a test can read.
    .target(
      name: "LogSupport",
      dependencies: [.product(name: "Logging", package: "swift-log")],
      path: "Tests/Support/LogSupport",
      swiftSettings: strict
    ),
    // The built program as a process, and a sender that remembers what it acknowledged.
    .target(
      name: "ReceiverSupport",
      dependencies: [
        "TestKit", "LinqhookAuthentication", "ChildProcesses", "LinqhookHTTPClient", "LinqEvents",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/Support/ReceiverSupport",
      swiftSettings: strict
    ),
    .testTarget(
      name: "LinqhookHTTPClientTests",
      dependencies: ["TestKit", "LinqhookHTTPClient", "ScriptedServer"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LinqhookConfigurationTests",
      dependencies: ["TestKit", "LinqhookConfiguration"],
      resources: [.copy("Golden")],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LinqhookDaemonTests",
      dependencies: [
        "TestKit", "Inspector", "LinqhookDaemon", "LinqhookConfiguration", "LinqhookInbox", "SQLiteInbox",
        "Ingress",
        "LinqhookDelivery",
        "Handlers",
        "MicroHTTP", "LinqhookHTTPClient",
        "LinqEvents", "LogSupport", "LinqhookAuthentication", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LinqAPITests",
      dependencies: ["LinqEvents", "LinqAPI", "LinqhookHTTPClient", "OpenAPISupport", "ScriptedServer"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "AnsweringTests",
      dependencies: [
        "Answering", "Handlers", "InboxSupport", "TestKit", "LogSupport", "ScriptedServer", "LinqAPI",
        "LinqSandbox", "LinqEvents",
        "LinqhookInbox", "SQLiteInbox", "LinqhookDelivery", "LinqhookHTTPClient", "MicroHTTP",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LinqSandboxTests",
      dependencies: [
        "LinqSandbox", "LinqAPI", "LinqEvents", "LinqhookAuthentication", "LinqhookHTTPClient", "MicroHTTP",
        "OpenAPISupport",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "linqhookTests",
      dependencies: [
        "TestKit", "linqhook", "EchoBot", "ExampleReceiver", "ReceiverSupport", "ScriptedServer",
        "LinqhookAuthentication", "LinqhookConfiguration",
        "LinqhookHTTPClient",
        "LinqEvents",
        "MicroHTTP", "ShownText",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "BenchTests",
      dependencies: [
        "linqhook-bench", "LinqhookAuthentication", "LinqhookConfiguration", "LinqEvents", "MicroHTTP",
        "TestKit",
      ],
      swiftSettings: strict
    ),
    // The receiver under kills, power cuts, broken disks and the like: `Tests/run --faults`.
    .testTarget(
      name: "FaultTests",
      dependencies: [
        "TestKit", "linqhook", "ReceiverSupport", "MicroHTTP", "Supervision", "LinqAPI", "LinqEvents",
        "LinqSandbox", "LinqhookHTTPClient",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict
    ),
  ]
)
