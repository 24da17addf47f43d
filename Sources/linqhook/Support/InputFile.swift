import Foundation

/// Reads the files that commands are given.
enum InputFile {
  /// The bytes of a file, or of standard input for `-`.
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    do {
      if path == "-" { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) }
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw CommandFailure(
        .inputOutput,
        "\(path) cannot be read. Check that the file exists and that you may read it."
      )
    }
  }
}
