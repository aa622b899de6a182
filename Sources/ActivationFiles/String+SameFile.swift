internal import Platform

extension String {
  /// Whether two paths lead to the same file, through links and by whatever names; of files that are
  /// not there, whether the paths say the same.
  package func isSameFile(as other: String) -> Bool {
    var (one, two) = (stat(), stat())
    if stat(self, &one) == 0, stat(other, &two) == 0 {
      return one.st_dev == two.st_dev && one.st_ino == two.st_ino
    }
    return URL(fileURLWithPath: self).standardizedFileURL
      == URL(fileURLWithPath: other).standardizedFileURL
  }
}
