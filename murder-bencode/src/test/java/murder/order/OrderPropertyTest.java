package murder.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.trust.SshPrivateKey;
import murder.trust.TrustException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** What is written is read again; what is not an order is refused with its type. */
class OrderPropertyTest {
    private static final SshPrivateKey KEY = Samples.key();
    private static final Fuzz ORDERS = Fuzz.of(new Mutator(samples(), "0123456789:-ilde"), OrderPropertyTest::read)
        .throwing(TrustException.class).allocating(64 * 1024, 400);

    private static List<byte[]> samples() {
        try {
            Order small = new Order("f", 1, Samples.NOW, Samples.NOW.plusSeconds(1), true, List.of());
            return List.of(SignedOrder.sign(Samples.order(1), KEY).bytes(), SignedOrder.sign(small, KEY).bytes());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 300)
    void ordersReadBackEqual(@ForAll("orders") Order order) throws Exception {
        byte[] encoded = OrderCodec.encode(order);
        assertThat(OrderCodec.decode(encoded)).isEqualTo(order);
        if (encoded.length < 15_000) {
            SignedOrder signed = SignedOrder.sign(order, KEY);
            SignedOrder read = SignedOrder.parse(signed.bytes());
            assertThat(read.order()).isEqualTo(order);
            assertThat(read.bytes()).isEqualTo(signed.bytes());
        }
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    @Tag(SeededProperties.FUZZ)
    void mutatedOrdersAreReadOrRefused(@ForAll long seed) throws Exception {
        ORDERS.run(seed);
    }

    private static void read(byte[] bytes) throws TrustException {
        SignedOrder read = SignedOrder.parse(bytes);
        assertThat(read.bytes()).isEqualTo(bytes);
        assertThat(OrderCodec.encode(read.order())).hasSizeLessThanOrEqualTo(bytes.length);
    }

    // ---- orders

    @Provide
    Arbitrary<Order> orders() {
        Arbitrary<List<Target>> targets = targets().list().ofMaxSize(3).uniqueElements(Target::destination);
        Arbitrary<Instant> times = Arbitraries.longs().between(0, 200_000_000_000L).map(Instant::ofEpochSecond);
        return Combinators.combine(names(), Arbitraries.longs().greaterOrEqual(0), times, Arbitraries.integers().between(1, 1_000_000_000),
            Arbitraries.of(true, false), Arbitraries.of("", "0123456789abcdef"), targets)
            .as((fleet, serial, made, seconds, ended, key, list) ->
                new Order(fleet, serial, made, made.plusSeconds(seconds), ended, key, list));
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings().withChars("abcXYZ019-_. é:/\u20ac").ofMinLength(1).ofMaxLength(20);
    }

    private static Arbitrary<String> tags() {
        return Arbitraries.strings().withChars("ab1-_é").ofMinLength(1).ofMaxLength(8);
    }

    private static Arbitrary<String> paths() {
        return tags().list().ofMinSize(1).ofMaxSize(4).map(elements -> "/" + String.join("/", elements));
    }

    private static Arbitrary<Target> targets() {
        return releases().list().ofMaxSize(4).uniqueElements(Release::tag).flatMap(releases -> Combinators.combine(paths(),
            Arbitraries.of(Layout.values()), Arbitraries.oneOf(paths(), Arbitraries.just("")), Arbitraries.integers().between(0, 1 << 30),
            Arbitraries.of(true, false), Arbitraries.integers().between(0, 3), activations(releases)).as((path, layout, link, keep, replace,
                bits, active) -> new Target(path, layout, link, keep, replace, (bits & 1) > 0, bits > 1, releases, active)));
    }

    private static Arbitrary<List<Activation>> activations(List<Release> releases) {
        if (releases.isEmpty()) {
            return Arbitraries.just(List.of());
        }
        Arbitrary<Who> who = Arbitraries.oneOf(Arbitraries.just(new Who.All()), names().map(Who.Zone::new),
            names().list().ofMinSize(1).ofMaxSize(5).uniqueElements().map(Who.Names::new),
            Arbitraries.integers().between(0, 1000).map(Who.Share::new));
        return Combinators.combine(who, Arbitraries.of(releases)).as((some, release) -> new Activation(some, release.tag()))
            .list().ofMaxSize(4);
    }

    private static Arbitrary<Release> releases() {
        Arbitrary<List<Patch>> patches = Combinators.combine(sha256(), contents()).as((sha, content) -> new Patch(sha.toString(), content))
            .list().ofMaxSize(3).uniqueElements(Patch::from);
        return Combinators.combine(tags(), Arbitraries.of(Archive.values()), contents().injectNull(0.3), makers().injectNull(0.3), patches)
            .filter(OrderPropertyTest::isRelease).as(Release::new);
    }

    private static boolean isRelease(String tag, Archive archive, Content content, Maker maker, List<Patch> patches) {
        return content != null || maker != null && patches.isEmpty();
    }

    private static Arbitrary<Content> contents() {
        Arbitrary<InfoHash> hashes = Arbitraries.bytes().array(byte[].class).ofSize(InfoHash.LENGTH).map(InfoHash::of);
        return Combinators.combine(hashes, sha256(), Arbitraries.longs().greaterOrEqual(0)).as(Content::new);
    }

    private static Arbitrary<InfoSha256> sha256() {
        return Arbitraries.bytes().array(byte[].class).ofSize(InfoSha256.LENGTH).map(InfoSha256::of);
    }

    private static Arbitrary<Maker> makers() {
        return Combinators.combine(names().list().ofMinSize(1).ofMaxSize(3).uniqueElements(), paths(), Arbitraries.of(true, false),
            Arbitraries.of(true, false), Arbitraries.integers().between(0, 10_000), Arbitraries.of(Stream.of(0, 1 << 14, 1 << 22).toList()),
            tags().list().ofMaxSize(3).uniqueElements()).as(Maker::new);
    }
}
