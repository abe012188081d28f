package murder.order;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.trust.AllowedSigners;
import murder.trust.SshPrivateKey;

/** Orders, and keys that sign them. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    static final String FLEET = "tracker.example:8998";
    static final String BASE = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private Samples() {}

    static SshPrivateKey key() {
        return SshPrivateKey.generate(new SecureRandom());
    }

    static OrderPolicy policy(SshPrivateKey key) throws IOException {
        return new OrderPolicy(AllowedSigners.parse("release@example.com " + key.publicKey()), FLEET);
    }

    static Content content(long number) {
        return new Content(new InfoHash(number, 2, 3), new InfoSha256(number, 5, 6, 7), 1_000_000 + number);
    }

    static Maker maker() {
        return new Maker(List.of("seed1", "seed2"), "/srv/build", false, true, 500, 1 << 20, List.of("build-41"));
    }

    /** Has all that an order may have. */
    static Order order(long serial) {
        Release old = new Release("build-41", Archive.TGZ, content(41), null, List.of());
        Release made = new Release("build-42", Archive.TREE, content(42), maker(), List.of(new Patch(BASE, content(4142))));
        Release unmade = new Release("build-43", Archive.TAR, null, maker(), List.of());
        List<Activation> active = List.of(new Activation(new Who.Names(List.of("host1", "host2")), "build-42"),
            new Activation(new Who.Zone("rack 7"), "build-42"), new Activation(new Who.Share(100), "build-42"),
            new Activation(new Who.All(), "build-41"));
        return new Order(FLEET, serial, NOW, NOW.plus(Duration.ofDays(7)), false, "fedcba9876543210", List.of(
            new Target("/opt/app/releases", Layout.TAG, "/opt/app/current", 5, false, true, List.of(old, made, unmade), active),
            new Target("/opt/tool", Layout.BARE, "", 0, true, false, true, List.of(old), List.of()),
            new Target("/opt/files", Layout.FILE, "", 0, false, false, List.of(), List.of())));
    }

    static Order with(Order order, String fleet, long serial, Instant made, Instant until) {
        return new Order(fleet, serial, made, until, order.ended(), order.key(), order.targets());
    }
}
