package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.FleetNews;
import murder.tracker.FleetTable;
import murder.tracker.SwarmOptions;
import murder.tracker.SwarmTable;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;

/** The extra cost of a report in a sealed announce. */
class AnnounceCostTest {
    private static final int AGENTS = 200;
    private static final int ROUNDS = 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final SwarmKey KEY = SwarmKey.of(new byte[SwarmKey.LENGTH]);

    private final PeerAddress source = PeerAddress.ofIpv4(0x7f000001, 4711);
    private final SharedTable table = new SharedTable(new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(1)), () -> 0);
    private final Fleet fleet = new Fleet("web", List.of(KEY), SwarmOptions.defaults(),
        new FleetBoard(new FleetTable(FleetTable.MAX_AGENTS, 0), () -> 0));

    private String sealed(Seal.Maker maker, int agent, FleetNews news) throws Exception {
        AnnounceRequest request = AnnounceRequest.of(KEY.controlName("web"), new PeerId(agent, 0, 0), 6881, 1).withNumWant(30);
        return maker.seal(KEY, AnnounceQuery.format(Secrecy.encrypt(request.withNews(news), KEY)), InetAddress.getByName("127.0.0.1"));
    }

    private int answer(String raw) throws Exception {
        Query query = Query.parse(raw);
        AnnounceRequest request = AnnounceQuery.parse(query);
        PeerAddress peer = fleet.seals().source(raw, query, request, source);
        return Replies.announce(request, fleet.onAnnounce(request, peer, table.announce(request, peer, source))).length;
    }

    private long bytesEach(byte[] report) throws Exception {
        AtomicLong now = new AtomicLong(System.currentTimeMillis());
        Seal.Maker maker = new Seal.Maker() {
            @Override
            long epochMs() {
                return now.incrementAndGet();
            }
        };
        long allocated = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                if (report.length > 0) {
                    report[0] = (byte) round;
                }
                int id = agent + AGENTS * Integer.signum(report.length);
                String raw = sealed(maker, id, report.length == 0 ? FleetNews.NONE : new FleetNews(-1, report));
                long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                assertThat(answer(raw)).isPositive();
                // The first round enters the agents.
                allocated += round == 0 ? 0 : THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            }
        }
        return allocated / ((ROUNDS - 1) * AGENTS);
    }

    /** Decryption takes most of it: the JDK makes new tables for each key. */
    @Test
    void reportAddsLittle() throws Exception {
        long without = bytesEach(new byte[0]);
        long with = bytesEach(new byte[300]);
        assertThat(with - without).as("bytes allocated, %d without a report", without).isBetween(300L, 16_000L);
    }
}
