package murder.tools.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import murder.tools.cli.Printable;

/**
 * Checks an archive member by member and writes the valid members to a new archive in GNU's format.
 * The unpacking program reads only the new archive, so both cannot interpret one archive
 * differently. No valid member leads out of the target directory:
 *
 * <ul>
 * <li>names have no {@code ..} and are not absolute;
 * <li>symbolic links have {@code ../} only at the beginning, and do not leave the directory, unless
 * the user keeps all links; no file is unpacked through a link;
 * <li>hard links name files of the archive;
 * <li>there are no devices and no pipes; setuid and setgid bits are cleared, owners are dropped;
 * only directories keep a sticky bit.
 * </ul>
 */
final class TarSieve {
    private static final int MAX_NAME = 4096;
    private static final int MAX_ELEMENT = 255;
    /** Symbolic links must be stored; this many take some 40 MB. */
    private static final int MAX_SYMBOLIC_LINKS = 250_000;
    private static final String LONG = "././@LongLink";

    private final TarReader in;
    private final OutputStream out;
    private final long mtime;
    private final SymbolicLinks links;
    private final Set<String> symbolicLinks = new HashSet<>();
    private long members;

    /**
     * @param out is not closed
     * @param mtime seconds since 1970 for all members; -1 to keep theirs
     * @param links the rule for symbolic links
     */
    TarSieve(TarReader in, OutputStream out, long mtime, SymbolicLinks links) {
        this.in = in;
        this.out = out;
        this.mtime = mtime;
        this.links = links;
    }

    /**
     * Copies the whole archive.
     *
     * @return how many members it has
     * @throws ArchiveException at the first invalid member, of which no byte is written
     */
    long run() throws IOException {
        while (in.next()) {
            TarMember member = check();
            if (members == 0 && !member.name().isEmpty()) {
                write(new TarMember(TarMember.Kind.DIRECTORY, "", 0755, 0, Math.max(0, mtime), ""));
            }
            members++;
            write(member);
            in.content(out);
        }
        out.write(new byte[2 * TarBlock.LENGTH]);
        out.flush();
        return members;
    }

    private TarMember check() throws ArchiveException {
        String raw = in.name();
        TarMember.Kind kind = kind(raw);
        String name = normal(raw, raw);
        if (name.isEmpty() && kind != TarMember.Kind.DIRECTORY) {
            throw refused(raw, "has no name");
        }
        if (in.size() != 0 && kind != TarMember.Kind.FILE) {
            throw refused(raw, "has content, which only files may have");
        }
        if (!Printable.of(text(raw)).equals(text(raw))) {
            throw refused(raw, "has control characters or marks of text direction in its name");
        }
        checkNotBelowLink(raw, name);
        String link = switch (kind) {
            case FILE, DIRECTORY -> "";
            case HARD_LINK -> hardLink(raw, in.link());
            case SYMBOLIC_LINK -> symbolicLink(raw, name, in.link());
        };
        int mode = in.mode() & (kind == TarMember.Kind.DIRECTORY ? 01777 : 0777);
        return new TarMember(kind, name, mode, in.size(), mtime < 0 ? in.mtime() : mtime, link);
    }

    private TarMember.Kind kind(String raw) throws ArchiveException {
        return switch (in.type()) {
            case '0', '\0', '7' -> raw.endsWith("/") ? TarMember.Kind.DIRECTORY : TarMember.Kind.FILE;
            case '1' -> TarMember.Kind.HARD_LINK;
            case '2' -> TarMember.Kind.SYMBOLIC_LINK;
            case '5' -> TarMember.Kind.DIRECTORY;
            case '3', '4' -> throw refused(raw, "is a device");
            case '6' -> throw refused(raw, "is a named pipe");
            case 'S' -> throw refused(raw, "is stored as a sparse file, which is not supported");
            default -> throw refused(raw, "is of type '" + in.type() + "', which is not supported");
        };
    }

    /** The path without empty elements and dots. */
    private static String normal(String member, String path) throws ArchiveException {
        if (path.startsWith("/")) {
            throw refused(member, path.equals(member) ? "has an absolute name" : "links to '" + path + "', an absolute name");
        }
        if (path.length() > MAX_NAME) {
            throw refused(member, "has a name of " + path.length() + " bytes");
        }
        if (path.indexOf(0) >= 0) {
            throw refused(member, "has a NUL in its name");
        }
        StringBuilder name = new StringBuilder();
        for (String element : path.split("/")) {
            if (element.equals("..")) {
                throw refused(member, path.equals(member) ? "has '..' in its name" : "links to '" + path + "', with '..' in it");
            }
            if (element.length() > MAX_ELEMENT) {
                throw refused(member, "has an element of " + element.length() + " bytes in its name");
            }
            if (!element.isEmpty() && !element.equals(".")) {
                name.append(name.length() == 0 ? "" : "/").append(element);
            }
        }
        return name.toString();
    }

    private void checkNotBelowLink(String raw, String name) throws ArchiveException {
        if (symbolicLinks.isEmpty()) {
            return;
        }
        for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
            if (symbolicLinks.contains(name.substring(0, end))) {
                throw refused(raw, "leads through the symbolic link '" + name.substring(0, end) + "'");
            }
        }
        if (symbolicLinks.contains(name)) {
            throw refused(raw, "is there twice, once as a symbolic link");
        }
    }

    private String hardLink(String raw, String target) throws ArchiveException {
        String name = normal(raw, target);
        if (name.isEmpty()) {
            throw refused(raw, "is a hard link to the directory itself");
        }
        if (symbolicLinks.contains(name)) {
            throw refused(raw, "is a hard link to the symbolic link '" + name + "'");
        }
        checkNotBelowLink(raw, name);
        return name;
    }

    private String symbolicLink(String raw, String name, String target) throws ArchiveException {
        String accepted;
        try {
            accepted = links.accept(name, target);
        } catch (ArchiveException e) {
            throw refused(raw, e.getMessage());
        }
        if (symbolicLinks.size() == MAX_SYMBOLIC_LINKS) {
            throw refused(raw, "is one symbolic link too many: there are more than " + MAX_SYMBOLIC_LINKS);
        }
        symbolicLinks.add(name);
        return accepted;
    }

    /** Of bytes, one in each char. */
    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static ArchiveException refused(String member, String why) {
        return new ArchiveException(Printable.of(text("member '" + member + "' " + why)));
    }

    private void write(TarMember member) throws IOException {
        String name = "./" + member.name() + (member.kind() == TarMember.Kind.DIRECTORY && !member.name().isEmpty() ? "/" : "");
        String link = member.kind() == TarMember.Kind.HARD_LINK ? "./" + member.link() : member.link();
        if (!TarBlock.fits(link)) {
            writeLong('K', link);
        }
        if (!TarBlock.fits(name)) {
            writeLong('L', name);
        }
        out.write(TarBlock.of(member.kind().flag(), name, link, member.mode(), member.size(), member.mtime()));
    }

    private void writeLong(char type, String text) throws IOException {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.ISO_8859_1);
        out.write(TarBlock.of(type, LONG, "", 0644, bytes.length, 0));
        out.write(bytes);
        out.write(new byte[TarReader.padding(bytes.length)]);
    }
}
