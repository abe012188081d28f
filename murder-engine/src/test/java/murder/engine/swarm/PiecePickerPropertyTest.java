package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import murder.wire.Bitfield;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PiecePickerPropertyTest {
    /** A peer of the model; full from the start or not. */
    private record Peer(Bitfield has, boolean countedFull) {
    }

    @Property(tries = 300)
    void alwaysPicksRarestPieceOfPeer(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int pieces) {
        SplittableRandom random = new SplittableRandom(seed);
        Bitfield have = new Bitfield(pieces);
        for (int i = random.nextInt(pieces + 1); i > 0; i--) {
            have.set(random.nextInt(pieces));
        }
        PiecePicker picker = new PiecePicker(have, new SplittableRandom(seed + 1));
        List<Peer> peers = new ArrayList<>();
        Set<Integer> missing = new HashSet<>();
        Set<Integer> taken = new HashSet<>();
        for (int i = have.nextClear(0); i >= 0; i = have.nextClear(i + 1)) {
            missing.add(i);
        }
        for (int step = 0; step < 150; step++) {
            Peer peer = peers.isEmpty() ? null : peers.get(random.nextInt(peers.size()));
            switch (random.nextInt(7)) {
                case 0 -> {
                    Peer joined = new Peer(new Bitfield(pieces), random.nextInt(4) == 0);
                    if (joined.countedFull) {
                        joined.has.setAll();
                        picker.onFullPeer();
                    }
                    peers.add(joined);
                }
                case 1 -> {
                    if (peer != null) {
                        peers.remove(peer);
                        if (peer.countedFull) {
                            picker.onFullPeerLost();
                        } else {
                            for (int i = peer.has.nextSet(0); i >= 0; i = peer.has.nextSet(i + 1)) {
                                picker.onHaveLost(i);
                            }
                        }
                    }
                }
                case 2, 3, 4 -> {
                    int piece = random.nextInt(pieces);
                    if (peer != null && peer.has.set(piece)) {
                        picker.onHave(piece);
                    }
                }
                case 5 -> {
                    int piece = peer == null ? -1 : picker.pick(peer.has);
                    if (piece >= 0) {
                        picker.take(piece);
                        missing.remove(piece);
                        taken.add(piece);
                    }
                }
                default -> {
                    if (!taken.isEmpty()) {
                        int piece = taken.iterator().next();
                        taken.remove(piece);
                        missing.add(piece);
                        picker.giveBack(piece);
                    }
                }
            }
            picker.checkInvariants();
            assertThat(picker.missingCount()).isEqualTo(missing.size());
            assertThat(picker.reachableCount())
                .isEqualTo((int) missing.stream().filter(piece -> peers.stream().anyMatch(p -> p.has.get(piece))).count());
            for (int piece = 0; piece < pieces; piece++) {
                int at = piece;
                assertThat(picker.isMissing(piece)).isEqualTo(missing.contains(piece));
                assertThat(picker.availability(piece)).isEqualTo((int) peers.stream().filter(p -> p.has.get(at)).count());
            }
            for (Peer any : peers) {
                int rarest = missing.stream().filter(any.has::get).mapToInt(picker::availability).min().orElse(-1);
                int picked = picker.pick(any.has);
                assertThat(picked < 0 ? -1 : picker.availability(picked)).isEqualTo(rarest);
            }
        }
    }

    @Property(tries = 20)
    void breaksTiesAtRandom(@ForAll long seed) {
        Set<Integer> first = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            PiecePicker picker = new PiecePicker(new Bitfield(8), new SplittableRandom(seed + i));
            Bitfield all = new Bitfield(8);
            all.setAll();
            picker.onFullPeer();
            first.add(picker.pick(all));
        }
        assertThat(first).hasSizeGreaterThan(3);
    }
}
