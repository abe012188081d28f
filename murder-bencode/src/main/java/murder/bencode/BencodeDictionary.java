package murder.bencode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Values by keys, the keys unique and sorted by unsigned bytes. The typed getters return an empty
 * result for an absent key. For a value of another type they throw an exception that names the key.
 */
public final class BencodeDictionary extends BencodeValue {
    private final List<BencodeString> keys;
    private final List<BencodeValue> values;

    /** The keys must be sorted and unique. */
    BencodeDictionary(List<BencodeString> keys, List<BencodeValue> values, int start, int end) {
        super(start, end);
        this.keys = List.copyOf(keys);
        this.values = List.copyOf(values);
    }

    /**
     * {@return a dictionary of these entries}
     *
     * @param entries values by key; the keys become UTF-8, in any order
     */
    public static BencodeDictionary of(Map<String, ? extends BencodeValue> entries) {
        List<BencodeString> keys = new ArrayList<>(entries.size());
        for (String key : entries.keySet()) {
            keys.add(BencodeString.of(key));
        }
        keys.sort(null);
        List<BencodeValue> values = new ArrayList<>(keys.size());
        for (BencodeString key : keys) {
            values.add(entries.get(key.text()));
        }
        return new BencodeDictionary(keys, values, -1, -1);
    }

    /** {@return the number of entries} */
    public int size() {
        return keys.size();
    }

    /** {@return the keys in order, unmodifiable} */
    public List<BencodeString> keys() {
        return keys;
    }

    /** {@return the values in the order of their keys, unmodifiable} */
    public List<BencodeValue> values() {
        return values;
    }

    /**
     * {@return whether the key is there, whatever its value}
     *
     * @param key in UTF-8
     */
    public boolean has(String key) {
        return indexOf(key) >= 0;
    }

    /**
     * {@return the value of a key, or null if it is absent}
     *
     * @param key in UTF-8
     */
    public BencodeValue get(String key) {
        int index = indexOf(key);
        return index < 0 ? null : values.get(index);
    }

    /**
     * {@return the string of a key, or empty if the key is absent}
     *
     * @param key in UTF-8
     * @throws BencodeException if the value is no string
     */
    public Optional<BencodeString> string(String key) throws BencodeException {
        BencodeValue value = get(key);
        return value == null ? Optional.empty() : Optional.of(typed(key, value, BencodeString.class, "a string"));
    }

    /**
     * {@return the integer of a key, or empty if the key is absent}
     *
     * @param key in UTF-8
     * @throws BencodeException if the value is no integer
     */
    public OptionalLong integer(String key) throws BencodeException {
        BencodeValue value = get(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(typed(key, value, BencodeInteger.class, "an integer").value());
    }

    /**
     * {@return the list of a key, or empty if the key is absent}
     *
     * @param key in UTF-8
     * @throws BencodeException if the value is no list
     */
    public Optional<BencodeList> list(String key) throws BencodeException {
        BencodeValue value = get(key);
        return value == null ? Optional.empty() : Optional.of(typed(key, value, BencodeList.class, "a list"));
    }

    /**
     * {@return the dictionary of a key, or empty if the key is absent}
     *
     * @param key in UTF-8
     * @throws BencodeException if the value is no dictionary
     */
    public Optional<BencodeDictionary> dictionary(String key) throws BencodeException {
        BencodeValue value = get(key);
        return value == null ? Optional.empty() : Optional.of(typed(key, value, BencodeDictionary.class, "a dictionary"));
    }

    private static <T extends BencodeValue> T typed(String key, BencodeValue value, Class<T> type, String wanted) throws BencodeException {
        if (!type.isInstance(value)) {
            throw new BencodeException(value.start(), "'" + key + "' should be " + wanted + " but is " + value.typeName());
        }
        return type.cast(value);
    }

    private int indexOf(String key) {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = keys.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = keys.get(middle).compareTo(wanted);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    @Override
    String typeName() {
        return "a dictionary";
    }
}
