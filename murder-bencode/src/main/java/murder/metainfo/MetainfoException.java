package murder.metainfo;

/**
 * A torrent that is malformed, dangerous or of a kind that is not supported. Names the wrong field.
 */
public final class MetainfoException extends Exception {
    private static final long serialVersionUID = 1;

    /** The place in the torrent. */
    private final String field;

    MetainfoException(String field, String problem) {
        this(field, problem, null);
    }

    MetainfoException(String field, String problem, Throwable cause) {
        super(field.isEmpty() ? problem : field + ": " + problem, cause);
        this.field = field;
    }

    /**
     * {@return the place in the torrent: {@code info.files[3].path[0]}; empty if it is no torrent
     * at all}
     */
    public String field() {
        return field;
    }
}
