package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AddressRange;
import murder.tracker.AnnounceRequest;
import murder.tracker.IpLiteral;
import murder.tracker.SealTimes;
import murder.tracker.SwarmOptions;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final PeerAddress HOST = IpLiteral.parse("10.0.0.7", 4711);
    private static final SwarmKey KEY = key(1);
    private static final AnnounceRequest REQUEST =
        AnnounceRequest.of(new InfoHash(1, 2, 3), PeerId.random(new Random(1)), 6881, 5);

    private final AtomicLong memberMs = new AtomicLong(NOW_MS);
    private final AtomicLong trackerMs = new AtomicLong(NOW_MS);
    private final Seal.Maker maker = maker();
    private Seal.Check check;

    @BeforeEach
    void check() {
        check = check(SwarmOptions.defaults(), KEY);
    }

    private Seal.Check check(SwarmOptions options, SwarmKey... keys) {
        return new Seal.Check(List.of(keys), options, trackerMs::get);
    }

    private Seal.Maker maker() {
        return new Seal.Maker() {
            @Override
            long epochMs() {
                return memberMs.get();
            }
        };
    }

    private static SwarmKey key(int first) {
        byte[] bytes = new byte[SwarmKey.LENGTH];
        bytes[0] = (byte) first;
        return SwarmKey.of(bytes);
    }

    private String sealed(AnnounceRequest request) throws Exception {
        return maker.seal(KEY, AnnounceQuery.format(request), InetAddress.getByName("10.0.0.7"));
    }

    private PeerAddress accept(String raw, PeerAddress source) throws TrackerException {
        Query query = Query.parse(raw);
        return check.source(raw, query, AnnounceQuery.parse(query), source);
    }

    private void assertRefused(String raw, PeerAddress source, String why) {
        assertThatThrownBy(() -> accept(raw, source)).isInstanceOfSatisfying(TrackerException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.NOT_A_MEMBER);
            assertThat(e).hasMessageContaining(why);
        });
    }

    @Test
    void memberPasses() throws Exception {
        assertThat(accept(sealed(REQUEST), HOST)).isEqualTo(HOST);
    }

    @Test
    void announceWithoutSealIsRefused() {
        assertRefused(AnnounceQuery.format(REQUEST), HOST, "has no seal");
        assertRefused(AnnounceQuery.format(REQUEST) + "&seal=", HOST, "has no seal");
        assertRefused(AnnounceQuery.format(REQUEST) + "&seal=" + "g".repeat(64), HOST, "has no seal");
    }

    @Test
    void eachChangedCharacterIsRefused() throws Exception {
        String raw = sealed(REQUEST.withIp(IpLiteral.parse("10.0.0.7", 0)).withZone("r1"));
        for (int i = 0; i < raw.length(); i++) {
            char other = raw.charAt(i) == '0' ? '1' : '0';
            String changed = raw.substring(0, i) + other + raw.substring(i + 1);
            assertThatThrownBy(() -> accept(changed, HOST)).as(changed).isInstanceOf(TrackerException.class);
        }
    }

    @Test
    void parameterBehindSealIsRefused() throws Exception {
        String raw = sealed(REQUEST);
        assertRefused(raw + "&port=1", HOST, "has no seal");
        assertRefused(raw + raw.substring(raw.indexOf("&seal=")), HOST, "sealed with another key or changed");
    }

    @Test
    void copyIsRefused() throws Exception {
        String raw = sealed(REQUEST);
        accept(raw, HOST);
        assertRefused(raw, HOST, "was here before");
        String later = sealed(REQUEST);
        accept(later, HOST);
        assertRefused(raw, HOST, "was here before");
    }

    @Test
    void restartedTrackerRefusesForeignCopy() throws Exception {
        String raw = sealed(REQUEST);
        assertRefused(raw, IpLiteral.parse("10.0.0.8", 4711), "--trust-ip");
    }

    @Test
    void gatewayThatIsTrustedPasses() throws Exception {
        check = check(SwarmOptions.builder().trusted(List.of(AddressRange.parse("192.168.0.0/16"))).build(), KEY);
        PeerAddress gateway = IpLiteral.parse("192.168.3.4", 99);
        assertThat(accept(sealed(REQUEST), gateway)).isEqualTo(gateway);
    }

    @Test
    void announcedAddressCounts() throws Exception {
        PeerAddress outside = IpLiteral.parse("192.168.3.4", 0);
        assertThat(accept(sealed(REQUEST.withIp(outside)), HOST).withPort(0)).isEqualTo(outside);
        assertThat(accept(sealed(REQUEST.withIp(outside)), outside).withPort(0)).isEqualTo(outside);
    }

    @Test
    void clocksMayDifferByFiveMinutes() throws Exception {
        for (long offMs : new long[] {-SealTimes.TOLERANCE_MS, SealTimes.TOLERANCE_MS}) {
            memberMs.set(NOW_MS + offMs);
            check = check(SwarmOptions.defaults(), KEY);
            Seal.Maker other = maker();
            accept(other.seal(KEY, AnnounceQuery.format(REQUEST), InetAddress.getByName("10.0.0.7")), HOST);
        }
    }

    @Test
    void namesWrongClock() throws Exception {
        memberMs.set(NOW_MS - SealTimes.TOLERANCE_MS - 1000);
        assertRefused(sealed(REQUEST), HOST, "301 s behind");
        memberMs.set(NOW_MS + SealTimes.TOLERANCE_MS + 5000);
        assertRefused(sealed(REQUEST), HOST, "305 s ahead of");
    }

    @Test
    void clockSetBackDoesNoHarm() throws Exception {
        accept(sealed(REQUEST), HOST);
        memberMs.set(NOW_MS - 60_000);
        assertThatCode(() -> accept(sealed(REQUEST), HOST)).doesNotThrowAnyException();
        // It was so far ahead that the tracker refused it, and is right now.
        memberMs.set(NOW_MS + 3_600_000);
        assertRefused(sealed(REQUEST), HOST, "ahead of");
        memberMs.set(NOW_MS + 10_000);
        trackerMs.set(NOW_MS + 10_000);
        assertThatCode(() -> accept(sealed(REQUEST), HOST)).doesNotThrowAnyException();
    }

    @Test
    void oldAndNewKeyAreValid() throws Exception {
        check = check(SwarmOptions.defaults(), key(2), KEY);
        accept(sealed(REQUEST), HOST);
        accept(maker.seal(key(2), AnnounceQuery.format(REQUEST), InetAddress.getByName("10.0.0.7")), HOST);
        assertRefused(maker.seal(key(3), AnnounceQuery.format(REQUEST), InetAddress.getByName("10.0.0.7")), HOST, "another key");
    }

    @Test
    void forgetsMembersAfterTheirCopiesExpire() throws Exception {
        SealTimes times = new SealTimes(1);
        times.accept(REQUEST, NOW_MS, NOW_MS);
        AnnounceRequest second = AnnounceRequest.of(REQUEST.infoHash(), PeerId.random(new Random(2)), 1, 1);
        assertThatThrownBy(() -> times.accept(second, NOW_MS, NOW_MS)).isInstanceOfSatisfying(TrackerException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.TRACKER_FULL));
        long later = NOW_MS + SealTimes.TOLERANCE_MS + 1;
        times.accept(second, later, later);
        assertThatThrownBy(() -> times.accept(REQUEST, NOW_MS, later)).hasMessageContaining("behind");
    }
}
