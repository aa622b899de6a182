// For O_PATH.
#define _GNU_SOURCE

#include "CConfinement.h"

#include <errno.h>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock as the kernel defines it: headers may be older than the kernel that runs.

enum {
  call_create_ruleset = 444,
  call_add_rule = 445,
  call_restrict_self = 446,
};

enum {
  fs_execute = 1 << 0,
  fs_write_file = 1 << 1,
  fs_read_file = 1 << 2,
  fs_remove_dir = 1 << 4,
  fs_remove_file = 1 << 5,
  fs_make_char = 1 << 6,
  fs_make_dir = 1 << 7,
  fs_make_reg = 1 << 8,
  fs_make_sock = 1 << 9,
  fs_make_fifo = 1 << 10,
  fs_make_block = 1 << 11,
  fs_make_sym = 1 << 12,
  // From version 2: to move a file to another folder.
  fs_refer = 1 << 13,
  // From version 3.
  fs_truncate = 1 << 14,
};

// What a rule about a file, not a folder, may hold.
static const uint64_t of_files = fs_write_file | fs_read_file | fs_truncate | fs_execute;

struct rules_attr {
  uint64_t fs;
  // From version 4: TCP.
  uint64_t net;
  // From version 6: abstract sockets and signals.
  uint64_t scoped;
};

struct path_attr {
  uint64_t access;
  int32_t parent;
} __attribute__((packed));

int snn_landlock_version(void) { return (int)syscall(call_create_ruleset, NULL, (size_t)0, 1u); }

static uint64_t handled(int version, bool limits_reading, bool limits_programs) {
  uint64_t access = fs_write_file | fs_remove_dir | fs_remove_file | fs_make_char | fs_make_dir |
                    fs_make_reg | fs_make_sock | fs_make_fifo | fs_make_block | fs_make_sym |
                    fs_refer;
  if (version >= 3) access |= fs_truncate;
  if (limits_reading) access |= fs_read_file;
  if (limits_programs) access |= fs_execute;
  return access;
}

int snn_landlock_rules(int version, bool limits_reading, bool limits_programs) {
  struct rules_attr attr = {.fs = handled(version, limits_reading, limits_programs)};
  size_t size = sizeof attr.fs;
  if (version >= 4) {
    attr.net = 3;
    size = offsetof(struct rules_attr, scoped);
  }
  if (version >= 6) {
    attr.scoped = 3;
    size = sizeof attr;
  }
  return (int)syscall(call_create_ruleset, &attr, size, 0u);
}

int snn_landlock_allow(int rules, int version, bool limits_reading, const char *path,
                       unsigned access) {
  int descriptor = open(path, O_PATH | O_CLOEXEC);
  if (descriptor < 0) return -1;
  uint64_t allowed = 0;
  if (access & (snn_access_read | snn_access_write)) allowed |= fs_read_file;
  if (access & snn_access_write) {
    allowed |= fs_write_file | fs_remove_dir | fs_remove_file | fs_make_dir | fs_make_reg |
               fs_refer | fs_truncate;
  }
  if (access & snn_access_remove_empty) allowed |= fs_remove_dir;
  allowed &= handled(version, limits_reading, false);
  struct stat status;
  int result = fstat(descriptor, &status);
  if (result == 0 && !S_ISDIR(status.st_mode)) allowed &= of_files;
  if (result == 0 && allowed != 0) {
    struct path_attr attr = {.access = allowed, .parent = descriptor};
    result = (int)syscall(call_add_rule, rules, 1, &attr, 0u);
  }
  int error = errno;
  close(descriptor);
  errno = error;
  return result;
}

int snn_landlock_enforce(int rules) { return (int)syscall(call_restrict_self, rules, 0u); }

int snn_refuse_new_rights(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// By number where a kernel's headers may not have the name yet.
static const uint32_t refused[] = {
    // Other processes
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_perf_event_open,
    438,  // pidfd_getfd
    440,  // process_madvise
    // The network; making a socket is below
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    // The kernel
    SYS_bpf,
    SYS_userfaultfd,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_syslog,
    SYS_quotactl,
    // Calls by a ring of memory, which no filter sees
    425,
    426,
    427,
    // Another view of the files
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    428,  // open_tree
    429,  // move_mount
    430,  // fsopen
    432,  // fsmount
    433,  // fspick
    442,  // mount_setattr
    // What Landlock does not see of files
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fchmodat,
    SYS_fchownat,
    452,  // fchmodat2
#if defined(__x86_64__)
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_mknod,
    SYS_ioperm,
    SYS_iopl,
    SYS_modify_ldt,
#endif
};

static const uint32_t programs[] = {SYS_execve, SYS_execveat};
// Where programs are started, sockets may be made, as the start itself does, but lead nowhere.
static const uint32_t messages[] = {SYS_sendmsg, SYS_sendmmsg};

enum { most_instructions = 256 };

struct filter {
  struct sock_filter code[most_instructions];
  unsigned short count;
};

static void put(struct filter *filter, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
  if (filter->count == most_instructions) return;
  filter->code[filter->count++] = (struct sock_filter)BPF_JUMP(code, value, yes, no);
}

static void load(struct filter *filter, size_t offset) {
  put(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct filter *filter, uint32_t verdict) {
  put(filter, BPF_RET | BPF_K, verdict, 0, 0);
}

static const uint32_t refusal = SECCOMP_RET_ERRNO | EPERM;

static void refuse_call(struct filter *filter, uint32_t number) {
  put(filter, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
  answer(filter, refusal);
}

// The low half of an argument; on both architectures it comes first.
static size_t argument(int index) {
  return offsetof(struct seccomp_data, args) + sizeof(uint64_t) * (size_t)index;
}

// Refuses a call by one argument: where it is `value`, or, with `unless`, where it is not.
static void refuse_by_argument(struct filter *filter, uint32_t number, int index, uint32_t value,
                               bool unless) {
  put(filter, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
  load(filter, argument(index));
  put(filter, BPF_JMP | BPF_JEQ | BPF_K, value, unless, !unless);
  answer(filter, refusal);
  load(filter, offsetof(struct seccomp_data, nr));
}

int snn_refuse_calls(bool forbids_programs) {
  struct filter filter = {.count = 0};
  load(&filter, offsetof(struct seccomp_data, arch));
  put(&filter, BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 1, 0);
  answer(&filter, refusal);
  load(&filter, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  // The numbers of x32, which name the same calls.
  put(&filter, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
  answer(&filter, refusal);
#endif
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i += 1) {
    refuse_call(&filter, refused[i]);
  }
  if (forbids_programs) {
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i += 1) {
      refuse_call(&filter, programs[i]);
    }
    refuse_call(&filter, SYS_socket);
    // Signals are for this process alone: a crash of its own has to be one.
    uint32_t self = (uint32_t)getpid();
    refuse_by_argument(&filter, SYS_kill, 0, self, true);
    refuse_by_argument(&filter, SYS_tgkill, 0, self, true);
    refuse_call(&filter, SYS_tkill);
  } else {
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i += 1) {
      refuse_call(&filter, messages[i]);
    }
    // By the length of the address: to where the socket is connected, and none is but in pairs.
    refuse_by_argument(&filter, SYS_sendto, 5, 0, true);
  }
  // TIOCSTI and TIOCLINUX: words put into the terminal as if they had been typed.
  refuse_by_argument(&filter, SYS_ioctl, 1, 0x5412, false);
  refuse_by_argument(&filter, SYS_ioctl, 1, 0x541c, false);
  answer(&filter, SECCOMP_RET_ALLOW);
  if (filter.count == most_instructions) {
    errno = E2BIG;
    return -1;
  }
  struct sock_fprog program = {.len = filter.count, .filter = filter.code};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}

int snn_limit_resources(uint64_t data_bytes) {
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
  struct rlimit data;
  if (getrlimit(RLIMIT_DATA, &data) != 0) return -1;
  if (data.rlim_cur > data_bytes) data.rlim_cur = data_bytes;
  if (data.rlim_max > data_bytes) data.rlim_max = data_bytes;
  return setrlimit(RLIMIT_DATA, &data);
}

#else

int snn_landlock_version(void) {
  errno = ENOSYS;
  return -1;
}

int snn_landlock_rules(int version, bool limits_reading, bool limits_programs) {
  (void)version, (void)limits_reading, (void)limits_programs;
  errno = ENOSYS;
  return -1;
}

int snn_landlock_allow(int rules, int version, bool limits_reading, const char *path,
                       unsigned access) {
  (void)rules, (void)version, (void)limits_reading, (void)path, (void)access;
  errno = ENOSYS;
  return -1;
}

int snn_landlock_enforce(int rules) {
  (void)rules;
  errno = ENOSYS;
  return -1;
}

int snn_refuse_new_rights(void) {
  errno = ENOSYS;
  return -1;
}

int snn_refuse_calls(bool forbids_programs) {
  (void)forbids_programs;
  errno = ENOSYS;
  return -1;
}

int snn_limit_resources(uint64_t data_bytes) {
  (void)data_bytes;
  errno = ENOSYS;
  return -1;
}

#endif
