package murder.tools.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The rule for targets of symbolic links in an archive. Files are never unpacked through a link. So
 * this rule only concerns the use of the release on the other hosts.
 */
public final class SymbolicLinks {
    /** Only targets inside the release, judged by their text. */
    public static final SymbolicLinks INSIDE = new SymbolicLinks(false, null);
    /** Any target: the user says that the other hosts have the same files at the same places. */
    public static final SymbolicLinks KEPT = new SymbolicLinks(true, null);

    private static final int MAX_TARGET = 4096;

    private final boolean kept;
    private final Path source;

    private SymbolicLinks(boolean kept, Path source) {
        this.kept = kept;
        this.source = source;
    }

    /**
     * For a tree that is being packed: the tree shows which names on the way to a target are links
     * themselves.
     */
    public static SymbolicLinks of(Path source, boolean kept) {
        return kept ? KEPT : new SymbolicLinks(false, source);
    }

    /**
     * The target that goes into the archive.
     *
     * @param name of the link, normal; each char is one byte
     * @param target the text of the link
     * @throws ArchiveException whose message continues after the member's name
     */
    public String accept(String name, String target) throws ArchiveException {
        if (target.isEmpty() || target.length() > MAX_TARGET || target.indexOf(0) >= 0) {
            throw new ArchiveException("is a symbolic link to '" + target + "', which is no path");
        }
        if (kept) {
            return target;
        }
        if (target.startsWith("/")) {
            throw leadsOut(target);
        }
        return direct(name, target);
    }

    private ArchiveException leadsOut(String target) {
        return new ArchiveException("is a symbolic link to '" + target + "', which leads out of the archive" + (source == null ? ""
            : "; make it a relative one to a place inside, or send it as it is with links=keep if all hosts have what it names"));
    }

    /** Follows the text. Removes a detour, which goes up after a name. */
    private String direct(String name, String target) throws ArchiveException {
        Deque<String> at = new ArrayDeque<>();
        String[] own = name.split("/");
        for (int i = 0; i < own.length - 1; i++) {
            at.addLast(own[i]);
        }
        boolean down = false;
        boolean detour = false;
        for (String element : target.split("/")) {
            if (element.equals("..")) {
                if (down && isUnknownOrLink(String.join("/", at))) {
                    // After a name that may itself be a link, the target of '..' is unknown.
                    throw new ArchiveException("is a symbolic link to '" + target + "', which turns back behind a name");
                }
                detour |= down;
                if (at.pollLast() == null) {
                    throw leadsOut(target);
                }
            } else if (!element.isEmpty() && !element.equals(".")) {
                down = true;
                at.addLast(element);
            }
        }
        return detour ? relative(own, at.toArray(String[]::new)) : target;
    }

    private boolean isUnknownOrLink(String name) {
        if (source == null) {
            return true;
        }
        try {
            return Files.isSymbolicLink(source.resolve(new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
        } catch (InvalidPathException e) {
            return true;
        }
    }

    private static String relative(String[] link, String[] target) {
        int common = 0;
        while (common < link.length - 1 && common < target.length && link[common].equals(target[common])) {
            common++;
        }
        StringBuilder path = new StringBuilder("../".repeat(link.length - 1 - common));
        for (int i = common; i < target.length; i++) {
            path.append(target[i]).append(i < target.length - 1 ? "/" : "");
        }
        return path.length() == 0 ? "." : path.toString();
    }
}
