import CHDF5

/// Owns one id of the HDF5 library and closes it.
struct HDF5Handle: ~Copyable {
  let id: hid_t
  private let close: @convention(c) (hid_t) -> herr_t

  /// Nil if `id` is the library's sign of failure.
  init?(_ id: hid_t, closedBy close: @escaping @convention(c) (hid_t) -> herr_t) {
    guard id >= 0 else { return nil }
    self.id = id
    self.close = close
  }

  deinit { _ = close(id) }
}
