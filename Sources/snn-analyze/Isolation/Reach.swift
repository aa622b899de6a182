import Analysis
import Confinement
import PairwiseDistances
import Platform

/// What a command needs of the machine while it reads files that somebody else may have made: beside
/// the paths that its line names, to read.
struct Reach {
  /// Folders that it writes into, and makes where they are not there.
  var made: [String] = []
  /// Folders that it writes into where they are there.
  var written: [String] = []
  /// Files that it reads though no word names them.
  var read: [String] = []
  /// Whether what it reads may name further files.
  var isOpen = false
  /// Whether it starts programs, such as those that make PNG of figures.
  var startsPrograms = false
  /// What it computes with.
  var machine = Machine.whole
}

extension Reach {
  /// Adds the folder that a file is written into.
  mutating func write(file path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    written.append(folder.isEmpty ? "." : folder)
  }

  /// Gives up all but this, for as long as the process lives.
  ///
  /// - Returns: What was done of it, and the folders that were made for it: rules speak of what is
  ///   there.
  func enforce(words: [String]) -> (effect: Confinement.Effect, folders: MadeFolders) {
    let folders = MadeFolders(made)
    var confinement = Confinement()
    confinement.readable =
      isOpen || startsPrograms
      ? nil : NamedPaths.paths(in: words) + read + SystemPaths.readable
    confinement.writable = made + written + SystemPaths.writable
    confinement.removable = folders.parents
    confinement.allowsPrograms = startsPrograms
    confinement.memoryLimit = UInt64(memoryBound)
    return (confinement.enforce(), folders)
  }

  /// Far beyond what a run takes, which stays within the half of the machine's or within what it was
  /// told, and no more than the machine has, threads and libraries apart.
  private var memoryBound: Int {
    let values = max(Machine.whole.memoryLimit, min(machine.memoryLimit, 1 << 50)) * 2
    return values + machine.threadCount * Self.threadMemory + Self.programMemory
  }

  private static let threadMemory = 64 << 20
  private static let programMemory = 1 << 30
}

/// Folders that are made before they are needed.
struct MadeFolders {
  /// The outermost first.
  private let paths: [String]
  /// The folders that these were made in.
  let parents: [String]

  /// Makes those that are not there. Where that fails, whoever needs the folder says why.
  init(_ folders: [String]) {
    var paths: [String] = []
    var parents: [String] = []
    for folder in folders {
      var made = folder.hasPrefix("/") ? "/" : ""
      for part in folder.split(separator: "/") {
        let parent = made
        made += made.isEmpty || made == "/" ? String(part) : "/" + part
        guard mkdir(made, 0o755) == 0 else { continue }
        if paths.last != parent { parents.append(parent.isEmpty ? "." : parent) }
        paths.append(made)
      }
    }
    self.paths = paths
    self.parents = parents
  }

  /// Takes those away that nothing was put into.
  func removeEmpty() {
    for path in paths.reversed() { rmdir(path) }
  }
}

/// What every program reads and writes.
private enum SystemPaths {
  static let readable =
    [
      "/usr", "/lib", "/lib32", "/lib64", "/sys", "/etc/ld.so.cache", "/etc/localtime",
      "/etc/timezone", "/etc/nsswitch.conf", "/etc/passwd", "/proc/cpuinfo", "/proc/meminfo",
      "/proc/stat", "/proc/self/statm", "/proc/self/status", "/proc/self/maps", "/proc/self/cgroup",
      "/dev/zero", "/dev/random", "/dev/urandom",
    ] + [FileSystem.programPath].compactMap(\.self) + libraryFolders

  static let writable = ["/dev/null", "/dev/stdout", "/dev/stderr"]

  /// Where the libraries are that are loaded, and those that plugins of HDF5 need.
  private static var libraryFolders: [String] {
    let variables = ["LD_LIBRARY_PATH", "HDF5_PLUGIN_PATH"].flatMap { name in
      (ProcessInfo.processInfo.environment[name] ?? "").split(separator: ":").map(String.init)
    }
    let map = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let libraries = map.split(separator: "\n").compactMap { line -> String? in
      guard let start = line.firstIndex(of: "/"), line[start...].contains(".so") else { return nil }
      return String(line[start..<(line.lastIndex(of: "/") ?? start)])
    }
    return variables + Set(libraries).filter { !$0.isEmpty }.sorted()
  }
}
