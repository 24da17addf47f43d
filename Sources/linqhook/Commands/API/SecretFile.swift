import Foundation
import LinqhookAuthentication
import SystemPackage

/// A file with the signing secret that Linq and the receiver share.
struct SecretFile {
  let path: String
  let text: String
  /// Who can read it, where it is new.
  let readers: SecretFileReaders?

  /// Reads the secret, or makes one of 32 random bytes in a new file that only those can read who are to have it.
  static func readOrMake(_ path: String) throws(CommandFailure) -> SecretFile {
    let absolute = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    if FileManager.default.fileExists(atPath: absolute) {
      var text = Substring(String(decoding: try InputFile.read(absolute), as: UTF8.self))
      if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text = text.dropLast() }
      guard !text.isEmpty else {
        throw CommandFailure(.badData, "\(absolute) is empty. Put the secret into it, or remove it.")
      }
      return SecretFile(path: absolute, text: String(text), readers: nil)
    }
    let text = try makeSecret()
    let readers = try store(text, at: absolute)
    return SecretFile(path: absolute, text: text, readers: readers)
  }

  private static func makeSecret() throws(CommandFailure) -> String {
    do throws(AuthenticationError) {
      return try SecureRandom.bytes(count: 32)
        .map { String($0 >> 4, radix: 16) + String($0 & 0xF, radix: 16) }.joined()
    } catch {
      throw CommandFailure(.fault, error.description)
    }
  }

  private static func store(_ text: String, at path: String) throws(CommandFailure) -> SecretFileReaders {
    do {
      let file = try FileDescriptor.open(
        FilePath(path),
        .writeOnly,
        options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerRead, .ownerWrite]
      )
      return try file.closeAfter {
        let readers = SecretFileReaders.set(for: file, at: path)
        _ = try file.writeAll(Array("\(text)\n".utf8))
        return readers
      }
    } catch {
      throw CommandFailure(.inputOutput, "The secret cannot be stored in \(path): \(error).")
    }
  }
}

/// A new file that waits for a secret which Linq shows once.
struct ReservedSecretFile {
  let path: String
  /// Who can read it.
  let readers: SecretFileReaders
  private let descriptor: FileDescriptor

  fileprivate init(path: String, readers: SecretFileReaders, descriptor: FileDescriptor) {
    self.path = path
    self.readers = readers
    self.descriptor = descriptor
  }

  /// Writes the secret and has it on the disk.
  func write(_ secret: String) throws(CommandFailure) {
    do {
      _ = try descriptor.writeAll(Array("\(secret)\n".utf8))
      try descriptor.close()
    } catch {
      throw CommandFailure(.inputOutput, "The secret could not be written to \(path): \(error).")
    }
  }

  /// Takes the file away again.
  func giveBack() {
    try? descriptor.close()
    try? FileManager.default.removeItem(atPath: path)
  }
}

extension SecretFile {
  /// Makes an empty file that only those can read who are to have the secret.
  ///
  /// - Throws: where the file exists already, since Linq gives each subscription a secret of its own.
  static func reserve(_ path: String) throws(CommandFailure) -> ReservedSecretFile {
    let absolute = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(absolute),
        .writeOnly,
        options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerRead, .ownerWrite]
      )
      let readers = SecretFileReaders.set(for: descriptor, at: absolute)
      return ReservedSecretFile(path: absolute, readers: readers, descriptor: descriptor)
    } catch Errno.fileExists {
      throw CommandFailure(
        .inputOutput,
        "\(absolute) exists already. Linq makes a new secret for each subscription: name a new file."
      )
    } catch {
      throw CommandFailure(.inputOutput, "\(absolute) cannot be made: \(error).")
    }
  }
}
