package murder.bencode;

import java.util.Iterator;
import java.util.List;

/** A list of values of any type. */
public final class BencodeList extends BencodeValue implements Iterable<BencodeValue> {
    private final List<BencodeValue> values;

    BencodeList(List<BencodeValue> values, int start, int end) {
        super(start, end);
        this.values = List.copyOf(values);
    }

    /**
     * {@return a list of these values}
     *
     * @param values in their order; copied
     */
    public static BencodeList of(List<? extends BencodeValue> values) {
        return new BencodeList(List.copyOf(values), -1, -1);
    }

    /** {@return the number of elements} */
    public int size() {
        return values.size();
    }

    /**
     * {@return an element}
     *
     * @param index from 0
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public BencodeValue get(int index) {
        return values.get(index);
    }

    /** {@return the elements, unmodifiable} */
    public List<BencodeValue> values() {
        return values;
    }

    @Override
    public Iterator<BencodeValue> iterator() {
        return values.iterator();
    }

    @Override
    String typeName() {
        return "a list";
    }
}
