#if canImport(Glibc)
  import Glibc
#endif

extension UnsafeMutableRawBufferPointer {
  /// Asks for pages of 2 MiB where the system has them: memory that was not written yet then comes
  /// in some hundred pieces instead of 50,000, and is found by fewer entries of the page tables. Says
  /// nothing where it has none.
  package func preferLargePages() {
    #if canImport(Glibc)
      guard let baseAddress, count >= Self.leastCount else { return }
      let place = UInt(bitPattern: baseAddress)
      let start = (place + Self.pageSize - 1) / Self.pageSize * Self.pageSize
      let end = (place + UInt(count)) / Self.pageSize * Self.pageSize
      _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), Self.advice)
    #endif
  }

  #if canImport(Glibc)
    private static var leastCount: Int { 1 << 23 }
    private static var pageSize: UInt { 4096 }
    /// MADV_HUGEPAGE, which not every version of the headers gives to Swift.
    private static var advice: Int32 { 14 }
  #endif
}
