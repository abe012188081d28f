package murder.metainfo;

import java.util.List;

/**
 * One file of a torrent (BEP 3, attributes of BEP 47).
 *
 * @param path checked path elements below the torrent's name; for a torrent of one file, that
 *     file's name alone
 * @param offset where the file begins in the payload, in bytes
 * @param length bytes of the file in the payload; 0 for a symlink
 * @param pad a pad file: its bytes are zeros, hashed but neither stored nor shown
 * @param executable the owner's executable bit is to be set
 * @param hidden the file asks to be hidden; kept, without effect on systems that hide by name
 * @param symlinkTarget path elements below the torrent's name that the link points to, or an empty
 *     list for no link
 */
public record FileEntry(List<String> path, long offset, long length, boolean pad, boolean executable, boolean hidden,
                        List<String> symlinkTarget) {
    /**
     * Checks the components and copies the lists.
     *
     * @param path at least one element
     * @param offset at least 0
     * @param length at least 0
     * @param pad any
     * @param executable any
     * @param hidden any
     * @param symlinkTarget any list, also an empty one
     * @throws IllegalArgumentException if the path is empty or a number is negative
     */
    public FileEntry {
        path = List.copyOf(path);
        symlinkTarget = List.copyOf(symlinkTarget);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a file needs a path");
        }
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("negative offset or length of " + path + ": " + offset + ", " + length);
        }
    }

    /**
     * {@return a plain file}
     *
     * @param path elements of its path below the payload's directory
     * @param offset of its first byte in the payload
     * @param length in bytes
     */
    public static FileEntry plain(List<String> path, long offset, long length) {
        return new FileEntry(path, offset, length, false, false, false, List.of());
    }

    /** {@return whether this is a symlink (BEP 47)} */
    public boolean isSymlink() {
        return !symlinkTarget.isEmpty();
    }

    /**
     * {@return the text of a symlink on disk that leads to {@link #symlinkTarget()}} It is relative
     * to the folder of the link, with elements joined by {@code /}. For the link {@code a/b/link}
     * to {@code a/c} it is {@code ../c}.
     *
     * @throws IllegalStateException if this is no symlink
     */
    public String relativeTarget() {
        if (!isSymlink()) {
            throw new IllegalStateException(path + " is no symlink");
        }
        int common = 0;
        // Neither the link's own name nor the last element of the target may count as a shared
        // folder.
        while (common < path.size() - 1 && common < symlinkTarget.size() - 1 && path.get(common).equals(symlinkTarget.get(common))) {
            common++;
        }
        return "../".repeat(path.size() - 1 - common) + String.join("/", symlinkTarget.subList(common, symlinkTarget.size()));
    }
}
