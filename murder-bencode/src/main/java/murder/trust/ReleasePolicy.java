package murder.trust;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import murder.metainfo.Metainfo;
import murder.metainfo.ReleaseSignature;
import murder.metainfo.ReleaseTerms;
import murder.trust.TrustException.Reason;

/**
 * The rule for torrents that a host accepts. Any thread.
 *
 * @param signers with valid signatures
 * @param tag that a release must have, or an empty text for any
 */
public record ReleasePolicy(AllowedSigners signers, String tag) {
    /** Clocks of hosts may differ by this much. */
    public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    /**
     * An accepted release.
     *
     * @param principals the names of the signer in the allowed signers
     * @param key that signed it
     * @param terms that were signed
     */
    public record Accepted(String principals, SshPublicKey key, ReleaseTerms terms) {}

    /**
     * Checks that nothing is null.
     *
     * @param signers not null
     * @param tag not null
     */
    public ReleasePolicy {
        Objects.requireNonNull(signers, "signers");
        Objects.requireNonNull(tag, "tag");
    }

    /**
     * Loads the JDK's classes for {@link #check}. This takes about 10 ms in a new JVM, so call it
     * on a separate thread during the start. Without it the first check takes this time.
     */
    public static void preload() {
        SshAlgorithm.preload();
    }

    /**
     * Decides about a torrent. Runs no program and reads no file.
     *
     * @param metainfo the torrent
     * @param now by this host's clock; the key must be valid at this time
     * @param lastSerial of the last accepted release at the same destination, or a negative number
     *     for none
     * @return the signer and the terms
     * @throws TrustException if it is refused, with the reason
     */
    public Accepted check(Metainfo metainfo, Instant now, long lastSerial) throws TrustException {
        ReleaseSignature release = metainfo.releaseSignature().orElse(null);
        if (release == null) {
            throw new TrustException(Reason.UNSIGNED, "it is not signed");
        } else if (!metainfo.hasSha256()) {
            throw new TrustException(Reason.SHA1_ONLY, "its pieces have only SHA-1, so what was signed is not certain");
        }
        ReleaseTerms terms = release.terms();
        AllowedSigners.Verified verified = signers.verify(release.text(), ReleaseSigning.NAMESPACE,
            ReleaseSigning.message(metainfo, terms), now);
        checkTerms(terms, now, lastSerial);
        return new Accepted(verified.principals(), verified.key(), terms);
    }

    private void checkTerms(ReleaseTerms terms, Instant now, long lastSerial) throws TrustException {
        if (!tag.isEmpty() && !terms.tag().equals(tag)) {
            throw new TrustException(Reason.OTHER_TAG, "it is signed for the tag '" + terms.tag() + "', not '" + tag + "'");
        } else if (terms.made().isAfter(now.plus(CLOCK_TOLERANCE))) {
            throw new TrustException(Reason.FROM_THE_FUTURE, "it was signed at " + terms.made() + ", but here it is " + now
                + "; look at the clocks");
        } else if (now.isAfter(terms.until().plus(CLOCK_TOLERANCE))) {
            throw new TrustException(Reason.EXPIRED, "it expired at " + terms.until() + ", and here it is " + now);
        } else if (terms.serial() < lastSerial) {
            throw new TrustException(Reason.OLDER, "its serial " + terms.serial() + " is older than " + lastSerial
                + ", the last one here");
        }
    }
}
