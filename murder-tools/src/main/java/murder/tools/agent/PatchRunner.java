package murder.tools.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import murder.delta.Growth;
import murder.engine.TorrentException;
import murder.engine.TorrentStatistics;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Release;
import murder.order.Target;
import murder.tools.agent.HeldPatch.Stand;

/**
 * Carries out the work for patches beside other work: looks at the active release, makes a patch,
 * and drops it. After any failure the host fetches the whole payload. For the agent's main thread.
 */
final class PatchRunner {
    /** A patch that goes before the payload must be shorter by this factor: the payload waits. */
    private static final int SMALL = 10;

    private final Ledger ledger;
    private final PatchJobs jobs;
    private final Payloads payloads;
    private final Transfers transfers;
    private final Workers workers;
    private final Consumer<String> log;
    /** By payload that is being fetched. */
    private final Map<InfoSha256, Patience> patience = new HashMap<>();
    /** Copies for releases whose patches are on their way. */
    private final Map<ReleaseKey, AtomicReference<Growth>> copies = new HashMap<>();

    /** The name of this work in {@link Workers}, beside the work for a release. */
    private record Beside(ReleaseKey key, Class<? extends Step> step) {
        // By hand: each agent needs them, and the first call of generated ones takes 20 ms.

        @Override
        public boolean equals(Object other) {
            return other instanceof Beside beside && key.equals(beside.key) && step == beside.step;
        }

        @Override
        public int hashCode() {
            return key.hashCode() * 31 + step.hashCode();
        }
    }

    PatchRunner(Ledger ledger, PatchJobs jobs, Payloads payloads, Transfers transfers, Workers workers, Consumer<String> log) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.payloads = payloads;
        this.transfers = transfers;
        this.workers = workers;
        this.log = log;
    }

    void look(Step.LookAtBase step) {
        Path place = ledger.trace(step.key()).place();
        ledger.view().setBase(new Base(step.key(), step.content(), false, true));
        workers.begin(false, new Beside(step.key(), Step.LookAtBase.class), () -> {
            boolean isIntact = jobs.isIntact(place, step.content());
            return () -> {
                if (!isIntact) {
                    log.accept("no patch can be used: " + place + " was changed since it was put there");
                }
                ledger.view().setBase(new Base(step.key(), step.content(), isIntact, false));
            };
        }, why -> {
            log.accept("no patch can be used: " + why.getMessage());
            ledger.view().setBase(new Base(step.key(), step.content(), false, false));
        });
    }

    /** The path of the base of patches. */
    Path old(String destination) {
        return ledger.trace(ledger.view().base(destination).key()).place();
    }

    void make(Step.MakePatch step) {
        ReleaseKey key = step.key();
        Path old = ledger.trace(step.base()).place();
        ledger.show(ledger.of(key).withPatch(HeldPatch.of(Stand.MAKING, null)));
        workers.begin(false, new Beside(key, Step.MakePatch.class), () -> {
            PatchJobs.Made made = jobs.make(key, step.release(), old, step.from());
            return () -> onMade(key, made);
        }, why -> refuse(key, null, why.getMessage()));
    }

    private void onMade(ReleaseKey key, PatchJobs.Made made) {
        try {
            transfers.seedOnceNamed(made.metainfo(), made.file(), false); // Strangers have no release that it leads from.
            ledger.show(ledger.of(key).withPatch(new HeldPatch(Stand.MADE, made.patch(), made.source())));
            log.accept("made a patch to " + key.tag() + ", " + made.patch().content().length() + " bytes");
            settle(key);
        } catch (IOException | TorrentException e) {
            refuse(key, made.patch(), e.getMessage());
        }
    }

    /** Decides whether the patch is useful, after both the payload and the patch are made. */
    void settle(ReleaseKey key) throws IOException {
        Holding now = ledger.of(key);
        HeldPatch held = now.patch();
        if (held == null || !held.is(Stand.MADE) || !now.isMade()) {
            return;
        }
        long bytes = held.patch().content().length();
        if (!payloads.fingerprint(now.payload().infoSha256()).equals(held.source())) {
            refuse(key, held.patch(), "its source has changed since");
        } else if (!PatchPlan.isWorth(bytes, now.payload().length())) {
            refuse(key, held.patch(), "its " + bytes + " bytes are more than half of the payload's " + now.payload().length());
        } else if (bytes <= now.payload().length() / SMALL) {
            transfers.sendFirst(held.patch().content().infoSha256(), now.payload().infoSha256());
        }
    }

    /** The host fetches the whole payload. @param patch null if there is none yet */
    void refuse(ReleaseKey key, Patch patch, String why) {
        log.accept("the patch to " + key.tag() + " is not used: " + why);
        ledger.show(ledger.of(key).withPatch(HeldPatch.of(Stand.REFUSED, patch)));
        if (patch != null) {
            delete(key, patch.content().infoSha256(), "patch");
        }
    }

    /** No order names it any more. */
    void drop(ReleaseKey key) {
        HeldPatch held = ledger.of(key).patch();
        ledger.show(ledger.of(key).withPatch(null));
        // Ends the work on the patch, so that the agent can continue its plan.
        workers.begin(true, new Beside(key, Step.MakePatch.class), () -> () -> { }, why -> { });
        if (held != null && held.patch() != null) {
            delete(key, held.patch().content().infoSha256(), "patch");
        }
    }

    /**
     * A host that may get a patch holds the payload back for a while. If the patch comes, the host
     * copies what it does not change. Call it regularly.
     */
    void onFetching(Order order, Holding holding, TorrentStatistics now, long nowNs) {
        InfoSha256 info = holding.worksOn().infoSha256();
        Target target = order.target(holding.key().destination());
        Release release = target == null ? null : target.release(holding.key().tag());
        boolean isPayload = release != null && holding.worksOn().equals(release.content());
        if (release != null && !isPayload) {
            copy(holding.key(), target, release, transfers.metainfo(info));
        }
        if (!isPayload || !new PatchPlan(target, release, holding, ledger.view(), false).mayCome()) {
            transfers.holdBack(info, false);
            return;
        }
        if (!patience.containsKey(info)) {
            patience.put(info, new Patience());
        }
        transfers.holdBack(info, patience.get(info).holdsBack(now.downloadedBytes(), now.length(), nowNs));
    }

    /** @param patch its torrent; null if that is not here yet */
    private void copy(ReleaseKey key, Target target, Release release, Metainfo patch) {
        if (patch == null || copies.containsKey(key)) {
            return;
        }
        AtomicReference<Growth> begun = new AtomicReference<>();
        copies.put(key, begun);
        byte[] same = patch.attachment();
        if (same.length == 0) {
            return;
        }
        Path old = old(key.destination());
        Ledger.Trace known = ledger.trace(key);
        Jobs.Announced announced = growing -> workers.inMain(() -> ledger.put(ledger.of(key), growing));
        // The next step of this release ends it.
        workers.begin(false, key, () -> {
            jobs.copy(key, target, release, same, old, known, announced, begun);
            return () -> { };
        }, why -> log.accept("the files that a patch does not change were not copied before it came: " + why.getMessage()));
    }

    /**
     * The copies that were made while a patch came. They are complete once the next step of the
     * release runs.
     *
     * @return null in it for none
     */
    AtomicReference<Growth> takeCopies(ReleaseKey key) {
        AtomicReference<Growth> taken = copies.remove(key);
        return taken == null ? new AtomicReference<>() : taken;
    }

    /** Deletes a patch or a payload, unless another release has the same one. @param what it is */
    void delete(ReleaseKey key, InfoSha256 info, String what) {
        for (Holding each : ledger.view().holdings()) {
            if (!each.key().equals(key) && each.uses(info)) {
                return;
            }
        }
        transfers.stop(info);
        patience.remove(info);
        try {
            payloads.delete(info);
        } catch (IOException e) {
            log.accept("the " + what + " " + info + " could not be deleted: " + e);
        }
    }

    /** Removes payloads and patches that neither this host nor the order names any more. */
    void sweep(Order order) {
        Set<InfoSha256> wanted = new HashSet<>();
        for (Holding each : ledger.view().holdings()) {
            if (each.payload() != null) {
                wanted.add(each.payload().infoSha256());
            }
        }
        for (Target target : order.targets()) {
            for (Release release : target.releases()) {
                if (release.content() != null) {
                    wanted.add(release.content().infoSha256());
                }
                release.patches().forEach(patch -> wanted.add(patch.content().infoSha256()));
            }
        }
        try {
            payloads.sweep(wanted);
        } catch (IOException e) {
            log.accept("old payloads could not be deleted: " + e);
        }
    }

    /** Ends all. */
    void close() {
        for (Holding each : ledger.view().holdings()) {
            if (each.patch() != null && each.patch().patch() != null) {
                transfers.stop(each.patch().patch().content().infoSha256());
            }
        }
    }
}
