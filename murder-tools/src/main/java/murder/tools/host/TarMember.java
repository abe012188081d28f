package murder.tools.host;

/**
 * One member of an archive, checked: its name is a path below the directory that it is unpacked to.
 *
 * @param kind of the member
 * @param name elements joined by {@code /}, empty for the directory itself; each char is one byte
 * @param mode permission bits, 0 to 0777, and 01000, the sticky bit, of a directory
 * @param size of the content in bytes; 0 for all but files
 * @param mtime seconds since 1970
 * @param link the target of a link: the name of another member for a hard link, any text for a
 *     symbolic one; else empty
 */
record TarMember(Kind kind, String name, int mode, long size, long mtime, String link) {
    /** The permitted kinds, with their type flags (POSIX.1-1988). */
    enum Kind {
        FILE('0'), HARD_LINK('1'), SYMBOLIC_LINK('2'), DIRECTORY('5');

        private final char flag;

        Kind(char flag) {
            this.flag = flag;
        }

        char flag() {
            return flag;
        }
    }
}
