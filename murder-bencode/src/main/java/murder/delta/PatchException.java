package murder.delta;

import java.io.IOException;
import java.util.Objects;

/**
 * A malformed patch or manifest, or one that does not fit the existing release. Nothing is in place
 * after it.
 */
public final class PatchException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** It is not a patch, or it breaks the format. */
        MALFORMED,
        /** It has a version of the format that this program does not know. */
        VERSION,
        /** It claims more than the limits of the format allow. */
        TOO_LARGE,
        /** It ends too early. */
        TRUNCATED,
        /** The old release is not the one from which the patch was made. */
        OTHER_BASE,
        /** The result is not the new release. */
        WRONG_OUTPUT
    }

    /** What is wrong. */
    private final Reason reason;

    PatchException(Reason reason, String detail) {
        super(detail);
        this.reason = Objects.requireNonNull(reason);
    }

    /** {@return the reason} */
    public Reason reason() {
        return reason;
    }
}
