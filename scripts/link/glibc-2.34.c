// Linked into the package that uses the system's glibc: what Swift's libraries and the compiler's
// want of a glibc newer than 2.34, by means that 2.34 has.
//
// Hidden, so that the executable uses them itself and offers them to nobody.
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#define HIDDEN __attribute__((visibility("hidden")))

struct dl_find_object;

// Says that it does not know, whereupon the unwinder asks dl_iterate_phdr as it used to.
HIDDEN int _dl_find_object(void *address, struct dl_find_object *result) {
  (void)address;
  (void)result;
  return -1;
}

// The math functions whose versions glibc 2.35 raised.
HIDDEN float hypotf(float x, float y) { return (float)sqrt((double)x * x + (double)y * y); }

HIDDEN uint32_t arc4random(void) {
  uint32_t value;
  ssize_t got;
  do got = getrandom(&value, sizeof value, 0);
  while (got < 0 && errno == EINTR);
  if (got != sizeof value) abort();
  return value;
}
