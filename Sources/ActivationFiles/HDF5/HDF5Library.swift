import CHDF5
import Platform

/// The HDF5 library, one caller at a time: Homebrew's build is not safe to call from two threads,
/// and Debian's has one lock of its own anyway.
enum HDF5Library {
  private static let lock = Lock()
  /// Once, before the first file is opened. What a damaged file left behind can crash the library
  /// when it tidies up as the process ends; every file is closed by then, so it need not.
  private static let isReady: Bool = {
    H5dont_atexit()
    HDF5Plugins.searchNowhereUnlessTold()
    return LZFFilter.register() && VariableText.register()
  }()

  /// Runs `body`, which reads the file, while no other thread is inside the library. Does not nest.
  static func exclusively<Result, Failure: Error>(
    reading file: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    _ = isReady
    H5open()
    // Per thread in some builds, so it is set each time: errors are words of ours, not stderr.
    H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    Patience.noteProgress()
    defer { Patience.noteEnd() }
    return try CrashSentence.armed(for: file, body)
  }
}

extension HDF5Library {
  /// Such as `1.10.8`.
  static let version: String = {
    var (major, minor, release) = (UInt32(0), UInt32(0), UInt32(0))
    H5get_libversion(&major, &minor, &release)
    return "\(major).\(minor).\(release)"
  }()

  /// What to do about a file, or a dataset, of a newer format: the front of a sentence.
  static let remedyForNewerFormat: String = {
    let newer = version.hasPrefix("1.") ? "HDF5 2.0 or later" : "a later HDF5"
    return "was written in a newer format than HDF5 \(version) reads, which this build has. Write "
      + "it again with libver=('earliest', 'v110'), read it with a build against \(newer)"
  }()
}

/// What the library said about the call that failed last.
struct HDF5ErrorStack {
  private var numbers: Set<hid_t> = []
  private var lines: [String] = []

  /// The stack as it is now. To be taken before any other call into the library.
  static func current() -> HDF5ErrorStack {
    var stack = HDF5ErrorStack()
    withUnsafeMutablePointer(to: &stack) { pointer in
      _ = H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { _, error, context in
          guard let error = error?.pointee else { return 0 }
          context?.assumingMemoryBound(to: HDF5ErrorStack.self).pointee.add(error)
          return 0
        }, pointer)
    }
    return stack
  }

  private mutating func add(_ error: H5E_error2_t) {
    numbers.insert(error.min_num)
    guard let text = error.desc.map({ String(cString: $0) }), !text.isEmpty else { return }
    lines.append(text.withoutTime)
  }

  /// The messages, innermost cause first; nil if there is none.
  var detail: String? { lines.isEmpty ? nil : lines.joined(separator: "\n") }

  var isTruncation: Bool { numbers.contains(chdf5_error_truncated()) }
  var isLock: Bool { numbers.contains(chdf5_error_cannot_lock()) }
  /// Whether an external link was refused or led nowhere.
  var isExternalLink: Bool {
    lines.contains {
      $0.contains("xternal link") || $0.contains("xternal file") || $0.contains("raversal callback")
    }
  }
  /// Whether the file is one of several that make a whole.
  var isFamily: Bool { lines.contains { $0.contains("amily") } }
  /// Whether the library met a version of the format that it does not know.
  var isVersion: Bool {
    // Messages of an object's header have a more general number.
    numbers.contains(chdf5_error_version()) || lines.contains { $0.contains(" version number ") }
  }
}

extension String {
  /// The message without its `time = …` part: the same failure has the same text.
  fileprivate var withoutTime: String {
    replacing(/time = [^,]*?(\d{2}:\d{2}:\d{2})[^,]*(, )?/, with: "")
  }
}
