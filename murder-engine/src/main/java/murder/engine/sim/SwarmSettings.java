package murder.engine.sim;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import murder.engine.swarm.SwarmConfig;

/**
 * Changes single values of a {@link SwarmConfig} by name. It reads the record's components, because
 * a separate table could become outdated.
 */
final class SwarmSettings {
    private SwarmSettings() {
    }

    static SwarmConfig with(SwarmConfig config, String name, String value) {
        RecordComponent[] components = SwarmConfig.class.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        List<String> names = new ArrayList<>();
        try {
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                names.add(components[i].getName());
                values[i] = components[i].getName().equals(name) ? parse(types[i], name, value)
                    : components[i].getAccessor().invoke(config);
            }
            if (!names.contains(name)) {
                throw new IllegalArgumentException("there is no setting '" + name + "', but " + String.join(", ", names));
            }
            return SwarmConfig.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new IllegalArgumentException(name + " cannot be " + value + ": " + refused.getMessage(), e);
            }
            throw new IllegalStateException("a record without its canonical constructor", e);
        }
    }

    private static Object parse(Class<?> type, String name, String value) {
        if (type == boolean.class && (value.equals("true") || value.equals("false"))) {
            return Boolean.valueOf(value);
        }
        try {
            if (type == int.class) {
                return Integer.valueOf(value);
            }
            if (type == long.class) {
                return Long.valueOf(value);
            }
            if (type == double.class) {
                return Double.valueOf(value);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " takes a number, not '" + value + "'", e);
        }
        throw new IllegalArgumentException(name + " cannot be '" + value + "'");
    }
}
