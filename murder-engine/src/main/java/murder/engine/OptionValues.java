package murder.engine;

/** What a builder collects and what it builds keeps. It is copied whole: a copy field by field would be one more list to keep in step. */
abstract class OptionValues implements Cloneable {
    @Override
    protected OptionValues clone() {
        try {
            return (OptionValues) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("a Cloneable refuses to be cloned", e);
        }
    }
}
