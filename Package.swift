// swift-tools-version: 6.0
import PackageDescription

// Data flows one way, and so do the dependencies:
//
//   files ──ActivationFiles──▶ activations ──PairwiseDistances──▶ per-anchor sums, neighbors
//     ├──Entanglement──▶ history, measures ──RegressionChecks──▶ verdicts ──┐
//     ├──Neighbors─────▶ votes, credibility ────────────────────────────────┴─Reporting, Charts──▶
//     └──Training──────▶ networks and their activations ──▶ files        text · SVG · HTML · …
//
// `Activations` holds the values all of them pass on, `ElementaryFunctions` the exp and log of the
// computing ones, `Platform` what files and processes need of the system. `Analysis` joins them: files
// in, one result record out. `snn-analyze` is the command, which parses words and calls it;
// `Confinement` is what it gives up before it reads.
// `ArchitectureTests` holds the sources to this picture.
let package = Package(
  name: "snn-analyze",
  platforms: [.macOS(.v14)],
  products: [
    .library(name: "Activations", targets: ["Activations"]),
    .library(name: "ActivationFiles", targets: ["ActivationFiles"]),
    .library(name: "PairwiseDistances", targets: ["PairwiseDistances"]),
    .library(name: "Entanglement", targets: ["Entanglement"]),
    .library(name: "RegressionChecks", targets: ["RegressionChecks"]),
    .library(name: "Neighbors", targets: ["Neighbors"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Charts", targets: ["Charts"]),
    .library(name: "Reporting", targets: ["Reporting"]),
    .library(name: "Analysis", targets: ["Analysis"]),
    .executable(name: "snn-analyze", targets: ["snn-analyze"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // C
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev", "pkg-config"]), .brew(["hdf5", "pkg-config"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    // Each level's file includes its own copy of Kernels/*.inc.
    .target(name: "CDistanceKernels", exclude: ["Kernels"]),
    .target(name: "CConfinement"),

    // Swift, leaves first
    .target(name: "Platform"),
    .target(name: "YAML", dependencies: ["CLibYAML"]),
    .target(name: "Activations"),
    .target(name: "ElementaryFunctions"),
    .target(name: "Charts"),
    .target(name: "Confinement", dependencies: ["CConfinement"]),
    .target(name: "ActivationFiles", dependencies: ["Activations", "CHDF5", "CZlib", "Platform"]),
    .target(name: "PairwiseDistances", dependencies: ["Activations", "CDistanceKernels"]),
    .target(
      name: "Entanglement",
      dependencies: ["Activations", "ElementaryFunctions", "PairwiseDistances"]),
    .target(
      name: "RegressionChecks",
      dependencies: ["Activations", "ElementaryFunctions", "Entanglement"]),
    .target(
      name: "Training",
      dependencies: ["Activations", "ElementaryFunctions", "PairwiseDistances", "Entanglement"]),
    .target(
      name: "Neighbors",
      dependencies: ["Activations", "ElementaryFunctions", "PairwiseDistances"]),
    .target(
      name: "Reporting",
      dependencies: [
        "Activations", "ElementaryFunctions", "PairwiseDistances", "Entanglement",
        "RegressionChecks", "Neighbors", "Charts", "Platform",
      ]),
    .target(
      name: "Analysis",
      dependencies: [
        "Activations", "ActivationFiles", "PairwiseDistances", "Entanglement", "RegressionChecks",
        "Neighbors", "Charts", "Reporting", "Training", "Platform",
      ]),
    .executableTarget(
      name: "snn-analyze",
      dependencies: [
        "ActivationFiles", "Activations", "PairwiseDistances", "Entanglement", "RegressionChecks",
        "Neighbors", "Charts", "Reporting", "Training", "Analysis", "Confinement", "Platform",
        "YAML",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests: one target per library, the command as a process, and the shape of the code
    .target(
      name: "TestSupport", dependencies: ["Activations", "CHDF5"], path: "Tests/TestSupport"),
    .testTarget(
      name: "ElementaryFunctionsTests",
      dependencies: ["Activations", "ElementaryFunctions", "TestSupport"]),
    .testTarget(name: "ActivationsTests", dependencies: ["Activations", "TestSupport"]),
    .testTarget(
      name: "ActivationFilesTests",
      dependencies: ["Activations", "ActivationFiles", "CHDF5", "TestSupport"],
      exclude: ["Fixtures", "Zoo"]),
    .testTarget(
      name: "PairwiseDistancesTests",
      dependencies: ["Activations", "PairwiseDistances", "TestSupport"]),
    .testTarget(
      name: "EntanglementTests",
      dependencies: ["Activations", "PairwiseDistances", "Entanglement", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "RegressionChecksTests",
      dependencies: [
        "Activations", "ActivationFiles", "Entanglement", "RegressionChecks", "TestSupport",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Activations", "PairwiseDistances", "Training", "TestSupport"]),
    .testTarget(
      name: "NeighborsTests",
      dependencies: ["Activations", "PairwiseDistances", "Neighbors", "TestSupport"]),
    .testTarget(
      name: "ChartsTests", dependencies: ["Charts", "TestSupport"], exclude: ["Goldens"]),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Activations", "PairwiseDistances", "Entanglement", "RegressionChecks", "Neighbors",
        "Charts", "Reporting",
      ]),
    .executableTarget(
      name: "report-from-swift", dependencies: ["Analysis"],
      path: "Tests/AnalysisTests/Programs/report-from-swift"),
    .executableTarget(
      name: "check-from-swift", dependencies: ["Analysis"],
      path: "Tests/AnalysisTests/Programs/check-from-swift"),
    .testTarget(
      name: "AnalysisTests",
      dependencies: ["Analysis", "TestSupport", "report-from-swift", "check-from-swift"],
      exclude: ["Programs"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "snn-analyze", "ActivationFiles", "Activations", "CHDF5", "Entanglement", "TestSupport",
        "YAML",
      ],
      exclude: ["Hostile"]),
    .testTarget(name: "YAMLTests", dependencies: ["YAML"]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"]),
    .executableTarget(
      name: "confined-deeds", dependencies: ["Confinement"],
      path: "Tests/ConfinementTests/Programs/confined-deeds"),
    .testTarget(
      name: "ConfinementTests", dependencies: ["TestSupport", "confined-deeds"],
      exclude: ["Programs"]),
    .testTarget(name: "ArchitectureTests"),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
// Tests that wait for processes or compare texts are compiled once for each run of them, and are not
// worth optimising; oracles are.
let plainTests: Set = [
  "AnalysisTests", "ArchitectureTests", "ChartsTests", "CommandLineTests", "ReportingTests",
]
for target in package.targets where plainTests.contains(target.name) {
  target.swiftSettings?.append(.unsafeFlags(["-Onone"]))
}
