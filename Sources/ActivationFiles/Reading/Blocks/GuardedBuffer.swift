#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Memory that the library writes stored bytes into. It ends where a page begins that may not be
/// touched: what would go beyond is refused by the system, or is a crash at once, and overwrites
/// nothing.
struct GuardedBuffer: ~Copyable {
  let bytes: UnsafeMutableRawBufferPointer
  private let pages: UnsafeMutableRawPointer
  private let mappedSize: Int

  /// Nil if there is no memory.
  init?(byteCount: Int) {
    let page = Int(getpagesize())
    let (room, overflow) = max(1, byteCount).addingReportingOverflow(page - 1)
    guard !overflow, room < Int.max - page else { return nil }
    let size = room / page * page
    let pages = mmap(
      nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let pages, pages != UnsafeMutableRawPointer(bitPattern: -1) else { return nil }
    guard mprotect(pages + size, page, PROT_NONE) == 0 else {
      munmap(pages, size + page)
      return nil
    }
    self.pages = pages
    mappedSize = size + page
    bytes = UnsafeMutableRawBufferPointer(start: pages + (size - byteCount), count: byteCount)
  }

  deinit { munmap(pages, mappedSize) }
}
