import Foundation

/// Something that takes bytes from anywhere. A crash, a hang, a report of the sanitizer or a claim that does not
/// hold is a finding.
protocol FuzzTarget: Sendable {
  func run(_ input: [UInt8])
}

/// Every target by its name; its corpus stands in Tests/Fuzz/Corpus under the same name.
let fuzzTargets: [String: @Sendable () -> any FuzzTarget] = [
  "configuration": { ConfigurationTarget() },
  "encodings": { EncodingTarget() },
  "envelopes": { EnvelopeTarget() },
  "file-recovery": { FileRecoveryTarget() },
  "requests": { RequestTarget() },
  "signatures": { SignatureTarget() },
  "timestamps": { TimestampTarget() },
]

/// What must be so, also in a release build.
func claim(_ isTrue: Bool, _ sentence: @autoclosure () -> String) {
  if !isTrue { fatalError(sentence()) }
}

/// A file with these bytes and no others.
func write(_ bytes: [UInt8], to path: String) {
  claim(FileManager.default.createFile(atPath: path, contents: Data(bytes)), "\(path) cannot be written.")
}
