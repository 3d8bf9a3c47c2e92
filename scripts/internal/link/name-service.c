// Linked into the static package: which sources of names glibc asks.
//
// Static glibc has files and DNS built in. For anything else that the system's /etc/nsswitch.conf
// names it would load a library of the system's, which fits only the very glibc it was built with.
#include <nss.h>
#include <stddef.h>

__attribute__((constructor)) static void ask_files_and_dns(void) {
  static const char *const databases[] = {"passwd", "group", "services", "protocols"};
  __nss_configure_lookup("hosts", "files dns");
  for (size_t i = 0; i < sizeof databases / sizeof *databases; i++)
    __nss_configure_lookup(databases[i], "files");
}
