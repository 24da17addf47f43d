// swift-tools-version: 6.2
// The fuzz targets: a package of its own, so that nothing of it is in the way of a normal build.
// `Tests/run --fuzz` builds and runs it.
import PackageDescription

let package = Package(
  name: "linqhook-fuzz",
  dependencies: [.package(name: "linqhook", path: "../..")],
  targets: [
    .target(
      name: "FuzzTargets",
      dependencies: [
        .product(name: "Linqhook", package: "linqhook"),
        .product(name: "LinqhookInboxSupport", package: "linqhook"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        .strictMemorySafety(),
      ]
    ),
    // C, because libFuzzer brings `main`, and SwiftPM wants one of every executable in Swift.
    .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"]),
  ]
)
