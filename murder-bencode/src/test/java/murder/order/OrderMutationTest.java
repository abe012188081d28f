package murder.order;

import static murder.order.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeInteger;
import murder.bencode.BencodeList;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeValue;
import murder.bencode.Limits;
import murder.fuzz.SmallChanges;
import murder.trust.ReleasePolicy;
import murder.trust.SshPrivateKey;
import murder.trust.TrustException;
import murder.trust.TrustException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever has only signed orders, and no key, makes none that is taken. */
class OrderMutationTest {
    private static final int KINDS = 11;
    private static final Order ORDER = Samples.order(1_000_000);

    private OrderPolicy policy;
    private byte[] bytes;
    private BencodeDictionary parts;
    private BencodeDictionary older;
    private byte[] otherFleet;
    private byte[] otherKey;
    private byte[] otherUse;
    private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);

    @BeforeEach
    void signOrders() throws Exception {
        SshPrivateKey key = Samples.key();
        policy = Samples.policy(key);
        bytes = SignedOrder.sign(ORDER, key).bytes();
        parts = parts(bytes);
        older = parts(SignedOrder.sign(Samples.order(ORDER.serial() - 1), key).bytes());
        otherFleet = SignedOrder.sign(Samples.with(ORDER, "other fleet", ORDER.serial(), ORDER.made(), ORDER.until()), key).bytes();
        otherKey = SignedOrder.sign(ORDER, Samples.key()).bytes();
        otherUse = signed(parts.get("order"), BencodeString.of(key.sign("murder",
            parts.string("order").orElseThrow().bytes()).toString()));
    }

    private static BencodeDictionary parts(byte[] signed) throws Exception {
        return BencodeReader.read(signed, Limits.MESSAGE).asDictionary();
    }

    private static byte[] signed(BencodeValue message, BencodeValue signature) {
        return BencodeDictionary.of(Map.of("order", message, "signature", signature)).encode();
    }

    @Test
    void noMutationIsTaken() throws Exception {
        mutate(3_000);
    }

    @Test
    @Tag("slow")
    void noneOfManyMutationsIsTaken() throws Exception {
        mutate(100_000);
    }

    private void mutate(int count) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        assertThat(SignedOrder.parse(bytes).check(policy, NOW, ORDER.serial())).isEqualTo(ORDER);
        for (int done = 0; done < count;) {
            if (isRefused(random.nextInt(KINDS), random, seed)) {
                done++;
            }
        }
        assertThat(reasons.keySet()).as("seed %d", seed).contains(Reason.UNSIGNED, Reason.MALFORMED, Reason.UNKNOWN_KEY,
            Reason.WRONG_SIGNATURE, Reason.OTHER_FLEET, Reason.FROM_THE_FUTURE, Reason.EXPIRED, Reason.OLDER);
    }

    /** @return false if the mutation left all that is signed as it was */
    private boolean isRefused(int kind, Random random, long seed) throws Exception {
        int seconds = 1 + random.nextInt(1_000_000);
        Instant now = switch (kind) {
            case 0 -> ORDER.until().plus(ReleasePolicy.CLOCK_TOLERANCE).plusSeconds(seconds);
            case 1 -> ORDER.made().minus(ReleasePolicy.CLOCK_TOLERANCE).minusSeconds(seconds);
            default -> NOW.plus(Duration.ofMinutes(1));
        };
        byte[] order = switch (kind) {
            case 0, 1 -> bytes;
            case 2 -> signed(older.get("order"), older.get("signature"));
            case 3 -> List.of(otherFleet, otherKey, otherUse).get(random.nextInt(3));
            case 4 -> random.nextBoolean() ? BencodeDictionary.of(Map.of("order", parts.get("order"))).encode()
                : signed(parts.get("order"), BencodeString.of(""));
            case 5 -> signed(older.get("order"), parts.get("signature"));
            case 6, 7 -> signed(BencodeString.of(withOtherField(random)), parts.get("signature"));
            case 8 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 9 -> signed(parts.get("order"),
                BencodeString.of(SmallChanges.ofText(((BencodeString) parts.get("signature")).text(), random)));
            default -> SmallChanges.ofBits(bytes, random);
        };
        try {
            SignedOrder read = SignedOrder.parse(order);
            read.check(policy, now, ORDER.serial());
            if (kind < 9 || !read.order().equals(ORDER)) {
                fail("a mutation of kind " + kind + " was taken, seed " + seed + ": "
                    + new String(order, StandardCharsets.ISO_8859_1));
            }
            return false;
        } catch (TrustException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
            reasons.merge(e.reason(), 1, Integer::sum);
        }
        return true;
    }

    /** Any field of the order has another value, is gone, or is there twice. */
    private byte[] withOtherField(Random random) throws Exception {
        byte[] message = parts.string("order").orElseThrow().bytes();
        BencodeValue root = BencodeReader.read(message, Limits.MESSAGE);
        byte[] other = changed(root, random.nextInt(count(root)), random).encode();
        return Arrays.equals(other, message) ? withOtherField(random) : other;
    }

    private static int count(BencodeValue value) {
        int count = 1;
        for (BencodeValue child : children(value)) {
            count += count(child);
        }
        return count;
    }

    private static List<BencodeValue> children(BencodeValue value) {
        if (value instanceof BencodeList list) {
            return list.values();
        }
        return value instanceof BencodeDictionary entries ? entries.values() : List.of();
    }

    /** @param number of the value below this one, in the order of the bytes, that is another one */
    private static BencodeValue changed(BencodeValue value, int number, Random random) {
        if (number == 0) {
            return other(value, random);
        }
        int left = number - 1;
        List<BencodeValue> children = new ArrayList<>(children(value));
        for (int i = 0; i < children.size(); i++) {
            int count = count(children.get(i));
            if (left >= 0 && left < count) {
                children.set(i, changed(children.get(i), left, random));
            }
            left -= count;
        }
        return value instanceof BencodeList ? BencodeList.of(children) : dictionary(((BencodeDictionary) value).keys(), children);
    }

    private static BencodeValue other(BencodeValue value, Random random) {
        if (value instanceof BencodeInteger integer) {
            return BencodeInteger.of(random.nextBoolean() ? integer.value() ^ 1L << random.nextInt(63) : random.nextInt(3) - 1);
        } else if (value instanceof BencodeString string) {
            byte[] text = Arrays.copyOf(string.bytes(), Math.max(0, string.length() + random.nextInt(3) - 1));
            if (text.length > 0) {
                text[random.nextInt(text.length)] = (byte) ('a' + random.nextInt(26));
            }
            return BencodeString.of(text);
        }
        List<BencodeValue> children = new ArrayList<>(children(value));
        if (children.isEmpty()) {
            return value;
        }
        int at = random.nextInt(children.size());
        BencodeValue removed = children.remove(at);
        if (value instanceof BencodeDictionary entries) {
            List<BencodeString> keys = new ArrayList<>(entries.keys());
            keys.remove(at);
            return dictionary(keys, children);
        } else if (random.nextBoolean()) {
            children.add(random.nextInt(children.size() + 1), removed);
            children.add(random.nextInt(children.size() + 1), removed);
        }
        return BencodeList.of(children);
    }

    private static BencodeDictionary dictionary(List<BencodeString> keys, List<BencodeValue> values) {
        Map<String, BencodeValue> entries = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            entries.put(keys.get(i).text(), values.get(i));
        }
        return BencodeDictionary.of(entries);
    }
}
