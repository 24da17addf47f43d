internal import SystemPackage

/// The descriptors of a child that is about to start: its ends, which we close once it has them, and ours.
struct ChildPlumbing: ~Copyable {
  /// What stays with us.
  struct OurEnds {
    var input: FileDescriptor?
    var output: FileDescriptor
    var errorOutput: FileDescriptor
  }

  private var theirs: [FileDescriptor] = []
  private var ours: [FileDescriptor] = []
  private let hasInputPipe: Bool

  init(_ input: ChildInput) throws(ChildProcessError) {
    do throws(Errno) {
      switch input {
      case .bytes(let bytes):
        hasInputPipe = false
        theirs.append(try SystemCalls.memoryFile(holding: bytes))
      case .pipe:
        hasInputPipe = true
        OwnProcess.ignoreBrokenPipes()
        let pipe = try SystemCalls.pipe()
        theirs.append(pipe.readEnd)
        ours.append(pipe.writeEnd)
      }
      for _ in 0..<2 {
        let pipe = try SystemCalls.pipe()
        theirs.append(pipe.writeEnd)
        ours.append(pipe.readEnd)
      }
      for descriptor in ours { try SystemCalls.setNonblocking(descriptor) }
    } catch {
      throw .noDescriptors(error)
    }
  }

  /// Starts the child and gives the descriptor that tells its end.
  borrowing func spawn(
    _ path: String,
    _ command: ChildCommand
  ) throws(ChildProcessError) -> (process: Int32, exit: FileDescriptor) {
    let process: Int32
    do {
      process = try spawnWhenWritten(path, command)
    } catch {
      if error == .execFormatError || error == .noSuchFileOrDirectory,
        let hint = ScriptCheck.hint(ofFile: path)
      {
        throw .cannotRun(hint)
      }
      throw .spawnFailed(program: path, workingDirectory: command.workingDirectory, error)
    }
    do {
      return (process, try SystemCalls.processDescriptor(of: process))
    } catch {
      ChildRegistry.shared.discard(process)
      throw .noDescriptors(error)
    }
  }

  /// A program that was just written may still be open for writing in a process that is being started at this
  /// moment and has copies of all descriptors until it runs; the kernel calls the file busy so long. It is over
  /// in milliseconds; what lasts longer is somebody who is still writing, and an error.
  private borrowing func spawnWhenWritten(_ path: String, _ command: ChildCommand) throws(Errno) -> Int32 {
    var pausesMilliseconds = [32, 16, 8, 4, 2, 1]
    while true {
      do {
        return try ChildRegistry.shared.spawn { () throws(Errno) in
          try SystemCalls.spawn(
            path,
            command: command,
            descriptors: (theirs[0], theirs[1], theirs[2])
          )
        }
      } catch .textFileBusy {
        guard let pause = pausesMilliseconds.popLast() else { throw .textFileBusy }
        SystemCalls.pause(milliseconds: pause)
      }
    }
  }

  /// Hands our ends over to what will close them.
  mutating func takeOurEnds() -> OurEnds {
    let ends = ours
    ours = []
    return hasInputPipe
      ? OurEnds(input: ends[0], output: ends[1], errorOutput: ends[2])
      : OurEnds(input: nil, output: ends[0], errorOutput: ends[1])
  }

  deinit {
    for descriptor in theirs + ours { try? descriptor.close() }
  }
}
