package murder.fuzz;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that this process hashes with SHA-1 and with SHA-256, in all threads: a security
 * provider before those of the JDK. It counts digests that are made between {@link #start} and
 * {@link #close}.
 */
public final class CountedHashes extends Provider implements AutoCloseable {
    private static final long serialVersionUID = 1;

    private final transient AtomicLong sha1 = new AtomicLong();
    private final transient AtomicLong sha256 = new AtomicLong();

    private CountedHashes() {
        super("murder-counts", "1", "counts hashed bytes");
        add("SHA-1", List.of("SHA", "SHA1"), sha1);
        add("SHA-256", List.of(), sha256);
    }

    /** Counts from now on. */
    public static CountedHashes start() {
        CountedHashes counts = new CountedHashes();
        if (Security.insertProviderAt(counts, 1) != 1) {
            throw new IllegalStateException("somebody counts already");
        }
        return counts;
    }

    /** Bytes so far. */
    public long sha1() {
        return sha1.get();
    }

    /** Bytes so far. */
    public long sha256() {
        return sha256.get();
    }

    /** The next count begins at zero. */
    public void reset() {
        sha1.set(0);
        sha256.set(0);
    }

    @Override
    public void close() {
        Security.removeProvider(getName());
    }

    private void add(String algorithm, List<String> aliases, AtomicLong count) {
        putService(new Service(this, "MessageDigest", algorithm, Counting.class.getName(), aliases, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                return new Counting(MessageDigest.getInstance(algorithm, Security.getProvider("SUN")), count);
            }
        });
    }

    /** Passes all on to the JDK's digest. */
    private static final class Counting extends MessageDigestSpi {
        private final MessageDigest digest;
        private final AtomicLong count;

        Counting(MessageDigest digest, AtomicLong count) {
            this.digest = digest;
            this.count = count;
        }

        @Override
        protected int engineGetDigestLength() {
            return digest.getDigestLength();
        }

        @Override
        protected void engineUpdate(byte input) {
            count.incrementAndGet();
            digest.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            count.addAndGet(length);
            digest.update(input, offset, length);
        }

        @Override
        protected byte[] engineDigest() {
            return digest.digest();
        }

        @Override
        protected int engineDigest(byte[] to, int offset, int length) throws DigestException {
            return digest.digest(to, offset, length);
        }

        @Override
        protected void engineReset() {
            digest.reset();
        }
    }
}
