#!/usr/bin/env python3
"""Prints the sizes in bytes of a package's files, and of the parts of its executable."""

import argparse
import collections
import re
import zipfile

import linker_map

# Every part that is listed by itself; what else there is counts as the last.
PARTS = {
    "Swift's standard library": r"libswift\w*\.a$|swiftrt",
    "OpenSSL": r"lib(ssl|crypto)\.a$",
    "our Swift": r"\.build$",
    "glibc": r"lib(c|m-[\d.]+|m|mvec|pthread|resolv)\.a$|^crt",
    "libcurl": r"libcurl\.a$",
    "libpq": r"libp(q|gcommon_shlib|gport_shlib)\.a$",
    "libzstd": r"libzstd\.a$",
    "libsodium": r"libsodium\.a$",
    "zlib": r"libz\.a$",
    "C++ library, unwinder": r"libstdc\+\+\.a$|libgcc(_eh)?\.a$",
}
# Takes no room in the file.
ZEROS = (".bss", ".tbss")


def parts_of_map(path):
    """Sums the bytes that each object or archive has in the executable, by lld's map."""
    sizes = collections.Counter()
    for section, entry in linker_map.entries(path):
        if entry.depth == 1 and not section.startswith(linker_map.NOT_LOADED + ZEROS):
            origin = re.search(r"(\w+\.build)/", entry.text) or re.search(r"([^/(]+)(\(|:|$)", entry.text)
            sizes[origin.group(1)] += entry.size
    return sizes


def main():
    parser = argparse.ArgumentParser(prog="scripts/internal/package_sizes.py", description=__doc__)
    parser.add_argument("package", metavar="FILE.zip")
    parser.add_argument("map", metavar="LINKER-MAP")
    options = parser.parse_args()
    rows = []
    with zipfile.ZipFile(options.package) as archive:
        entries = archive.infolist()
    for title, names in [
        ("bootstrap", lambda name: name == "bootstrap"),
        ("pages of the API", lambda name: name.startswith("www/")),
        ("certificate authorities", lambda name: name == "ca-bundle.crt"),
        ("Data Package, searches", lambda name: name.endswith(".json") and "/" not in name),
    ]:
        chosen = [entry for entry in entries if names(entry.filename)]
        rows.append(
            (title, sum(e.file_size for e in chosen), sum(e.compress_size for e in chosen))
        )
        if title == "bootstrap":
            sizes = parts_of_map(options.map)
            rest = rows[0][1]
            for part, pattern in PARTS.items():
                size = sum(n for origin, n in sizes.items() if re.search(pattern, origin))
                rest -= size
                rows.append(("  " + part, size, None))
            rows.append(("  index of unwind tables, the rest", rest, None))
    for title, size, packed in rows:
        print(f"{title:32}{size:>12,}" + (f"{packed:>12,}" if packed is not None else ""))


if __name__ == "__main__":
    main()
