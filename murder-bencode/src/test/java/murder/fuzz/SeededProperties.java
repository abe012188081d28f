package murder.fuzz;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyAttributes;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Gives each property of every module a seed that follows from {@link CommitSeed} and its name, so
 * that a commit passes always or never. jqwik finds this class by {@code META-INF/services} and
 * prints the seed. A seed in the annotation stays.
 *
 * <p>Properties with the tag {@value #FUZZ} run {@code murder.fuzz} times as many tries.
 */
public final class SeededProperties implements AroundPropertyHook {
    /** Tag of the properties that feed hostile inputs to readers. */
    public static final String FUZZ = "fuzz";
    /** How many times as many tries as in a usual build. */
    private static final int FACTOR = Integer.getInteger("murder.fuzz", 1);
    /** Outside all other hooks. */
    private static final int PROXIMITY = -1_000;

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        PropertyAttributes attributes = context.attributes();
        if (attributes.seed().isEmpty()) {
            attributes.setSeed(Long.toString(seed(CommitSeed.base(), context.containerClass().getName() + "." + context.label())));
        }
        if (isFuzz(context)) {
            attributes.tries().ifPresent(tries -> attributes.setTries(Math.multiplyExact(tries, FACTOR)));
        }
        return property.execute();
    }

    /** Equal seeds for all properties would draw equal numbers for all of them. */
    static long seed(long base, String name) {
        return base * 0x9e3779b97f4a7c15L + name.hashCode();
    }

    private static boolean isFuzz(PropertyLifecycleContext context) {
        return Stream.of(context.targetMethod(), context.containerClass())
            .flatMap(element -> Arrays.stream(((AnnotatedElement) element).getAnnotationsByType(Tag.class)))
            .anyMatch(tag -> tag.value().equals(FUZZ));
    }

    @Override
    public boolean appliesTo(Optional<AnnotatedElement> element) {
        return true;
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public int aroundPropertyProximity() {
        return PROXIMITY;
    }
}
