package murder.order;

import java.util.Objects;

/**
 * A patch to a release for hosts with a certain older release.
 *
 * @param from names the older release: the SHA-256 of its manifest, 64 lower-case hexadecimal
 *     digits, as {@code murder.delta.Manifest.toString()} has it
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
}
