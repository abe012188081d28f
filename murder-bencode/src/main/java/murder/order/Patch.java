package murder.order;

import java.util.Objects;

/**
 * A patch to a release for hosts with a certain older release.
 *
 * @param from names the older release by its payload: the SHA-256 of that torrent's info
 *     dictionary, 64 lower-case hexadecimal digits, as {@link murder.metainfo.InfoSha256} has it
 * @param content of the patch
 */
public record Patch(String from, Content content) {
    /**
     * Checks the components.
     *
     * @param from 64 lower-case hexadecimal digits
     * @param content not null
     * @throws IllegalArgumentException if {@code from} is anything else
     */
    public Patch {
        Rules.checkSha256(from);
        Objects.requireNonNull(content, "content");
    }

    /**
     * {@return a patch from the release of one payload}
     *
     * @param from the payload of the older release
     * @param content of the patch
     */
    public static Patch of(Content from, Content content) {
        return new Patch(from.infoSha256().toString(), content);
    }

    /**
     * {@return whether the patch leads on from the release of this payload}
     *
     * @param payload of any release
     */
    public boolean isFrom(Content payload) {
        return payload.infoSha256().toString().equals(from);
    }

    // As in Content.

    @Override
    public boolean equals(Object other) {
        return other instanceof Patch that && from.equals(that.from) && content.equals(that.content);
    }

    @Override
    public int hashCode() {
        return content.hashCode();
    }
}
