import Foundation
import LinqhookConfiguration
import ReceiverSupport
import TestKit
import Testing

/// What the scripts in deploy/ leave behind.
@Suite(.timeLimit(.minutes(2))) struct DeployScriptTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("bin"), withIntermediateDirectories: true)
    // Instead of the machine's own: an apt-get that takes long, and a place for the policy.
    try folder.write(
      "bin/apt-get",
      "#!/bin/sh\ntouch '\(folder.file("begun"))'\nexec sleep 20\n",
      mode: 0o755
    )
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../deploy/packages").standardized.path
    let text = try String(contentsOfFile: script, encoding: .utf8)
      .replacing("policy=/usr/sbin/policy-rc.d", with: "policy='\(folder.file("policy-rc.d"))'")
    #expect(text.contains(folder.file("policy-rc.d")))
    try folder.write("packages", text, mode: 0o755)
  }

  /// Starts an installation, ends its whole process group with a signal, and says whether the policy is there.
  private func interrupt(with signal: String) async throws -> Program.Outcome {
    try await Program.shell(
      """
      export PATH="\(folder.file("bin")):$PATH"
      rm -f '\(folder.file("begun"))'
      setsid --fork '\(folder.file("packages"))' no-such-package-of-linqhook 2>'\(folder.file("messages"))'
      until [ -e '\(folder.file("begun"))' ]; do sleep 0.05; done
      test -x '\(folder.file("policy-rc.d"))'
      group=$(sed -n 's/.*process //p' '\(folder.file("policy-rc.d"))')
      kill -\(signal) -- "-$group"
      while state=$(cut -d' ' -f3 "/proc/$group/stat" 2>/dev/null) && [ "$state" != Z ]; do sleep 0.05; done
      test -e '\(folder.file("policy-rc.d"))' && echo there || echo gone
      """
    )
  }

  @Test func theManualPageHasEveryKeyOfTheConfiguration() async throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../deploy/debian/manual-keys").standardized.path
    let page = folder.file("linqhook.yaml.5")
    let outcome = try await Program.shell("'\(script)' '\(Program.path)' '\(page)'")
    #expect(outcome.status == 0, "\(outcome)")
    let text = try String(contentsOfFile: page, encoding: .utf8)
    for section in SettingsManual.sections {
      #expect(text.contains(".Ss Keys of \(section.owner)\n.Bl -tag"))
      for key in section.keys {
        #expect(text.contains(".It Ic \(key.path)\n"), "\(key.path) is not in the manual page")
        #expect(text.contains("Takes \(key.takes)."), "\(key.path)")
      }
    }
    let isOpen = text.split(separator: "\n").reduce(0) {
      $0 + ($1.hasPrefix(".Bl") ? 1 : $1 == ".El" ? -1 : 0)
    }
    #expect(isOpen == 0)
  }

  /// Else no package of the machine could start a service any more.
  @Test(arguments: ["TERM", "INT", "HUP"])
  func anInterruptedInstallationLeavesNoPolicyBehind(signal: String) async throws {
    let outcome = try await interrupt(with: signal)
    #expect(outcome.output == "gone\n", "\(outcome)")
  }

  @Test func whatAKilledInstallationLeftIsTakenOverByTheNext() async throws {
    #expect(try await interrupt(with: "KILL").output == "there\n")
    #expect(try await interrupt(with: "TERM").output == "gone\n")
  }

  @Test func aPolicyOfTheMachineIsLeftAlone() async throws {
    try folder.write("policy-rc.d", "#!/bin/sh\nexit 101\n")
    try folder.write("bin/apt-get", "#!/bin/sh\nexit 0\n", mode: 0o755)
    let outcome = try await Program.shell(
      "PATH=\"\(folder.file("bin")):$PATH\" '\(folder.file("packages"))' no-such-package-of-linqhook"
    )
    #expect(outcome.status == 0, "\(outcome)")
    #expect(folder.read("policy-rc.d") == "#!/bin/sh\nexit 101\n")
  }
}
