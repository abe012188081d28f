package murder.tools.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import murder.delta.Growth;
import murder.engine.TorrentException;
import murder.engine.TorrentProgress;
import murder.engine.TorrentStatistics;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Target;
import murder.tools.agent.Holding.Work;
import murder.tools.host.TreeRemoval;
import murder.tools.run.PageFaults;

/**
 * Carries out steps: starts them on other threads and writes their results to the ledger. Each
 * release has at most one running step. It interrupts a withdrawn step and ignores its result. For
 * the agent's main thread.
 */
final class StepRunner implements AutoCloseable {
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(30);
    /** How long work from before may fail after further roots were allowed. */
    private static final long OLD_ROOTS_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Ledger ledger;
    private final Jobs jobs;
    private final Payloads payloads;
    private final Transfers transfers;
    private final Consumer<String> log;
    private final Workers workers;
    private final PageFaults faults = new PageFaults();
    private final ProgressBook progress = new ProgressBook();
    private final PatchJobs patchJobs;
    private final PatchRunner patches;
    /** Releases that are being fetched or made by a patch. */
    private final Map<ReleaseKey, Patch> byPatch = new HashMap<>();
    private long rootsAllowedNs = System.nanoTime() - OLD_ROOTS_NS;

    StepRunner(Ledger ledger, Jobs jobs, PatchJobs patchJobs, Payloads payloads, Transfers transfers, Workers workers,
               Consumer<String> log) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.payloads = payloads;
        this.transfers = transfers;
        this.workers = workers;
        this.log = log;
        this.patchJobs = patchJobs;
        this.patches = new PatchRunner(ledger, patchJobs, payloads, transfers, workers, log);
    }

    Progress progress(ReleaseKey key) {
        return progress.of(key);
    }

    /** @param order that the step is of */
    void start(Step step, Order order) {
        if (step instanceof Step.LookAtBase look) {
            patches.look(look);
            return;
        } else if (step instanceof Step.MakePatch make) {
            patches.make(make);
            return;
        } else if (step instanceof Step.DropPatch drop) {
            patches.drop(drop.key());
            return;
        }
        progress(step.key()).begin(System.nanoTime());
        ledger.view().setFetched(step.key(), 0);
        byPatch.remove(step.key());
        AtomicReference<Growth> copies = patches.takeCopies(step.key());
        if (step instanceof Step.Make make) {
            make(make, order);
        } else if (step instanceof Step.Fetch fetch) {
            fetch(fetch, order);
        } else if (step instanceof Step.Unpack unpack) {
            unpack(unpack, copies, order);
        } else if (step instanceof Step.Activate activate) {
            activate(activate, order);
        } else if (step instanceof Step.Withdraw withdraw) {
            withdraw(withdraw, order);
        } else if (step instanceof Step.Remove remove) {
            remove(remove, order);
        }
    }

    private void make(Step.Make step, Order order) {
        Holding before = ledger.of(step.key());
        ledger.show(before.working(Work.MAKING, null));
        begin(false, step.key(), order, () -> {
            Jobs.Made made = jobs.make(step.key(), step.release(), before.isMade() ? before.payload() : null);
            return () -> {
                Progress times = progress(step.key());
                times.pack = made.again() ? 0 : times.seconds(System.nanoTime());
                onMade(step, made, before, order.serial());
            };
        });
    }

    private void onMade(Step.Make step, Jobs.Made made, Holding before, long serial) {
        ended(step.key(), serial, () -> {
            Content content = made.content();
            if (before.payload() != null && !before.payload().equals(content)) {
                patches.delete(step.key(), before.payload().infoSha256(), "payload");
            }
            transfers.seedOnceNamed(made.metainfo(), made.payload(), step.target().open());
            ledger.put(ledger.of(step.key()).idle().withPayload(content, serial), ledger.trace(step.key()));
            patches.settle(step.key());
            log.accept((made.again() ? "unchanged since it was packed: " : "packed ") + step.key().tag() + ", " + content.length()
                + " bytes, " + content.infoHash());
        });
    }

    /** A newer order counts. @param before null if there was none */
    void onOrder(Order before, Order order) {
        progress.onOrder(before);
        order.targets().forEach(target -> target.releases().forEach(release -> ended(new ReleaseKey(target.destination(), release.tag()),
            order.serial(), () -> transfers.onNamed(release))));
    }

    private void fetch(Step.Fetch step, Order order) {
        Content content = step.content();
        Holding before = ledger.of(step.key());
        if (transfers.isComplete(content.infoSha256())) {
            // Another destination has the same payload.
            ended(step.key(), order.serial(), () -> ledger.put(fetched(step, before), ledger.trace(step.key())));
            return;
        } else if (transfers.isThere(content.infoSha256())) {
            return; // Another destination fetches it now.
        }
        use(step.key(), step.patch());
        ledger.show(before.working(Work.FETCHING, content));
        Ledger.Trace known = ledger.trace(step.key());
        begin(false, step.key(), order, () -> {
            Jobs.Prepared prepared = jobs.prepare(step, known);
            Metainfo metainfo = payloads.info(content.infoSha256());
            Path resume = payloads.resume(content.infoSha256());
            return () -> ended(step.key(), order.serial(), () -> {
                if (prepared.inPlace()) {
                    log.accept(step.key().tag() + " is in " + prepared.trace().place() + " already");
                    ledger.put(ledger.of(step.key()).idle().withPlaced(step.release().content(), order.serial()),
                        prepared.trace());
                    return;
                }
                if (transfers.isThere(content.infoSha256())) { // Another destination began meanwhile.
                    ledger.put(ledger.of(step.key()).idle(), prepared.trace());
                    return;
                }
                ledger.put(ledger.of(step.key()), prepared.trace());
                boolean tree = step.release().archive() == Archive.TREE;
                transfers.fetch(content, metainfo, prepared.payload(), resume, !tree, OpenSwarms.of(order).contains(content),
                    (torrent, error) -> onFetched(step, torrent, error, order.serial()));
            });
        });
    }

    private void use(ReleaseKey key, Patch patch) {
        if (patch != null) {
            byPatch.put(key, patch);
        }
    }

    private static Holding fetched(Step.Fetch step, Holding before) {
        return step.patch() == null ? before.idle().withPayload(step.content(), -1)
            : before.idle().withPatch(HeldPatch.of(HeldPatch.Stand.FETCHED, step.patch()));
    }

    private void onFetched(Step.Fetch step, Metainfo metainfo, Throwable error, long serial) {
        Content content = step.content();
        Holding now = ledger.of(step.key());
        if (now.work() != Work.FETCHING || !content.equals(now.worksOn())) {
            return; // Withdrawn meanwhile.
        }
        ended(step.key(), serial, () -> {
            if (error != null) {
                transfers.stop(content.infoSha256());
                throw AgentException.of(new IOException(error.getMessage(), error), Cause.FETCH);
            }
            progress(step.key()).onFetched(System.nanoTime());
            payloads.keepInfo(metainfo);
            ledger.put(fetched(step, now), ledger.trace(step.key()));
        });
    }

    private void unpack(Step.Unpack step, AtomicReference<Growth> copies, Order order) {
        Content content = step.release().content();
        use(step.key(), step.patch());
        ledger.show(ledger.of(step.key()).working(Work.UNPACKING, content));
        Path payload = transfers.path(step.content().infoSha256());
        Path old = step.patch() == null ? null : patches.old(step.key().destination());
        Ledger.Trace known = ledger.trace(step.key());
        begin(false, step.key(), order, () -> {
            Metainfo metainfo = payloads.info(step.content().infoSha256());
            if (metainfo == null || payload == null) {
                throw new AgentException(Cause.UNPACK, "the payload is not here any more", null);
            }
            long seconds = order.made().getEpochSecond();
            Jobs.Announced announced = growing -> workers.inMain(() -> ledger.put(ledger.of(step.key()), growing));
            Ledger.Trace trace = step.patch() == null ? jobs.unpack(step, metainfo, payload, known, seconds, announced)
                : patchJobs.apply(step, payload, old, copies.get(), known, seconds, announced);
            return () -> ended(step.key(), order.serial(), () -> {
                Progress times = progress(step.key());
                times.unpack = times.seconds(System.nanoTime());
                HeldPatch held = step.patch() == null ? ledger.of(step.key()).patch()
                    : HeldPatch.of(HeldPatch.Stand.APPLIED, step.patch());
                ledger.put(ledger.of(step.key()).idle().withStaged(content).withPatch(held), trace);
                log.accept("staged " + step.key().tag() + (step.patch() == null ? "" : " by a patch") + " for " + trace.place());
            });
        });
    }

    private void activate(Step.Activate step, Order order) {
        Content content = step.release().content();
        Holding before = ledger.of(step.key());
        boolean inPlace = content.equals(before.placed());
        Ledger.Trace trace = ledger.trace(step.key());
        ledger.show(before.working(Work.ACTIVATING, content));
        Holding old = other(step.key(), trace.place());
        boolean keepsOld = old != null && isOrdered(order, old.key());
        begin(true, step.key(), order, () -> {
            Path kept = keepsOld && !inPlace
                ? Places.beside(jobs.placement(step.target(), old.key().tag(), trace), old.key(), old.placed(), true) : null;
            Jobs.Activated activated = jobs.activate(step, inPlace, trace, kept);
            String keptIs = activated.replaced() == null ? "" : Ledger.identity(activated.replaced());
            return () -> ended(step.key(), order.serial(), () -> {
                Progress times = progress(step.key());
                times.activate = times.seconds(System.nanoTime());
                if (old != null && !inPlace) {
                    Ledger.Trace oldTrace = ledger.trace(old.key());
                    boolean isKept = activated.replaced() != null;
                    ledger.put(ledger.of(old.key()).withPlaced(null, old.placedSerial()).withStaged(isKept ? old.placed() : null),
                        new Ledger.Trace(oldTrace.part(), isKept ? activated.replaced() : null, keptIs, oldTrace.place(), ""));
                }
                ledger.put(ledger.of(step.key()).idle().withStaged(inPlace ? before.staged() : null)
                    .withPlaced(content, order.serial()), activated.trace());
                ledger.setActive(step.key().destination(), step.key().tag());
                activated.warnings().forEach(log);
                log.accept("active: " + step.key().tag() + " in " + trace.place());
                workers.later(() -> settle(content, activated.trace(), step.release().archive() == Archive.TREE));
            });
        });
    }

    private void settle(Content content, Ledger.Trace trace, boolean tree) {
        try {
            jobs.settle(content, trace, tree);
        } catch (IOException e) {
            log.accept("what is in " + trace.place() + " could not be noted: " + e);
        }
    }

    /** The other release that is in this place, or null. */
    private Holding other(ReleaseKey key, Path place) {
        for (Holding each : ledger.view().holdings()) {
            if (!each.key().equals(key) && each.placed() != null && place.equals(ledger.trace(each.key()).place())) {
                return each;
            }
        }
        return null;
    }

    private static boolean isOrdered(Order order, ReleaseKey key) {
        Target target = order.target(key.destination());
        return target != null && target.release(key.tag()) != null;
    }

    private void withdraw(Step.Withdraw step, Order order) {
        Holding before = ledger.of(step.key());
        Ledger.Trace trace = ledger.trace(step.key());
        ledger.show(before.working(Work.REMOVING, before.worksOn()));
        InfoSha256 fetched = before.work() == Work.FETCHING && before.worksOn() != null ? before.worksOn().infoSha256() : null;
        if (fetched != null) {
            transfers.stop(fetched);
        }
        if (step.payload() && before.patch() != null) {
            patches.drop(step.key());
        }
        Content payload = step.payload() ? before.payload() : null;
        if (payload != null && !isShared(step.key(), payload)) {
            transfers.stop(payload.infoSha256());
        }
        begin(false, step.key(), order, () -> {
            jobs.withdraw(trace);
            return () -> ended(step.key(), order.serial(), () -> {
                if (payload != null) {
                    patches.delete(step.key(), payload.infoSha256(), "payload");
                }
                if (fetched != null) {
                    patches.delete(step.key(), fetched, "payload");
                }
                Holding now = ledger.of(step.key()).idle().withStaged(null);
                ledger.put(step.payload() ? now.withPayload(null, -1) : now,
                    new Ledger.Trace(null, null, "", trace.place(), trace.placeIs()));
                log.accept("withdrawn: " + step.key().tag() + " of " + step.key().destination());
            });
        });
    }

    private void remove(Step.Remove step, Order order) {
        Holding before = ledger.of(step.key());
        Ledger.Trace trace = ledger.trace(step.key());
        ledger.show(before.working(Work.REMOVING, null));
        begin(false, step.key(), order, () -> {
            jobs.remove(step, trace);
            return () -> ended(step.key(), order.serial(), () -> {
                if (before.payload() != null) {
                    patches.delete(step.key(), before.payload().infoSha256(), "payload");
                }
                ledger.put(ledger.of(step.key()).idle().withPlaced(null, 0).withPayload(null, -1), Ledger.Trace.NONE);
                log.accept("removed: " + step.key().tag() + " of " + step.key().destination());
            });
        });
    }

    private boolean isShared(ReleaseKey key, Content payload) {
        for (Holding each : ledger.view().holdings()) {
            if (!each.key().equals(key) && payload.infoSha256().equals(each.payload() == null ? null : each.payload().infoSha256())) {
                return true;
            }
        }
        return false;
    }

    /** Seeds the payloads of an earlier process again. A changed payload counts as missing. */
    void resume(Order order) {
        patches.sweep(order);
        for (Holding each : List.copyOf(ledger.view().holdings())) {
            if (each.payload() == null || transfers.isThere(each.payload().infoSha256())) {
                continue;
            }
            try {
                Metainfo metainfo = payloads.info(each.payload().infoSha256());
                Path payload = metainfo == null ? null : jobs.payload(order, each, ledger.trace(each.key()));
                if (payload == null) {
                    ledger.put(each.withPayload(null, -1), ledger.trace(each.key()));
                } else {
                    transfers.seed(metainfo, payload, OpenSwarms.of(order).contains(each.payload()));
                }
            } catch (IOException | TorrentException e) {
                log.accept("the payload of " + each.key().tag() + " is not seeded again: " + e.getMessage());
            }
        }
    }

    /** Removes everything that is neither in its place nor staged. Call it after {@link #close}. */
    void clear() throws IOException {
        for (Holding each : List.copyOf(ledger.view().holdings())) {
            Ledger.Trace trace = ledger.trace(each.key());
            if (each.payload() != null) {
                transfers.stop(each.payload().infoSha256());
            }
            if (trace.part() != null && Files.isDirectory(trace.part().getParent())) {
                TreeRemoval.delete(trace.part());
            }
            ledger.put(each.idle().withPayload(null, -1), new Ledger.Trace(null, trace.staged(), trace.stagedIs(), trace.place(),
                trace.placeIs()));
        }
        patches.close();
        payloads.clear();
    }

    /** Further roots are allowed: what failed without them begins again. */
    void onRoots() {
        rootsAllowedNs = System.nanoTime();
        for (Holding each : List.copyOf(ledger.view().holdings())) {
            if (each.failure() != null && each.failure().cause() == Cause.ROOTS) {
                ledger.show(each.idle());
            }
        }
    }

    private void begin(boolean isQuick, ReleaseKey key, Order order, Workers.Job job) {
        workers.begin(isQuick, key, job, why -> failed(key, order.serial(), why));
    }

    /** The main thread's part after the work; it may fail, too. */
    private interface Ending {
        void run() throws AgentException, IOException, TorrentException;
    }

    private void ended(ReleaseKey key, long serial, Ending ending) {
        try {
            ending.run();
        } catch (AgentException | IOException | TorrentException e) {
            failed(key, serial, AgentException.of(e, Cause.SYSTEM));
        }
    }

    private void failed(ReleaseKey key, long serial, AgentException why) {
        Patch patch = byPatch.remove(key);
        if (patch != null) {
            ledger.show(ledger.of(key).idle());
            patches.refuse(key, patch, Objects.toString(why.getMessage(), "unknown"));
            return;
        }
        log.accept(key.tag() + " of " + key.destination() + " failed: " + why.getMessage());
        boolean hadOldRoots = why.kind() == Cause.ROOTS && System.nanoTime() - rootsAllowedNs < OLD_ROOTS_NS;
        ledger.show(ledger.of(key).failed(new Failure(why.kind(), Objects.toString(why.getMessage(), "unknown"), serial,
            System.nanoTime() + (hadOldRoots ? SOON_NS : RETRY_NS))));
    }

    /** Call it regularly during downloads. */
    void onTick(Order order, long nowNs) {
        for (Holding each : List.copyOf(ledger.view().holdings())) {
            if (each.work() != Work.FETCHING || each.worksOn() == null || !transfers.isThere(each.worksOn().infoSha256())) {
                continue;
            }
            InfoSha256 info = each.worksOn().infoSha256();
            TorrentStatistics now = transfers.statistics(info);
            TorrentProgress share = transfers.progress(info);
            patches.onFetching(order, each, now, nowNs);
            Progress times = progress(each.key());
            times.percent = Math.floor(share.verifiedShare() * 1000) / 10;
            times.bytesPerSecond = now.downloadBytesPerSecond();
            times.slow = faults.slowCause(now, nowNs);
            times.trouble = transfers.trouble(info, now, nowNs);
            times.onBytes(now.downloadedBytes(), nowNs);
            ledger.view().setFetched(each.key(), (long) (share.verifiedShare() * each.worksOn().length()));
            if (transfers.isStalled(info, nowNs)) {
                transfers.stop(info);
                failed(each.key(), order.serial(), new AgentException(Cause.FETCH, "gave up without progress: " + times.trouble, null));
            }
        }
    }

    boolean isBusy() {
        return workers.isBusy() || ledger.view().holdings().stream().anyMatch(Holding::isBusy);
    }

    @Override
    public void close() {
        workers.close();
    }
}
