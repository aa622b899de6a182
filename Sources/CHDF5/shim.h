// What Swift cannot reach in <hdf5.h> by itself, and nothing else.
//
// - Predefined types, classes and error numbers are macros that call H5open() or cast: Swift does
//   not import such macros, so each that is needed has a getter.
// - H5Literate, H5Oget_info and H5Dvlen_reclaim changed their signature or name in 1.12. The
//   wrappers below have one shape for all versions from 1.10 on.

#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define CHDF5_GETTER(type, name, value) \
  static inline type name(void) { return value; }

// File access. Casting macros.
CHDF5_GETTER(unsigned, chdf5_file_read_only, H5F_ACC_RDONLY)
CHDF5_GETTER(unsigned, chdf5_file_read_write, H5F_ACC_RDWR)
CHDF5_GETTER(unsigned, chdf5_file_truncate, H5F_ACC_TRUNC)
CHDF5_GETTER(hid_t, chdf5_default, H5P_DEFAULT)
CHDF5_GETTER(hid_t, chdf5_whole_space, H5S_ALL)
CHDF5_GETTER(size_t, chdf5_variable_size, H5T_VARIABLE)
CHDF5_GETTER(haddr_t, chdf5_undefined_address, HADDR_UNDEF)

// Property list classes.
CHDF5_GETTER(hid_t, chdf5_file_creation, H5P_FILE_CREATE)
CHDF5_GETTER(hid_t, chdf5_file_access, H5P_FILE_ACCESS)
CHDF5_GETTER(hid_t, chdf5_group_creation, H5P_GROUP_CREATE)
CHDF5_GETTER(hid_t, chdf5_dataset_creation, H5P_DATASET_CREATE)
CHDF5_GETTER(hid_t, chdf5_link_access, H5P_LINK_ACCESS)
CHDF5_GETTER(hid_t, chdf5_dataset_access, H5P_DATASET_ACCESS)

// Types in memory.
CHDF5_GETTER(hid_t, chdf5_native_int8, H5T_NATIVE_INT8)
CHDF5_GETTER(hid_t, chdf5_native_int16, H5T_NATIVE_INT16)
CHDF5_GETTER(hid_t, chdf5_native_int32, H5T_NATIVE_INT32)
CHDF5_GETTER(hid_t, chdf5_native_int64, H5T_NATIVE_INT64)
CHDF5_GETTER(hid_t, chdf5_native_uint8, H5T_NATIVE_UINT8)
CHDF5_GETTER(hid_t, chdf5_native_uint16, H5T_NATIVE_UINT16)
CHDF5_GETTER(hid_t, chdf5_native_uint32, H5T_NATIVE_UINT32)
CHDF5_GETTER(hid_t, chdf5_native_uint64, H5T_NATIVE_UINT64)
CHDF5_GETTER(hid_t, chdf5_native_float, H5T_NATIVE_FLOAT)
CHDF5_GETTER(hid_t, chdf5_native_double, H5T_NATIVE_DOUBLE)
CHDF5_GETTER(hid_t, chdf5_c_string, H5T_C_S1)
CHDF5_GETTER(hid_t, chdf5_object_reference, H5T_STD_REF_OBJ)

// The error numbers this project tells apart.
CHDF5_GETTER(hid_t, chdf5_error_truncated, H5E_TRUNCATED)
CHDF5_GETTER(hid_t, chdf5_error_version, H5E_VERSION)
#ifdef H5E_CANTLOCKFILE
CHDF5_GETTER(hid_t, chdf5_error_cannot_lock, H5E_CANTLOCKFILE)
#else
CHDF5_GETTER(hid_t, chdf5_error_cannot_lock, H5E_CANTLOCK)
#endif

CHDF5_GETTER(unsigned, chdf5_optional_filter, H5Z_FLAG_OPTIONAL)
CHDF5_GETTER(unsigned, chdf5_reverse_filter, H5Z_FLAG_REVERSE)
#undef CHDF5_GETTER

static inline herr_t chdf5_refuse_external_link(
    const char *parent_file, const char *parent_group, const char *child_file,
    const char *child_object, unsigned *flags, hid_t access, void *data) {
  (void)parent_file, (void)parent_group, (void)child_file, (void)child_object;
  (void)flags, (void)access, (void)data;
  return -1;
}

/// Makes a link or dataset access list that opens no other file: external links are refused
/// before the library looks at what they name.
static inline herr_t chdf5_refuse_external_links(hid_t access) {
  return H5Pset_elink_cb(access, chdf5_refuse_external_link, NULL);
}

/// One link of a group.
typedef struct {
  const char *name;  // valid during the visit only
  H5L_type_t type;
  bool has_creation_order;
  int64_t creation_order;
} chdf5_link;

typedef void (*chdf5_link_visitor)(const chdf5_link *link, void *context);

typedef struct {
  chdf5_link_visitor visit;
  void *context;
} chdf5_visit;

#if H5_VERSION_GE(1, 12, 0)
static inline herr_t chdf5_visit_link(
    hid_t group, const char *name, const H5L_info2_t *info, void *data) {
#else
static inline herr_t chdf5_visit_link(
    hid_t group, const char *name, const H5L_info_t *info, void *data) {
#endif
  (void)group;
  chdf5_link link = {name, info->type, info->corder_valid, info->corder};
  const chdf5_visit *visit = (const chdf5_visit *)data;
  visit->visit(&link, visit->context);
  return 0;
}

/// Visits the links of a group in the order they are stored. Sorted iteration builds a table
/// inside the library, the part of it that breaks most often on damaged files.
static inline herr_t chdf5_visit_links(hid_t group, chdf5_link_visitor visitor, void *context) {
  chdf5_visit visit = {visitor, context};
#if H5_VERSION_GE(1, 12, 0)
  return H5Literate2(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, chdf5_visit_link, &visit);
#else
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, chdf5_visit_link, &visit);
#endif
}

/// What a link leads to: the kind of object, and a number that is the same for the same object.
typedef struct {
  H5O_type_t type;
  unsigned long file;
  uint64_t address;
} chdf5_object;

static inline herr_t chdf5_object_at(
    hid_t location, const char *name, hid_t access, chdf5_object *object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  herr_t status = H5Oget_info_by_name3(location, name, &info, H5O_INFO_BASIC, access);
  if (status < 0) return status;
  memcpy(&object->address, &info.token, sizeof(object->address));
#elif H5_VERSION_GE(1, 10, 3)
  H5O_info_t info;
  herr_t status = H5Oget_info_by_name2(location, name, &info, H5O_INFO_BASIC, access);
  if (status < 0) return status;
  object->address = info.addr;
#else
  H5O_info_t info;
  herr_t status = H5Oget_info_by_name(location, name, &info, access);
  if (status < 0) return status;
  object->address = info.addr;
#endif
  object->type = info.type;
  object->file = info.fileno;
  return status;
}

/// The number of attributes of an open object; negative where that cannot be told.
static inline int64_t chdf5_attribute_count(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  herr_t status = H5Oget_info3(object, &info, H5O_INFO_NUM_ATTRS);
#elif H5_VERSION_GE(1, 10, 3)
  H5O_info_t info;
  herr_t status = H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS);
#else
  H5O_info_t info;
  herr_t status = H5Oget_info(object, &info);
#endif
  return status < 0 ? -1 : (int64_t)info.num_attrs;
}

/// The path of the object that a reference as it is stored leads to; the length of the path, or
/// negative.
static inline int64_t chdf5_reference_path(
    hid_t object, uint64_t reference, char *path, size_t size) {
  hobj_ref_t stored = reference;
  return (int64_t)H5Rget_name(object, H5R_OBJECT, &stored, path, size);
}

/// Frees the variable-length values of a buffer. (1.10 headers declare H5Treclaim, but Debian's
/// library does not export it.)
static inline herr_t chdf5_reclaim(hid_t type, hid_t space, void *buffer) {
#if H5_VERSION_GE(1, 12, 0)
  return H5Treclaim(type, space, H5P_DEFAULT, buffer);
#else
  return H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer);
#endif
}

#endif
