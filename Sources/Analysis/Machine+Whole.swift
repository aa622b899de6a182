public import PairwiseDistances
internal import Platform

extension Machine {
  /// All cores that this process may keep busy, the widest instruction set, and half of the memory that
  /// it may use: of the machine's, its container's or its user's, whichever is least.
  public static var whole: Machine {
    Machine(threadCount: wholeThreadCount, memoryLimit: max(wholeMemory / 2, 1))
  }

  private static var wholeThreadCount: Int {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    guard let quota = controlGroup("cpu.max") else { return cores }
    let numbers = quota.split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return cores }
    return max(1, min(cores, Int((numbers[0] / numbers[1]).rounded(.up))))
  }

  private static var wholeMemory: Int {
    let limits = ["memory.max", "memory/memory.limit_in_bytes"].compactMap { name in
      controlGroup(name).flatMap { Int($0) }
    }
    return (limits + [freeAddressSpace].compactMap(\.self)).reduce(
      Int(clamping: ProcessInfo.processInfo.physicalMemory), min)
  }

  /// What Linux grants a container, as the container sees it; nil elsewhere.
  private static func controlGroup(_ name: String) -> String? {
    text(of: "/sys/fs/cgroup/" + name)
  }

  private static func text(of path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8))?
      .trimmed
  }

  /// What is left of the addresses that the process may use (`ulimit -v`); nil without a limit.
  private static var freeAddressSpace: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
    #else
      let isKnown = getrlimit(RLIMIT_AS, &limit) == 0
    #endif
    guard isKnown, limit.rlim_cur < UInt64(Int64.max) else { return nil }
    let pages = text(of: "/proc/self/statm")?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    return max(Int(clamping: limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE)), 0)
  }

  /// Makes do with a limited address space; called once, before there is a second thread.
  /// - Throws: `AnalysisError` where too little is left to begin with.
  package static func fitAddressSpace() throws(AnalysisError) {
    guard let free = freeAddressSpace else { return }
    useOneArena()
    guard free >= leastAddressSpace else {
      throw AnalysisError(
        "The process may use \(free >> 20) MiB more of addresses (ulimit -v), which is too little for "
          + "any run. Give it \((leastAddressSpace - free) >> 20) MiB more.")
    }
  }

  private static let leastAddressSpace = 32 << 20

  /// Takes all memory from one arena of glibc's: one a thread reserves 64 MiB each.
  private static func useOneArena() {
    // The headers that Swift sees do not declare it.
    typealias Setter = @convention(c) (Int32, Int32) -> Int32
    guard let function = dlsym(nil, "mallopt") else { return }
    let arenaMax: Int32 = -8
    _ = unsafeBitCast(function, to: Setter.self)(arenaMax, 1)
  }
}
