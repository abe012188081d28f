package murder.metainfo;

import java.util.List;

/**
 * The permission bits of all files and directories of a payload, also of empty directories. The
 * dictionary {@code info} may have them in a key of this project. Other programs ignore the key. It
 * is part of the info-hash.
 *
 * <pre>
 *   tree modes = { directories: [ { mode, path } ], files: two bytes for each file, the greater one first }
 * </pre>
 *
 * Immutable.
 */
public final class TreeModes {
    /** The permitted bits: read, write and execute for owner, group and others. */
    public static final int MASK = 0777;
    static final int BYTES = 2;

    private final byte[] files;
    private final List<Directory> directories;

    /**
     * A directory.
     *
     * @param path checked elements below the payload's directory; none for that itself
     * @param mode permission bits, 0 to 0777
     */
    public record Directory(List<String> path, int mode) {
        /**
         * Copies the path.
         *
         * @param path as above
         * @param mode as above
         */
        public Directory {
            path = List.copyOf(path);
        }
    }

    /** Takes the array as its own. */
    TreeModes(byte[] files, List<Directory> directories) {
        this.files = files;
        this.directories = List.copyOf(directories);
    }

    /**
     * {@return the permission bits of a file, 0 to 0777} Those of a symbolic link have no meaning.
     *
     * @param file index in {@link Metainfo#files()}
     */
    public int ofFile(int file) {
        return (files[BYTES * file] & 0xff) << Byte.SIZE | files[BYTES * file + 1] & 0xff;
    }

    /** {@return all directories, each after its parent} */
    public List<Directory> directories() {
        return directories;
    }
}
