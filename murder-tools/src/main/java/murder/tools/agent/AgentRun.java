package murder.tools.agent;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import murder.engine.ControlOptions;
import murder.engine.ControlSwarm;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.TorrentException;
import murder.order.Membership;
import murder.order.SignedOrder;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.RotatingLog;
import murder.tools.run.TrackerUrls;
import murder.trust.SwarmTls;

/** Starts an agent, from its command line and membership to its end. */
final class AgentRun {
    private static final int LOG_BYTES = 1024 * 1024;
    private static final int LOGS = 3;
    private static final Duration CLOSE_WITHIN = Duration.ofMillis(1500);
    private static final long TAKE_OVER_MS = 10_000;
    private static final long LOOK_EVERY_MS = 20;
    private static final long ORDER_WITHIN_S = 10;

    private final AgentOptions options;
    private final Context context;
    /** Whether standard input and output are this agent's. */
    private final boolean alone;
    private final long startNs = System.nanoTime();
    private final AgentFolder folder;
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Path log;

    private AgentRun(AgentOptions options, Context context, boolean alone) throws CommandException, IOException {
        this.options = options;
        this.context = context;
        this.alone = alone;
        this.folder = AgentFolder.open(context.env(), options.fleet());
        this.log = folder.state().logFile("agent-" + AgentFolder.fileName(options.fleet()), ProcessHandle.current().pid());
    }

    /** @param alone whether this process has standard input and output for this agent alone */
    static int run(AgentOptions options, Context context, boolean alone) throws CommandException, IOException, InterruptedException {
        return new AgentRun(options, context, alone).run();
    }

    private int run() throws CommandException, IOException, InterruptedException {
        Membership membership = membership();
        if (!membership.fleet().equals(options.fleet())) {
            throw CommandException.failed("the membership is of the fleet '" + membership.fleet() + "', not of '" + options.fleet() + "'");
        }
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TAKE_OVER_MS);
        FileChannel lock = folder.tryLock();
        while (lock == null) {
            // Two deploys may wait for the end of the same agent. One of them finds the other one's.
            HostReport answer = handOver(membership);
            if (answer != null) {
                context.out().println(answer);
                if (!answer.is(Member.OK)) {
                    return ExitStatus.FAILED;
                }
                if (options.attached()) {
                    context.out().flush();
                    Attach.run(options.fleet());
                }
                return ExitStatus.DONE;
            }
            if (System.nanoTime() - endNs > 0) {
                throw CommandException.failed("the agent of the fleet " + options.fleet() + " that runs here does not end; end it with"
                    + " 'murder stop agent'");
            }
            Thread.sleep(LOOK_EVERY_MS);
            lock = folder.tryLock();
        }
        try (Lifetime lifetime = new Lifetime()) {
            // Released last: the next agent finds everything else closed.
            lifetime.onEnd(lock);
            return serve(membership, lifetime);
        }
    }

    /** From a file, from standard input, or from an earlier run. */
    private Membership membership() throws CommandException, IOException {
        if (options.keys() != null) {
            return Membership.read(options.keys());
        }
        byte[] kept = AgentFolder.read(folder.membership());
        if (System.in.available() == 0 && kept != null && isNothing(System.in)) {
            return Membership.read(new ByteArrayInputStream(kept));
        }
        try {
            return Membership.read(System.in);
        } catch (IOException e) {
            throw CommandException.failed(Failures.describe(e) + "; it comes on standard input, or name a file with --keys", e);
        }
    }

    /** Whether standard input is empty, such as the null device of a service. */
    private static boolean isNothing(InputStream in) throws IOException {
        in.mark(1);
        boolean ended = in.read() < 0;
        if (!ended) {
            in.reset();
        }
        return ended;
    }

    // ---- another agent of this fleet runs ----

    /** Null if that agent leaves, so that this process takes its place. */
    private HostReport handOver(Membership membership) throws CommandException, InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TAKE_OVER_MS);
        while (true) {
            try (SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(folder.socket()))) {
                agent.write(ByteBuffer.wrap((new HandOver(membership, options.identity()).toLine() + "\n")
                    .getBytes(StandardCharsets.UTF_8)));
                String line = new BufferedReader(new InputStreamReader(Channels.newInputStream(agent), StandardCharsets.UTF_8)).readLine();
                HostReport answer = line == null ? null : HostReport.read(line);
                return answer == null || answer.type() != HostReport.Type.RESULT ? null : answer;
            } catch (IOException e) {
                // It starts just now, or it ends.
                if (System.nanoTime() - endNs > 0) {
                    throw CommandException.failed("an agent of the fleet " + options.fleet() + " runs here, but does not answer ("
                        + Failures.describe(e) + "); end it with 'murder stop agent'", e);
                }
            }
            FileChannel lock = tryLock();
            if (lock != null) {
                return closed(lock);
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
    }

    private FileChannel tryLock() throws CommandException {
        try {
            return folder.tryLock();
        } catch (IOException e) {
            throw CommandException.failed(Failures.describe(e), e);
        }
    }

    private static HostReport closed(FileChannel lock) throws CommandException {
        try {
            lock.close();
            return null;
        } catch (IOException e) {
            throw CommandException.failed(Failures.describe(e), e);
        }
    }

    // ---- the agent ----

    private int serve(Membership membership, Lifetime lifetime) throws CommandException, IOException, InterruptedException {
        AgentFolder.write(folder.membership(), new Membership(membership.fleet(), membership.keys(), membership.signers(), null).toBytes());
        folder.state().prune(System.currentTimeMillis());
        openLog();
        Consumer<String> logging = line -> System.err.println(Instant.now() + " " + Printable.of(line));
        InetAddress address = options.flags().address(TrackerUrls.first(options.trackers()));
        ServedFleet tracker = options.serve() < 0 ? null : ServedFleet.start(options, membership, lifetime);
        Engine engine = engine(address, membership, lifetime);
        ProcessFile process = ProcessFile.create(folder.state(), ProcessStatus.starting("agent", options.fleet(), "", "")
            .logging(log.toString()).listening(address == null ? "*" : address.getHostAddress(), engine.port())
            .tracking(tracker == null ? 0 : tracker.port()), lifetime);
        Payloads payloads = Payloads.open(options.temp(), options.fleet(), options.trackers());
        lifetime.onEnd(payloads::removeIfEmpty);
        Places places = new Places(options.roots(), Path.of("").toAbsolutePath(), context.env(),
            List.of(payloads.path(), folder.state().path()));
        Ledger ledger = Ledger.open(folder.releases());
        ledger.finishInterrupted(logging);
        Transfers transfers = new Transfers(engine, membership.keys(), options.trackers(), options.flags().zone(), queue::add,
            logging);
        StepRunner steps = new StepRunner(ledger, new Jobs(folder, places, payloads, options.trackers()),
            new PatchJobs(places, payloads, options.trackers(), folder.state()), payloads, transfers, new Workers(queue::add), logging);
        Reports reports = new Reports(options.name(), options.flags().zone(), places.hold(), seconds());
        Agent agent = new Agent(options, folder, membership.policy(), ledger, steps, reports, transfers, places.hold(), lifetime, queue,
            logging);
        ControlSwarm control = join(engine, agent, membership);
        OwnBoard own = new OwnBoard();
        agent.add(own);
        agent.add(new StatusFile(process, transfers));
        if (options.metrics() >= 0) {
            AgentMetrics metrics = AgentMetrics.start(options.metrics(), engine);
            lifetime.onEnd(metrics);
            agent.add(metrics);
            logging.accept("figures are at http://127.0.0.1:" + metrics.port() + AgentMetrics.PATH);
        }
        if (tracker != null) {
            agent.add(tracker);
        }
        AttachServer attach = AttachServer.start(folder.socket(), tracker == null ? own : tracker,
            new Doors(agent, places, control, membership, tracker));
        lifetime.onEnd(attach);
        agent.add(new Readers(attach));
        membership.order().ifPresent(control::publish);
        process.write(process.status().doing("joined", 0, 0, 0, 0, ""));
        joined(engine.port(), tracker, logging);
        if (options.attached()) {
            attach.join(new StandardChannel());
        } else if (options.once() && alone) {
            new StandardChannel().close();
        }
        agent.run(control);
        logging.accept("leaves");
        steps.close();
        control.close(CLOSE_WITHIN);
        if (agent.isFinished()) {
            steps.clear();
        }
        return lifetime.isEnding() ? ExitStatus.TERMINATED : ExitStatus.DONE;
    }

    private double seconds() {
        return (System.nanoTime() - startNs) / 1_000_000 / 1000.0;
    }

    private void openLog() {
        System.setErr(new PrintStream(new RotatingLog(log.toFile(), LOG_BYTES, LOGS), true, StandardCharsets.UTF_8));
    }

    private Engine engine(InetAddress address, Membership membership, Lifetime lifetime) throws CommandException {
        Engine engine;
        try {
            engine = Engine.start(EngineOptions.builder().bindAddress(address).announcedAddress(options.flags().announced())
                .port(options.flags().port()).uploadBytesPerSecond(options.flags().uploadLimit())
                .downloadBytesPerSecond(options.flags().downloadLimit())
                .tls(options.flags().tls() ? SwarmTls.of(membership.keys()) : null).build());
        } catch (IOException e) {
            throw CommandException.failed(Failures.describe(e) + "; choose another --port, or an IP that this host has", e);
        }
        lifetime.onEnd(() -> engine.close(CLOSE_WITHIN));
        return engine;
    }

    private ControlSwarm join(Engine engine, Agent agent, Membership membership) throws CommandException, IOException {
        ControlOptions.Builder control = ControlOptions.builder(options.fleet(), membership.keys(), agent).trackers(options.trackers())
            .zone(options.flags().zone());
        SignedOrder stored = agent.stored();
        if (stored != null) {
            control.order(stored.order().serial(), stored.bytes());
            queue.add(() -> agent.take(stored));
        }
        try {
            return engine.join(control.build());
        } catch (TorrentException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
    }

    /** Reports to the caller that this agent has joined. Then it continues alone. */
    private void joined(int port, ServedFleet tracker, Consumer<String> logging) throws IOException {
        HostReport report = HostReport.result("joined").with(Member.NAME, options.name()).with(Member.PID, ProcessHandle.current().pid())
            .with(Member.PORT, port).with(Member.LOG, log.toString()).with(Member.START_SECONDS, seconds());
        context.out().println(tracker == null ? report : report.with(Member.TRACKER_PORT, tracker.port()));
        context.out().flush();
        logging.accept("joined the fleet " + options.fleet() + " as " + options.name() + " on port " + port);
        if (alone && (options.once() || options.attached())) {
            // Standard error itself; what this process writes goes to its log.
            new FileOutputStream(FileDescriptor.err).close();
        }
    }

    private static final class Readers implements Agent.Audience {
        private final AttachServer attach;

        Readers(AttachServer attach) {
            this.attach = attach;
        }

        @Override
        public void onReport(byte[] report) {
            // They read the board.
        }

        @Override
        public void onOrder(SignedOrder signed) {
            // They read the board.
        }

        @Override
        public boolean isNeeded() {
            return attach.programs() > 0;
        }
    }

    private final class Doors implements AttachServer.Door {
        private final Agent agent;
        private final Places places;
        private final ControlSwarm control;
        private final Membership membership;
        /** In this process, or null. */
        private final ServedFleet tracker;

        Doors(Agent agent, Places places, ControlSwarm control, Membership membership, ServedFleet tracker) {
            this.agent = agent;
            this.places = places;
            this.control = control;
            this.membership = membership;
            this.tracker = tracker;
        }

        @Override
        public String onOrder(byte[] signedOrder) throws InterruptedException {
            String refusal = agent.refusal(signedOrder);
            if (!refusal.isEmpty()) {
                return refusal;
            }
            if (tracker != null) {
                tracker.onComing(signedOrder);
            }
            try {
                control.publish(signedOrder).get(ORDER_WITHIN_S, TimeUnit.SECONDS);
                return "";
            } catch (ExecutionException e) {
                return e.getCause().toString();
            } catch (TimeoutException e) {
                return "the agent did not take it within " + ORDER_WITHIN_S + " s";
            }
        }

        @Override
        public HostReport onHandOver(HandOver handOver) {
            boolean sameKeys = MessageDigest.isEqual(secrets(handOver.membership()), secrets(membership));
            String other = handOver.options();
            // A deploy makes use of an agent that stays. Only another one that stays replaces it.
            boolean isKept = !options.once() && !AgentOptions.stays(other) && !AgentOptions.replaces(other);
            boolean isSame = options.once() ? isExtended(other) : other.equals(options.identity()) && !AgentOptions.replaces(other);
            if (sameKeys && (isSame || isKept && options.isSameHost(other))) {
                if (!agent.stay()) {
                    return HostReport.progress("leaving");
                }
                if (options.once()) {
                    places.allow(AgentOptions.roots(other));
                    agent.onRoots();
                }
                handOver.membership().order().ifPresent(control::publish);
                return HostReport.result("joined").with(Member.ALREADY, true).with(Member.NAME, options.name())
                    .with(Member.PID, ProcessHandle.current().pid()).with(Member.LOG, log.toString());
            }
            if (isKept) {
                return HostReport.failure("failed", "an agent of this fleet runs here as a service with "
                    + (sameKeys ? "another name, tracker or tls" : "other keys") + "; change its options or membership, and restart it");
            }
            // The new process replaces this one, with the new options, and continues its work.
            agent.leave();
            return HostReport.progress("leaving");
        }

        /**
         * Whether this agent serves another deploy, too, with further roots. It must not end while a
         * deploy uses it, so the limits of the first one hold for both.
         */
        private boolean isExtended(String other) {
            boolean isAlike = !AgentOptions.stays(other) && !AgentOptions.replaces(other) && options.isSameHost(other)
                && AgentOptions.roots(other).isEmpty() == options.roots().isEmpty();
            return isAlike && (options.isSameButRoots(other) || agent.isAtWork());
        }

        private static byte[] secrets(Membership of) {
            try {
                return new Membership(of.fleet(), of.keys(), of.signers(), null).toBytes();
            } catch (IOException e) {
                throw new IllegalStateException("its own signers are none", e);
            }
        }
    }
}
