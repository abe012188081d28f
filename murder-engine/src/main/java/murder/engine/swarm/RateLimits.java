package murder.engine.swarm;

import java.util.List;

/**
 * The rate limits of a swarm, its own and its engine's.
 *
 * @param upload a block is sent only if each of these lets it pass
 * @param download a block is requested only if each of these lets it pass
 */
public record RateLimits(List<TokenBucket> upload, List<TokenBucket> download) {
    public static final RateLimits NONE = new RateLimits(List.of(), List.of());

    public RateLimits {
        upload = List.copyOf(upload);
        download = List.copyOf(download);
    }
}
