// A filter of HDF5 that does what a hostile file might, had it taken over the process that reads
// it. The first number that a dataset gives the filter says what; OTHER is a folder that no word of
// the command line names.

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct filter_class {
  int version;
  int id;
  unsigned has_encoder;
  unsigned has_decoder;
  const char *name;
  void *can_apply;
  void *set_local;
  size_t (*filter)(unsigned, size_t, const unsigned *, size_t, size_t *, void **);
};

enum { deed_reach = 1, deed_crash, deed_hang, deed_memory };

static void tell(const char *word) {
  if (write(2, word, strlen(word)) < 0) _exit(99);
}

static void reach(void) {
  tell("tried\n");
  if (open(OTHER "/secret", O_RDONLY) >= 0) tell("did read\n");
  if (open(OTHER "/made", O_WRONLY | O_CREAT, 0600) >= 0) tell("did make\n");
  if (unlink(OTHER "/victim") == 0) tell("did remove\n");
  if (socket(AF_INET, SOCK_STREAM, 0) >= 0) tell("did socket\n");
}

static size_t filter(unsigned flags, size_t count, const unsigned *values, size_t size,
                     size_t *capacity, void **buffer) {
  (void)flags, (void)capacity, (void)buffer;
  switch (count > 0 ? values[0] : 0) {
    case deed_reach:
      reach();
      return size;
    case deed_crash:
      *(volatile int *)8 = 1;
      return size;
    case deed_hang:
      for (;;) {
        usleep(1000);
      }
    case deed_memory: {
      size_t much = (size_t)1 << 42;
      void *pages = mmap(NULL, much, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      tell(pages == MAP_FAILED ? "no memory\n" : "did take memory\n");
      return 0;
    }
    default:
      return size;
  }
}

static const struct filter_class description = {1, 32700, 1, 1, "hostile", NULL, NULL, filter};

int H5PLget_plugin_type(void) { return 0; }

const void *H5PLget_plugin_info(void) { return &description; }
