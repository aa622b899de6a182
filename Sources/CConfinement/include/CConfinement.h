/// What Linux offers a process that gives up rights for good. Elsewhere every function fails with
/// ENOSYS.
///
/// Functions return 0, or what is said, and -1 with `errno` set.

#ifndef C_CONFINEMENT_H
#define C_CONFINEMENT_H

#include <stdbool.h>
#include <stdint.h>

/// What may be done with files below a path.
enum {
  snn_access_read = 1,
  /// To write, make, replace and remove them, and read them.
  snn_access_write = 2,
  /// To remove folders that are empty.
  snn_access_remove_empty = 4,
};

/// The version of Landlock that the kernel has; -1 for none.
int snn_landlock_version(void);

/// A set of rules in the making, as a descriptor. By it nothing may be written, nor connected by
/// TCP, nor signalled; and, where asked for, neither read nor executed.
/// @param version What `snn_landlock_version` said, 2 or more.
int snn_landlock_rules(int version, bool limits_reading, bool limits_programs);

/// Allows what is below a path, or of a file.
/// @param access Of the `snn_access_` above.
int snn_landlock_allow(int rules, int version, bool limits_reading, const char *path,
                       unsigned access);

/// Holds this thread, and those that it starts from here on, to the rules.
int snn_landlock_enforce(int rules);

/// Gives up getting rights from programs that have more (`no_new_privs`), for good.
int snn_refuse_new_rights(void);

/// Has the kernel refuse calls of this thread, and of those that it starts from here on, with
/// EPERM: those that reach other processes, the network, the kernel itself, or a terminal's input.
/// @param forbids_programs Whether starting a program is refused too; else sockets may be made,
/// which that takes, but neither connected nor sent by.
int snn_refuse_calls(bool forbids_programs);

/// No memory image after a crash, and no more than so many bytes of private memory.
int snn_limit_resources(uint64_t data_bytes);

#endif
