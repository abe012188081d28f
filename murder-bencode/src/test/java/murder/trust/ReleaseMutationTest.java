package murder.trust;

import static murder.trust.Fixtures.NOW;
import static murder.trust.Fixtures.TERMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import murder.fuzz.SmallChanges;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.metainfo.ReleaseSignature;
import murder.metainfo.ReleaseTerms;
import murder.trust.TrustException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever has only signed torrents, and no key, makes none that is taken. */
class ReleaseMutationTest {
    private static final int KINDS = 12;

    private SshPrivateKey key;
    private ReleasePolicy policy;
    private Metainfo signed;
    private byte[] bytes;
    private Metainfo otherRelease;
    private Metainfo otherTag;
    private Metainfo otherFleet;
    private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
    private int unreadable;

    @BeforeEach
    void signReleases() throws Exception {
        key = Fixtures.key();
        policy = new ReleasePolicy(Fixtures.allowed(key.publicKey()), TERMS.tag());
        signed = ReleaseSigning.sign(Fixtures.torrent("build"), TERMS, key);
        bytes = signed.toBytes();
        otherRelease = ReleaseSigning.sign(Fixtures.torrent("older build"), TERMS, key);
        otherTag = ReleaseSigning.sign(Fixtures.torrent("build"),
            new ReleaseTerms("build-41", TERMS.made(), TERMS.until(), TERMS.serial()), key);
        otherFleet = ReleaseSigning.sign(Fixtures.torrent("build"), TERMS, Fixtures.key());
    }

    @Test
    void noMutationIsTaken() throws Exception {
        mutate(1_000);
    }

    @Test
    @Tag("slow")
    void noneOfManyMutationsIsTaken() throws Exception {
        mutate(100_000);
    }

    private void mutate(int count) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        assertThat(policy.check(Metainfo.parse(bytes), NOW, TERMS.serial()).terms()).isEqualTo(TERMS);
        for (int done = 0; done < count;) {
            if (isRefused(random.nextInt(KINDS), random, seed)) {
                done++;
            }
        }
        assertThat(reasons.keySet()).as("seed %d", seed).contains(Reason.UNSIGNED, Reason.MALFORMED, Reason.UNKNOWN_KEY,
            Reason.WRONG_SIGNATURE, Reason.OTHER_TAG, Reason.FROM_THE_FUTURE, Reason.EXPIRED, Reason.OLDER);
        assertThat(unreadable).isPositive();
    }

    /** @return false if the mutation left all that is signed as it was */
    private boolean isRefused(int kind, Random random, long seed) throws Exception {
        int seconds = 1 + random.nextInt(1_000_000);
        Instant now = switch (kind) {
            case 0 -> TERMS.until().plus(ReleasePolicy.CLOCK_TOLERANCE).plusSeconds(seconds);
            case 1 -> TERMS.made().minus(ReleasePolicy.CLOCK_TOLERANCE).minusSeconds(seconds);
            default -> NOW;
        };
        long lastSerial = kind == 2 ? TERMS.serial() + seconds : TERMS.serial();
        byte[] torrent = switch (kind) {
            case 0, 1, 2 -> bytes;
            case 3 -> otherTag.toBytes();
            case 4 -> otherFleet.toBytes();
            case 5 -> unsigned(random);
            case 6 -> signed.withReleaseSignature(new ReleaseSignature(otherTerms(random), text())).toBytes();
            case 7 -> swapped(random);
            case 8 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 9 -> withoutSomeBytes(random);
            case 10 -> signed.withReleaseSignature(new ReleaseSignature(TERMS, SmallChanges.ofText(text(), random))).toBytes();
            default -> SmallChanges.ofBits(bytes, random);
        };
        try {
            Metainfo read = Metainfo.parse(torrent);
            policy.check(read, now, lastSerial);
            boolean isSame = Arrays.equals(read.rawInfo(), signed.rawInfo())
                && read.releaseSignature().orElseThrow().terms().equals(TERMS);
            if (kind < 9 || !isSame) {
                fail("a mutation of kind " + kind + " was taken, seed " + seed + ": "
                    + new String(torrent, StandardCharsets.ISO_8859_1));
            }
            return false;
        } catch (MetainfoException e) {
            assertThat(e).hasMessageMatching("(?s).{5,}");
            unreadable++;
        } catch (TrustException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
            reasons.merge(e.reason(), 1, Integer::sum);
        }
        return true;
    }

    private String text() {
        return signed.releaseSignature().orElseThrow().text();
    }

    private static byte[] unsigned(Random random) throws MetainfoException {
        return Fixtures.torrent("build" + random.nextInt(3)).toBytes();
    }

    /** One of the terms, or several, are others. */
    private static ReleaseTerms otherTerms(Random random) {
        while (true) {
            long shift = 1 + random.nextInt(1000);
            ReleaseTerms terms = new ReleaseTerms(random.nextBoolean() ? TERMS.tag() : TERMS.tag() + shift,
                random.nextBoolean() ? TERMS.made() : TERMS.made().minusSeconds(shift),
                random.nextBoolean() ? TERMS.until() : TERMS.until().plusSeconds(shift),
                TERMS.serial() + (random.nextBoolean() ? 0 : shift));
            if (!terms.equals(TERMS)) {
                return terms;
            }
        }
    }

    /** The signature of another torrent of the same fleet, or the reverse. */
    private byte[] swapped(Random random) throws MetainfoException {
        Metainfo torrent = random.nextBoolean() ? otherRelease : Fixtures.torrent("evil build " + random.nextInt());
        return torrent.withReleaseSignature(random.nextBoolean() && torrent != otherRelease
            ? otherRelease.releaseSignature().orElseThrow() : signed.releaseSignature().orElseThrow()).toBytes();
    }

    private byte[] withoutSomeBytes(Random random) {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(20));
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, shorter, from, bytes.length - to);
        return shorter;
    }
}
