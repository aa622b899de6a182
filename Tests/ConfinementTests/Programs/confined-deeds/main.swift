import Confinement

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Gives its rights up, but for a folder to read and one to write, and then tries what a file that has
// taken the process over would: a line for each deed with `done`, or the error's number.
//
//   confined-deeds READABLE WRITABLE OTHER [programs] [anything] [free]

let words = CommandLine.arguments
let (readable, writable, other) = (words[1], words[2], words[3])
var confinement = Confinement()
confinement.readable = words.contains("anything") ? nil : [readable, "/usr", "/lib", "/lib64"]
confinement.writable = [writable]
confinement.allowsPrograms = words.contains("programs")
confinement.memoryLimit = 256 << 20
if !words.contains("free") {
  let effect = confinement.enforce()
  print("limits-files", effect.limitsFiles)
  print("limits-calls", effect.limitsCalls)
  print("limits-memory", effect.limitsMemory)
}

func tell(_ deed: String, _ result: Int) {
  let error = errno
  print(deed, result >= 0 ? "done" : "\(error)")
}

func opened(_ path: String, _ flags: Int32) -> Int {
  let descriptor = Int(open(path, flags | O_CLOEXEC, 0o600))
  let error = errno
  if descriptor >= 0 { close(Int32(descriptor)) }
  errno = error
  return descriptor
}

tell("read-named", opened(readable + "/file", O_RDONLY))
tell("read-other", opened(other + "/file", O_RDONLY))
tell("read-environment", opened("/proc/self/environ", O_RDONLY))
tell("write-named", opened(writable + "/new", O_WRONLY | O_CREAT))
tell(
  "rename-named",
  {
    mkdir(writable + "/staged", 0o700)
    _ = opened(writable + "/staged/file", O_WRONLY | O_CREAT)
    return Int(rename(writable + "/staged/file", writable + "/placed"))
  }())
tell("remove-named", Int(unlink(writable + "/new")))
tell("write-read-only", opened(readable + "/file", O_WRONLY))
tell("make-beside", opened(readable + "/new", O_WRONLY | O_CREAT))
tell("write-other", opened(other + "/file", O_WRONLY))
tell("truncate-other", Int(truncate(other + "/file", 0)))
tell("make-other", opened(other + "/new", O_WRONLY | O_CREAT))
tell("rename-other", Int(rename(other + "/file", writable + "/taken")))
tell("remove-other", Int(unlink(other + "/file")))
tell("link-other", Int(link(other + "/file", writable + "/linked")))
tell("mode-other", Int(chmod(other + "/file", 0o777)))
#if canImport(Glibc)
  let (stream, datagram) = (Int32(SOCK_STREAM.rawValue), Int32(SOCK_DGRAM.rawValue))
#else
  let (stream, datagram) = (SOCK_STREAM, SOCK_DGRAM)
#endif
tell("socket-internet", Int(socket(AF_INET, stream, 0)))
tell("socket-internet-6", Int(socket(AF_INET6, stream, 0)))
tell("socket-local", Int(socket(AF_UNIX, stream, 0)))
var address = sockaddr_in()
address.sin_family = sa_family_t(AF_INET)
address.sin_port = UInt16(9).bigEndian
address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
withUnsafePointer(to: address) { pointer in
  pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    tell("connect", Int(connect(socket(AF_INET, stream, 0), pointer, length)))
    tell("send", sendto(socket(AF_INET, datagram, 0), "", 0, 0, pointer, length))
  }
}
tell("signal-parent", Int(kill(getppid(), 0)))
tell("signal-self", Int(kill(getpid(), 0)))
tell(
  "memory",
  {
    let size = 512 << 20
    let pages = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    return pages == MAP_FAILED ? -1 : 0
  }())
fflush(nil)
// Last: where it is allowed, the program takes this one's place.
var arguments: [UnsafeMutablePointer<CChar>?] = [
  strdup("/bin/echo"), strdup("program"), strdup("done"), nil,
]
tell("program", Int(execv("/bin/echo", &arguments)))
