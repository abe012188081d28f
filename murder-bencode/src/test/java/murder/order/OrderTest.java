package murder.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.Limits;
import murder.trust.ReleasePolicy;
import murder.trust.Signer;
import murder.trust.SshPrivateKey;
import murder.trust.TrustException;
import murder.trust.TrustException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderTest {
    private static final Order ORDER = Samples.order(42);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private SshPrivateKey key;
    private OrderPolicy policy;
    private SignedOrder signed;

    @BeforeEach
    void sign() throws Exception {
        key = Samples.key();
        policy = Samples.policy(key);
        signed = SignedOrder.sign(ORDER, key);
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String problem) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TrustException.class, e -> assertThat(e.reason()).isEqualTo(reason))
            .hasMessageContaining(problem);
    }

    private void assertRefused(SignedOrder order, Instant now, long lastSerial, Reason reason, String problem) {
        assertRefused(() -> order.check(policy, now, lastSerial), reason, problem);
    }

    private static byte[] message(SignedOrder order) throws Exception {
        return BencodeReader.read(order.bytes(), Limits.MESSAGE).asDictionary().string("order").orElseThrow().bytes();
    }

    // ---- signed

    @Test
    void acceptsAllowedSigner() throws Exception {
        SignedOrder read = SignedOrder.parse(signed.bytes());
        assertThat(read.order()).isEqualTo(ORDER);
        assertThat(read.bytes()).isEqualTo(signed.bytes()).hasSizeLessThan(2500);
        assertThat(read.check(policy, Samples.NOW, -1)).isEqualTo(ORDER);
        assertThat(read.check(policy, Samples.NOW, 42)).isEqualTo(ORDER);
    }

    @Test
    void signedBytesAreTheOrderAlone() throws Exception {
        assertThat(key.sign("murder-order", message(signed))).hasToString(
            BencodeReader.read(signed.bytes(), Limits.MESSAGE).asDictionary().string("signature").orElseThrow().text());
        assertThat(new String(message(signed), StandardCharsets.ISO_8859_1)).startsWith("d5:endedi0e5:fleet20:tracker.example:8998");
    }

    @Test
    void refusesUnsignedOrders() throws Exception {
        BencodeString message = BencodeString.of(message(signed));
        for (BencodeDictionary unsigned : List.of(BencodeDictionary.of(Map.of("order", message)),
            BencodeDictionary.of(Map.of("order", message, "signature", BencodeString.of(""))))) {
            assertRefused(() -> SignedOrder.parse(unsigned.encode()), Reason.UNSIGNED, "it is not signed");
        }
    }

    @Test
    void refusesUnknownKeys() throws Exception {
        SshPrivateKey stranger = Samples.key();
        assertRefused(SignedOrder.sign(ORDER, stranger), Samples.NOW, -1, Reason.UNKNOWN_KEY, stranger.publicKey().fingerprint());
    }

    @Test
    void checksSignersOfVerifiedOrder() throws Exception {
        signed.check(policy, Samples.NOW, -1);
        assertRefused(() -> signed.check(Samples.policy(Samples.key()), Samples.NOW, -1), Reason.UNKNOWN_KEY,
            key.publicKey().fingerprint());
    }

    @Test
    void ordersAreInTheirBytes() throws Exception {
        assertThat(signed.isIn(SignedOrder.parse(signed.bytes()).bytes())).isTrue();
        assertThat(signed.isIn(SignedOrder.sign(Samples.order(43), key).bytes())).isFalse();
    }

    @Test
    void refusesTheSignatureOfAnotherOrder() throws Exception {
        SignedOrder other = SignedOrder.sign(Samples.order(43), key);
        BencodeDictionary parts = BencodeReader.read(signed.bytes(), Limits.MESSAGE).asDictionary();
        byte[] swapped = BencodeDictionary.of(Map.of("order", BencodeString.of(message(other)), "signature", parts.get("signature")))
            .encode();
        assertRefused(SignedOrder.parse(swapped), Samples.NOW, -1, Reason.WRONG_SIGNATURE, "it was changed");
    }

    @Test
    void refusesSignaturesForOtherUses() throws Exception {
        byte[] other = BencodeDictionary.of(Map.of("order", BencodeString.of(message(signed)), "signature",
            BencodeString.of(key.sign("murder", message(signed)).toString()))).encode();
        assertRefused(SignedOrder.parse(other), Samples.NOW, -1, Reason.WRONG_SIGNATURE, "another use");
    }

    @Test
    void refusesOtherFleets() throws Exception {
        Order other = Samples.with(ORDER, "other", 42, ORDER.made(), ORDER.until());
        assertRefused(SignedOrder.sign(other, key), Samples.NOW, -1, Reason.OTHER_FLEET, "the fleet 'other', not '" + Samples.FLEET);
    }

    @Test
    void clocksMayDifferByFiveMinutes() throws Exception {
        Instant late = ORDER.until().plus(ReleasePolicy.CLOCK_TOLERANCE);
        signed.check(policy, late, -1);
        assertRefused(signed, late.plus(SECOND), -1, Reason.EXPIRED, "it expired at " + ORDER.until());
        Instant early = ORDER.made().minus(ReleasePolicy.CLOCK_TOLERANCE);
        signed.check(policy, early, -1);
        assertRefused(signed, early.minus(SECOND), -1, Reason.FROM_THE_FUTURE, "look at the clocks");
    }

    @Test
    void refusesOlderSerials() {
        assertRefused(signed, Samples.NOW, 43, Reason.OLDER, "serial 42 is older than 43");
    }

    @Test
    void refusesInvalidOrder() {
        for (String text : new String[] {"", "nonsense", "de", "d5:order2:dee", "d5:order0:9:signature1:xe", "i1e", "d5:orderi1ee",
            "d5:order10:d7:versione9:signature1:xe", "d5:order15:d7:versioni2eee9:signature1:xe"}) {
            assertRefused(() -> SignedOrder.parse(text.getBytes(StandardCharsets.ISO_8859_1)), Reason.MALFORMED, "it is no order: ");
        }
        assertRefused(() -> SignedOrder.parse(new byte[SignedOrder.MAX_BYTES + 1]), Reason.MALFORMED, "more than 16384 bytes");
    }

    @Test
    void refusesUnknownKeysOfDictionaries() throws Exception {
        byte[] message = message(signed);
        String text = new String(message, StandardCharsets.ISO_8859_1);
        byte[] more = (text.substring(0, text.length() - 1) + "1:zi1ee").replace("7:versioni1e1:z", "7:versioni1e8:versionz")
            .getBytes(StandardCharsets.ISO_8859_1);
        byte[] changed = BencodeDictionary.of(Map.of("order", BencodeString.of(more), "signature",
            BencodeString.of(key.sign("murder-order", more).toString()))).encode();
        assertRefused(() -> SignedOrder.parse(changed), Reason.MALFORMED, "keys or values that no order has");
    }

    @Test
    void closedTargetsHaveOneEncoding() throws Exception {
        String text = new String(message(signed), StandardCharsets.ISO_8859_1);
        assertThat(text).containsOnlyOnce("4:openi1e");
        byte[] changed = text.replace("4:openi1e", "4:openi0e").getBytes(StandardCharsets.ISO_8859_1);
        byte[] resigned = BencodeDictionary.of(Map.of("order", BencodeString.of(changed), "signature",
            BencodeString.of(key.sign("murder-order", changed).toString()))).encode();
        assertRefused(() -> SignedOrder.parse(resigned), Reason.MALFORMED, "keys or values that no order has");
    }

    @Test
    void longOrdersAreNotSigned() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            names.add("host-with-a-long-name-" + i);
        }
        Target target = new Target("/opt/app", Layout.TAG, "", 0, false, false, ORDER.targets().get(0).releases(),
            List.of(new Activation(new Who.Names(names), "build-41")));
        Order order = new Order(Samples.FLEET, 1, ORDER.made(), ORDER.until(), false, List.of(target));
        assertThatThrownBy(() -> SignedOrder.sign(order, key)).hasMessageContaining("more than 16384; hold fewer releases");
    }

    @Test
    void badSignersAreNoticedAtOnce() {
        Signer liar = (namespace, message) -> key.sign(namespace, new byte[] {1});
        assertThatThrownBy(() -> SignedOrder.sign(ORDER, liar)).hasMessageContaining("is not right");
    }

    @Test
    void serialGrowsWithTime() {
        assertThat(Order.serialAfter(-1, Instant.ofEpochMilli(1000))).isEqualTo(1000);
        assertThat(Order.serialAfter(5000, Instant.ofEpochMilli(1000))).isEqualTo(5001);
    }

    // ---- who

    @Test
    void firstActivationThatMatchesCounts() {
        Target target = ORDER.targets().get(0);
        assertThat(target.activeOn("host2", "")).isEqualTo("build-42");
        assertThat(target.activeOn("host9", "rack 7")).isEqualTo("build-42");
        assertThat(target.activeOn("host9", "rack 8")).isEqualTo(Who.Share.drawOf("host9") < 100 ? "build-42" : "build-41");
        assertThat(ORDER.targets().get(1).activeOn("host2", "")).isEmpty();
        assertThat(target.release("build-43").content()).isNull();
        assertThat(target.release("build-44")).isNull();
    }

    @Test
    void largerShareHoldsSmallerOne() {
        int[] counts = new int[3];
        for (int i = 0; i < 10_000; i++) {
            String name = "host" + i;
            boolean tenth = new Who.Share(100).matches(name, "");
            boolean half = new Who.Share(500).matches(name, "");
            assertThat(half || !tenth).isTrue();
            assertThat(new Who.Share(0).matches(name, "")).isFalse();
            assertThat(new Who.Share(1000).matches(name, "")).isTrue();
            counts[0] += tenth ? 1 : 0;
            counts[1] += half ? 1 : 0;
        }
        assertThat(counts[0]).isBetween(900, 1100);
        assertThat(counts[1]).isBetween(4800, 5200);
    }

    // ---- rules

    private static void assertNone(ThrowingCallable call, String problem) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(problem);
    }

    @Test
    void pathsAreAbsoluteAndPlain() {
        for (String path : new String[] {"", "opt", "/", "/opt/", "//opt", "/opt/../etc", "/opt/./a", "/..", "/opt//a"}) {
            assertNone(() -> new Target(path, Layout.TAG, "", 0, false, false, List.of(), List.of()), "no absolute path");
            if (!path.isEmpty()) {
                assertNone(() -> new Target("/opt", Layout.TAG, path, 0, false, false, List.of(), List.of()), "no absolute path");
            }
        }
        assertNone(() -> new Target("/opt/a\nb", Layout.TAG, "", 0, false, false, List.of(), List.of()), "control characters");
        assertNone(() -> new Target("/" + "a".repeat(4096), Layout.TAG, "", 0, false, false, List.of(), List.of()), "more than 4096");
    }

    @Test
    void tagsAreNamesOfDirectories() {
        for (String tag : new String[] {"", ".", "..", "a/b", "a\\b", "a\0b", "x".repeat(256)}) {
            assertThatThrownBy(() -> new Release(tag, Archive.TGZ, Samples.content(1), null, List.of())).as(tag)
                .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void releasesHaveContentOrMaker() {
        assertNone(() -> new Release("a", Archive.TGZ, null, null, List.of()), "neither content nor maker");
        Patch patch = new Patch(Samples.BASE, Samples.content(1));
        assertNone(() -> new Release("a", Archive.TGZ, null, Samples.maker(), List.of(patch)), "patches but no content");
        assertNone(() -> new Release("a", Archive.TGZ, Samples.content(1), null, List.of(patch, patch)), "two patches from");
        assertNone(() -> new Patch(Samples.BASE.toUpperCase(), Samples.content(1)), "64 lower-case");
        assertNone(() -> new Content(Samples.content(1).infoHash(), Samples.content(1).infoSha256(), -1), "negative length");
    }

    @Test
    void listsHaveNothingTwice() {
        Release release = new Release("a", Archive.TGZ, Samples.content(1), null, List.of());
        assertNone(() -> new Target("/a", Layout.TAG, "", 0, false, false, List.of(release, release), List.of()), "two releases");
        Target target = new Target("/a", Layout.TAG, "", 0, false, false, List.of(release), List.of());
        assertNone(() -> new Order("f", 1, ORDER.made(), ORDER.until(), false, List.of(target, target)), "two targets");
        assertNone(() -> new Who.Names(List.of("a", "a")), "'a' twice");
    }

    @Test
    void activeTagNeedsItsRelease() {
        assertNone(() -> new Target("/a", Layout.TAG, "", 0, false, false, List.of(), List.of(new Activation(new Who.All(), "a"))),
            "is to be active, but is no release");
    }

    @Test
    void numbersHaveLimits() {
        assertNone(() -> new Who.Share(1001), "1001 permille");
        assertNone(() -> new Who.Names(List.of()), "0 names");
        assertNone(() -> new Maker(List.of("a"), "/a", false, false, 0, 5000, List.of()), "power of two");
        assertNone(() -> new Maker(List.of("a"), "/a", false, false, -1, 0, List.of()), "negative number of hosts");
        assertNone(() -> new Target("/a", Layout.TAG, "", -1, false, false, List.of(), List.of()), "negative");
        assertNone(() -> new Order("f", 1, ORDER.made(), ORDER.until(), false, "0123", List.of()), "16 lower-case hexadecimal digits");
        assertNone(() -> new Order("f", -1, ORDER.made(), ORDER.until(), false, List.of()), "negative serial");
        assertNone(() -> new Order("f", 1, ORDER.until(), ORDER.made(), false, List.of()), "made before it ends");
        assertNone(() -> new Order("f", 1, ORDER.made(), Instant.MAX, false, List.of()), "made before it ends");
    }
}
