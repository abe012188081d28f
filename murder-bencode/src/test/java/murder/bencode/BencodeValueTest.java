package murder.bencode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BencodeValueTest {
    private static BencodeDictionary dictionary(String text) throws BencodeException {
        return BencodeReader.read(text.getBytes(StandardCharsets.US_ASCII), Limits.MESSAGE).asDictionary();
    }

    @Test
    void givesTypedValuesByKey() throws BencodeException {
        BencodeDictionary d = dictionary("d1:dde1:ii7e1:lli1ee1:s2:hie");
        assertThat(d.integer("i")).hasValue(7);
        assertThat(d.string("s").orElseThrow().text()).isEqualTo("hi");
        assertThat(d.list("l").orElseThrow().size()).isEqualTo(1);
        assertThat(d.dictionary("d").orElseThrow().size()).isZero();
        assertThat(d.has("i")).isTrue();
        assertThat(d.has("j")).isFalse();
        assertThat(d.get("j")).isNull();
        assertThat(d.integer("j")).isEmpty();
        assertThat(d.string("a")).isEmpty();
        assertThat(d.list("z")).isEmpty();
        assertThat(d.dictionary("")).isEmpty();
    }

    @Test
    void saysWhichKeyHasAnotherType() throws BencodeException {
        BencodeDictionary d = dictionary("d1:ii7ee");
        assertThatThrownBy(() -> d.string("i")).hasMessage("'i' should be a string but is an integer at byte 4");
        assertThatThrownBy(() -> d.list("i")).hasMessage("'i' should be a list but is an integer at byte 4");
        assertThatThrownBy(() -> d.get("i").asDictionary()).hasMessage("expected a dictionary but found an integer at byte 4");
        assertThatThrownBy(() -> BencodeString.of("x").asInteger()).hasMessage("expected an integer but found a string");
    }

    @Test
    void equalContentMeansEqualValues() throws BencodeException {
        BencodeValue read = dictionary("d1:ali1e1:xe1:bdee");
        BencodeValue made = BencodeDictionary.of(Map.of(
            "b", BencodeDictionary.of(Map.of()),
            "a", BencodeList.of(List.of(BencodeInteger.of(1), BencodeString.of("x")))));
        assertThat(made).isEqualTo(read).hasSameHashCodeAs(read).hasToString("{\"a\": [1, \"x\"], \"b\": {}}");
        assertThat(made).isNotEqualTo(dictionary("d1:ali1e1:ye1:bdee"));
        assertThat(made.start()).isEqualTo(-1);
    }

    @Test
    void printsBinaryBytesAsHexadecimal() {
        assertThat(BencodeString.of(new byte[] {0, 'a', (byte) 0xff})).hasToString("<0061ff>");
        assertThat(BencodeString.of("x".repeat(100)).toString()).endsWith("...(100 bytes)");
        assertThat(BencodeString.of("\u001b[31m")).hasToString("<1b5b33316d>");
    }

    @Test
    void writerRefusesInvalidStructure() {
        assertThatThrownBy(() -> new BencodeWriter().toByteArray()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().beginList().toByteArray()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().integer(1).integer(2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().end()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().beginList().key("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().beginDictionary().integer(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().beginDictionary().key("a").end()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().beginDictionary().key("a").key("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new BencodeWriter().beginDictionary().key("b").integer(1).key("a"))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("must not follow");
        assertThatThrownBy(() -> new BencodeWriter().beginDictionary().key("a").integer(1).key("a"))
            .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void writerCopiesRawValues() {
        byte[] raw = "d1:bi1e1:ai2ee".getBytes(StandardCharsets.US_ASCII); // out of order, and staying so
        byte[] out = new BencodeWriter().beginDictionary().key("info").raw(raw).key("x").beginList().string("y").end().end().toByteArray();
        assertThat(new String(out, StandardCharsets.US_ASCII)).isEqualTo("d4:infod1:bi1e1:ai2ee1:xl1:yee");
    }
}
