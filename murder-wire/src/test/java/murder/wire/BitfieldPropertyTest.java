package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BitfieldPropertyTest {
    @Property(tries = 300)
    void behavesLikeASetOfIntegers(@ForAll @IntRange(min = 1, max = 200) int size,
                                   @ForAll @Size(max = 100) List<@IntRange(max = 1999) Integer> steps) {
        Bitfield bits = new Bitfield(size);
        BitSet model = new BitSet();
        for (int step : steps) {
            int index = step / 2 % size;
            if (step % 2 == 0) {
                assertThat(bits.set(index)).isEqualTo(!model.get(index));
                model.set(index);
            } else {
                assertThat(bits.clear(index)).isEqualTo(model.get(index));
                model.clear(index);
            }
            assertThat(bits.count()).isEqualTo(model.cardinality());
        }
        assertThat(bits.isFull()).isEqualTo(model.cardinality() == size);
        assertThat(bits.isEmpty()).isEqualTo(model.isEmpty());
        for (int from = 0; from <= size; from++) {
            assertThat(bits.nextSet(from)).isEqualTo(model.nextSetBit(from));
            int clear = model.nextClearBit(from);
            assertThat(bits.nextClear(from)).isEqualTo(clear < size ? clear : -1);
        }
        assertThat(Bitfield.parse(ByteBuffer.wrap(bits.toBytes()), size)).hasToString(bits.toString());
        assertThat(new Bitfield(bits)).hasToString(bits.toString());
    }

    @Example
    void firstIndexIsHighestBit() {
        Bitfield bits = new Bitfield(9);
        bits.set(0);
        bits.set(8);
        assertThat(bits.toBytes()).containsExactly(0x80, 0x80);
    }

    @Example
    void refusesSpareBitsAndWrongLengths() {
        assertThat(Bitfield.parse(ByteBuffer.wrap(new byte[] {0, 0x40}), 9)).isNull();
        assertThat(Bitfield.parse(ByteBuffer.wrap(new byte[] {0, 1}), 9)).isNull();
        assertThat(Bitfield.parse(ByteBuffer.wrap(new byte[1]), 9)).isNull();
        assertThat(Bitfield.parse(ByteBuffer.wrap(new byte[3]), 9)).isNull();
        assertThat(Bitfield.parse(ByteBuffer.wrap(new byte[2]), 9)).isNotNull();
        assertThatThrownBy(() -> new Bitfield(9).set(9)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Example
    void emptyBitfieldIsFull() {
        Bitfield none = new Bitfield(0);
        assertThat(none.isFull() && none.isEmpty()).isTrue();
        assertThat(none.nextSet(0)).isEqualTo(-1);
        assertThat(Bitfield.parse(ByteBuffer.allocate(0), 0)).isNotNull();
    }
}
