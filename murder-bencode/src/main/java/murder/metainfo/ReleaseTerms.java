package murder.metainfo;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;

/**
 * The signed facts of a release, beside its payload.
 *
 * @param tag its name, such as {@code build-42}: 1 to 255 bytes of UTF-8 without control characters
 * @param made time of the signature, in whole seconds
 * @param until the last time at which hosts accept it, in whole seconds, after {@code made}
 * @param serial 0 or more; a later release has a greater one
 */
public record ReleaseTerms(String tag, Instant made, Instant until, long serial) {
    /** Longest tag, in bytes. */
    public static final int MAX_TAG_BYTES = 255;

    /**
     * Checks the components.
     *
     * @param tag 1 to {@link #MAX_TAG_BYTES} bytes of UTF-8, without control characters
     * @param made in whole seconds
     * @param until in whole seconds, after {@code made}
     * @param serial 0 or more
     * @throws IllegalArgumentException if one is not as described above
     */
    public ReleaseTerms {
        Objects.requireNonNull(tag, "tag");
        if (tag.isEmpty() || tag.getBytes(StandardCharsets.UTF_8).length > MAX_TAG_BYTES) {
            throw new IllegalArgumentException("a tag has 1 to " + MAX_TAG_BYTES + " bytes");
        }
        for (int i = 0; i < tag.length(); i += Character.charCount(tag.codePointAt(i))) {
            int type = Character.getType(tag.codePointAt(i));
            if (type == Character.CONTROL || type == Character.SURROGATE || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR) {
                throw new IllegalArgumentException("a tag has no control characters");
            }
        }
        if (made.getNano() != 0 || until.getNano() != 0 || made.getEpochSecond() < 0 || !made.isBefore(until)) {
            throw new IllegalArgumentException("a release is made at a whole second, and until a later one: " + made + ", " + until);
        }
        if (serial < 0) {
            throw new IllegalArgumentException("negative serial " + serial);
        }
    }
}
