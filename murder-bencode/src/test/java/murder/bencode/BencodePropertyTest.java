package murder.bencode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BencodePropertyTest {
    private static final Limits LIMITS = new Limits(1 << 16, 20, 2000);

    @Provide
    Arbitrary<BencodeValue> values() {
        Arbitrary<BencodeValue> leaves = Arbitraries.oneOf(
            Arbitraries.longs().map(BencodeInteger::of),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(30).map(BencodeString::of));
        return Arbitraries.recursive(() -> leaves, BencodePropertyTest::nested, 0, 4);
    }

    private static Arbitrary<BencodeValue> nested(Arbitrary<BencodeValue> inner) {
        Arbitrary<BencodeValue> lists = inner.list().ofMaxSize(4).map(BencodeList::of);
        Arbitrary<Map<String, BencodeValue>> maps = Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), inner).ofMaxSize(4);
        return Arbitraries.oneOf(inner, lists, maps.map(BencodePropertyTest::dictionary));
    }

    /** Two strings with lone surrogates can become the same bytes; such a dictionary cannot be. */
    private static BencodeValue dictionary(Map<String, BencodeValue> entries) {
        entries.keySet().removeIf(key -> !StandardCharsets.UTF_8.newEncoder().canEncode(key));
        return BencodeDictionary.of(entries);
    }

    @Property(tries = 500)
    void readsWrittenValues(@ForAll("values") BencodeValue value) throws BencodeException {
        byte[] encoded = value.encode();
        BencodeValue back = BencodeReader.read(encoded, LIMITS);
        assertThat(back).isEqualTo(value);
        assertThat(back.encode()).isEqualTo(encoded);
        assertThat(back.end()).isEqualTo(encoded.length);
    }

    @Property(tries = 500)
    void everyCutIsRefused(@ForAll("values") BencodeValue value, @ForAll @IntRange(max = 10_000) int at) {
        byte[] encoded = value.encode();
        byte[] cut = Arrays.copyOf(encoded, at % encoded.length);
        assertThat(reads(cut)).isFalse();
    }

    @Property(tries = 2000)
    void mutatedBytesGiveValueOrError(@ForAll("values") BencodeValue value, @ForAll @Size(min = 1, max = 4) List<Integer> edits) {
        byte[] mutated = value.encode();
        for (int edit : edits) {
            mutated[Math.floorMod(edit, mutated.length)] = (byte) "0123456789:-ilde\u00ff".charAt((edit >>> 16) % 17);
        }
        reads(mutated);
    }

    @Property(tries = 2000)
    void randomBytesGiveValueOrError(@ForAll("alphabet") String text) {
        reads(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Provide
    Arbitrary<String> alphabet() {
        Arbitrary<String> tokens = Arbitraries.of(
            "i", "e", "l", "d", "1:a", "1:b", "0:", "2:", "-", "0", "7", "i1e", "99999999999999999999");
        return tokens.list().ofMaxSize(24).map(list -> String.join("", list));
    }

    @Property(tries = 300)
    void limitsHold(@ForAll("values") BencodeValue value, @ForAll @IntRange(max = 6) int depth,
                    @ForAll @IntRange(min = 1, max = 30) int tokens) {
        byte[] encoded = value.encode();
        int[] measured = measure(encoded);
        boolean fits = measured[0] <= depth && measured[1] <= tokens;
        assertThat(reads(encoded, new Limits(encoded.length, depth, tokens))).isEqualTo(fits);
    }

    @Property(tries = 300)
    void lenientReaderAcceptsStrictInput(@ForAll("values") BencodeValue value) throws BencodeException {
        byte[] encoded = value.encode();
        BencodeReader reader = new BencodeReader(encoded, 0, encoded.length, LIMITS, EnumSet.allOf(Leniency.class));
        assertThat(reader.next()).isEqualTo(value);
        reader.finish();
    }

    @Property(tries = 300)
    void sortedAndUnsortedDictionariesReadAlike(@ForAll @Size(max = 12) List<@IntRange(max = 50) Integer> keys) throws BencodeException {
        List<Integer> unique = keys.stream().distinct().toList();
        String entries = unique.stream().map(key -> String.format("2:%02di%de", key, key)).collect(Collectors.joining());
        byte[] encoded = ("d" + entries + "e").getBytes(StandardCharsets.US_ASCII);
        BencodeReader reader = new BencodeReader(encoded, 0, encoded.length, LIMITS, EnumSet.of(Leniency.UNSORTED_KEYS));
        BencodeDictionary dictionary = reader.next().asDictionary();
        assertThat(dictionary.size()).isEqualTo(unique.size());
        for (int key : unique) {
            assertThat(dictionary.integer(String.format("%02d", key))).hasValue(key);
        }
        assertThat(reads(dictionary.encode())).isTrue();
    }

    /** Depth and number of tokens, counted naively. */
    private static int[] measure(byte[] encoded) {
        int depth = 0;
        int deepest = 0;
        int tokens = 0;
        for (int at = 0; at < encoded.length;) {
            char c = (char) encoded[at];
            if (c == 'e') {
                depth--;
                at++;
                continue;
            }
            tokens++;
            if (c == 'l' || c == 'd') {
                depth++;
                deepest = Math.max(deepest, depth);
                at++;
            } else {
                int stop = at;
                while (encoded[stop] != (c == 'i' ? 'e' : ':')) {
                    stop++;
                }
                at = c == 'i' ? stop + 1 : stop + 1 + Integer.parseInt(new String(encoded, at, stop - at, StandardCharsets.US_ASCII));
            }
        }
        return new int[] {deepest, tokens};
    }

    private static boolean reads(byte[] in) {
        return reads(in, LIMITS);
    }

    /** Any other exception fails the property. */
    private static boolean reads(byte[] in, Limits limits) {
        try {
            BencodeValue value = BencodeReader.read(in, limits);
            assertThat(value.encode()).isEqualTo(in);
            return true;
        } catch (BencodeException e) {
            assertThat(e.offset()).isBetween(0, in.length);
            return false;
        }
    }
}
