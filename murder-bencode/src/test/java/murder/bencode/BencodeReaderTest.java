package murder.bencode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeReaderTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static BencodeValue read(String text) throws BencodeException {
        return BencodeReader.read(ascii(text), Limits.MESSAGE);
    }

    private static BencodeReader lenient(String text, Leniency first, Leniency... more) {
        return new BencodeReader(ascii(text), 0, text.length(), Limits.MESSAGE, EnumSet.of(first, more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"i0e", "i-1e", "i9223372036854775807e", "i-9223372036854775808e", "0:", "3:abc", "le", "de", "lli1eed1:ai2eee",
        "d0:i1e1:a2:bc1:bdee"})
    void validTextSurvivesReadAndWrite(String text) throws BencodeException {
        assertThat(new String(read(text).encode(), StandardCharsets.ISO_8859_1)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
        # input,                 offset, problem
        "",                      0,  the input ends too soon
        i,                       1,  the input ends too soon
        i12,                     3,  the input ends too soon
        i-,                      2,  the input ends too soon
        ie,                      0,  integer without digits
        i-e,                     0,  integer without digits
        i+1e,                    1,  expected a digit or 'e' in an integer but found '+'
        i--1e,                   2,  expected a digit or 'e' in an integer but found '-'
        i1-e,                    2,  expected a digit or 'e' in an integer but found '-'
        i 1e,                    1,  expected a digit or 'e' in an integer but found 0x20
        i1.5e,                   2,  expected a digit or 'e' in an integer but found '.'
        ixe,                     1,  expected a digit or 'e' in an integer but found 'x'
        i01e,                    0,  leading zero in an integer
        i00e,                    0,  leading zero in an integer
        i-01e,                   0,  leading zero in an integer
        i-0e,                    0,  negative zero
        i9223372036854775808e,   0,  integer beyond 64 bits
        i-9223372036854775809e,  0,  integer beyond 64 bits
        i99999999999999999999e,  0,  integer beyond 64 bits
        1,                       0,  "a string of 1 or more bytes, but only 0 are left"
        1:,                      0,  "a string of 1 bytes, but only 0 are left"
        3:ab,                    0,  "a string of 3 bytes, but only 2 are left"
        99999999:foobar,         0,  "a string of 99 or more bytes, but only 13 are left"
        2147483648:x,            0,  "a string of 21 or more bytes, but only 10 are left"
        99999999999999999999:x,  0,  "a string of 99 or more bytes, but only 20 are left"
        1x:a,                    1,  expected a digit or ':' in a string's length but found 'x'
        1-:a,                    1,  expected a digit or ':' in a string's length but found '-'
        -1:a,                    0,  expected a value but found '-'
        01:a,                    0,  leading zero in a string's length
        00:,                     0,  leading zero in a string's length
        x,                       0,  expected a value but found 'x'
        e,                       0,  expected a value but found 'e'
        :,                       0,  expected a value but found ':'
        l,                       1,  the input ends too soon
        li1e,                    4,  the input ends too soon
        l2:..0,                  6,  the input ends too soon
        lie,                     1,  integer without digits
        l-1:ae,                  1,  expected a value but found '-'
        d,                       1,  the input ends too soon
        d1:a,                    4,  the input ends too soon
        d1:ai1e,                 7,  the input ends too soon
        d1:ae,                   4,  a key without a value
        d1:ai1e1:be,             10, a key without a value
        di1ei2ee,                1,  "a dictionary's key must be a string, not 'i'"
        dlei2ee,                 1,  "a dictionary's key must be a string, not 'l'"
        d1:bi1e1:ai2ee,          7,  key out of order
        d1:ai1e1:ai2ee,          7,  "key ""a"" twice"
        i1ei2e,                  3,  3 bytes behind the value
        lee,                     2,  1 bytes behind the value
        """)
    void refusesWrongInputWithOffset(String text, int offset, String problem) {
        BencodeException refusal = catchThrowableOfType(BencodeException.class, () -> read(text));
        assertThat(refusal).isNotNull().hasMessage(problem + " at byte " + offset);
        assertThat(refusal.offset()).isEqualTo(offset);
    }

    @Test
    void sortsKeysByUnsignedBytes() throws BencodeException {
        assertThat(read("d1:zi1e1:\u00ffi2ee").asDictionary().keys()).hasSize(2);
        assertThatThrownBy(() -> read("d1:\u00ffi1e1:zi2ee")).isInstanceOf(BencodeException.class);
    }

    @Test
    void keepsBytesThatAreNoText() throws BencodeException {
        BencodeString string = read("3:\u0000\u00ff\u0080").asString();
        assertThat(string.bytes()).containsExactly(0, -1, -128);
        assertThat(string.buffer().isReadOnly()).isTrue();
        assertThatThrownBy(string::utf8).isInstanceOf(BencodeException.class).hasMessageContaining("not UTF-8");
    }

    @Test
    void saysWhereAValueLies() throws BencodeException {
        BencodeDictionary root = read("d1:ai5e4:infod1:xle1:yi7eee").asDictionary();
        BencodeValue info = root.get("info");
        assertThat(info.start()).isEqualTo(13);
        assertThat(info.end()).isEqualTo(26);
        assertThat(root.start()).isZero();
        assertThat(root.end()).isEqualTo(27);
        assertThat(info.asDictionary().get("y").start()).isEqualTo(22);
    }

    @Test
    void readsConsecutiveValuesWithinRange() throws BencodeException {
        byte[] in = ascii("##i1eld1:ai2eee4:rest##");
        BencodeReader reader = new BencodeReader(in, 2, in.length - 2, Limits.MESSAGE, Set.of());
        assertThat(reader.next()).isEqualTo(BencodeInteger.of(1));
        assertThat(reader.offset()).isEqualTo(5);
        assertThat(reader.next().asList().get(0).asDictionary().integer("a")).hasValue(2);
        assertThat(reader.offset()).isLessThan(in.length - 2);
        assertThat(reader.next().asString().text()).isEqualTo("rest");
        assertThat(reader.offset()).isEqualTo(in.length - 2);
        reader.finish();
        assertThatThrownBy(reader::next).hasMessage("the input ends too soon at byte " + (in.length - 2));
    }

    @Test
    void valueIgnoresLaterArrayChanges() throws BencodeException {
        byte[] in = ascii("3:abc");
        BencodeValue value = BencodeReader.read(in, Limits.MESSAGE);
        in[2] = 'x';
        assertThat(value.asString().text()).isEqualTo("abc");
    }

    @Test
    void keepsEachLimit() throws BencodeException {
        assertThat(BencodeReader.read(ascii("l1:ae"), new Limits(5, 1, 2)).asList().size()).isEqualTo(1);
        assertThatThrownBy(() -> BencodeReader.read(ascii("l1:ae"), new Limits(4, 1, 2))).hasMessage("more than 4 bytes at byte 4");
        assertThatThrownBy(() -> BencodeReader.read(ascii("l1:ae"), new Limits(5, 0, 2))).hasMessageContaining("deeper than 0");
        assertThatThrownBy(() -> BencodeReader.read(ascii("l1:ae"), new Limits(5, 1, 1))).hasMessageContaining("more than 1 strings");
        assertThatThrownBy(() -> BencodeReader.read(ascii("d1:ai1ee"), new Limits(50, 1, 2))).hasMessageContaining("more than 2 strings");
    }

    @Test
    void needsNoStackForDepth() throws BencodeException {
        int depth = 400_000;
        String text = "l".repeat(depth) + "e".repeat(depth);
        BencodeValue value = BencodeReader.read(ascii(text), new Limits(text.length(), depth, depth));
        assertThat(value.encode()).isEqualTo(ascii(text));
        assertThat(value).isEqualTo(BencodeReader.read(ascii(text), new Limits(text.length(), depth, depth))).hasSameHashCodeAs(value);
        assertThat(value.toString()).startsWith("[[[[").endsWith("...").hasSizeLessThan(1100);
    }

    /** Breaks every rule that can be forgiven. */
    private static BencodeDictionary readForgiving(Set<Leniency> leniencies) throws BencodeException {
        byte[] in = ascii("d1:bi007e1:ai-0e1:b3:xyze!");
        BencodeReader reader = new BencodeReader(in, 0, in.length, Limits.MESSAGE, leniencies);
        BencodeDictionary value = reader.next().asDictionary();
        reader.finish();
        return value;
    }

    @Test
    void forgivesOnlyGivenLeniencies() throws BencodeException {
        BencodeDictionary value = readForgiving(EnumSet.allOf(Leniency.class));
        assertThat(value.toString()).isEqualTo("{\"a\": 0, \"b\": 7}");
        assertThat(new String(value.encode(), StandardCharsets.US_ASCII)).isEqualTo("d1:ai0e1:bi7ee");
    }

    @ParameterizedTest
    @CsvSource({"LEADING_ZEROS,4", "UNSORTED_KEYS,9", "NEGATIVE_ZERO,12", "DUPLICATE_KEYS,16", "TRAILING_BYTES,25"})
    void refusesOneBreachAmongForgivenOnes(Leniency missing, int offset) {
        BencodeException refusal = catchThrowableOfType(BencodeException.class,
            () -> readForgiving(EnumSet.complementOf(EnumSet.of(missing))));
        assertThat(refusal).isNotNull();
        assertThat(refusal.offset()).isEqualTo(offset);
    }

    @Test
    void findsDuplicatesThatAreFarApart() {
        assertThatThrownBy(() -> lenient("d1:bi1e1:ai2e1:bi3ee", Leniency.UNSORTED_KEYS).next())
            .isInstanceOf(BencodeException.class).hasMessage("key \"b\" twice at byte 13");
    }

    @Test
    void forgivesNothingElse() {
        assertThatThrownBy(() -> lenient("d1:bi1e1:ai2ee", Leniency.DUPLICATE_KEYS).next()).hasMessageContaining("out of order");
        assertThatThrownBy(() -> lenient("i-0e", Leniency.LEADING_ZEROS).next()).hasMessageContaining("negative zero");
        assertThatThrownBy(() -> lenient("i1e ", Leniency.LEADING_ZEROS).finish()).hasMessageContaining("behind the value");
    }
}
