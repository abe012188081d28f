package murder.metainfo;

import java.util.Objects;

/**
 * The signature of a release in a .torrent file, not verified. It is outside of {@code info}: the
 * dictionary {@code release signature} with the integers {@code made} and {@code until} (seconds
 * since 1970) and {@code serial}, and the strings {@code tag} and {@code signature}.
 * {@code murder.trust.ReleaseSigning} defines the signed message.
 *
 * @param terms that are signed
 * @param text the signature, as {@code ssh-keygen -Y sign} writes it
 */
public record ReleaseSignature(ReleaseTerms terms, String text) {
    /** Longest text, in characters: twice that of an RSA key of 16384 bits. */
    public static final int MAX_TEXT_LENGTH = 16 * 1024;

    /**
     * Checks the components.
     *
     * @param terms not null
     * @param text at most {@link #MAX_TEXT_LENGTH} characters of ASCII
     * @throws IllegalArgumentException if the text is longer than {@link #MAX_TEXT_LENGTH} or not
     *     ASCII
     */
    public ReleaseSignature {
        Objects.requireNonNull(terms, "terms");
        boolean isAscii = true;
        for (int i = 0; i < text.length(); i++) {
            isAscii &= text.charAt(i) < 0x80;
        }
        if (text.length() > MAX_TEXT_LENGTH || !isAscii) {
            throw new IllegalArgumentException("a signature has at most " + MAX_TEXT_LENGTH + " characters, all of them ASCII");
        }
    }
}
