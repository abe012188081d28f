package murder.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU seconds of the whole process, all threads, per call. A benchmark marks the measured part with
 * {@link #begin} and {@link #end}, so that other work does not count. For benchmarks without marks
 * there is no result.
 */
public final class CpuProfiler implements InternalProfiler {
    static final String LABEL = "cpu";

    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static long beganNs;
    private static long sumNs;

    /** CPU time that this process has used, in nanoseconds. */
    static long usedNs() {
        return SYSTEM.getProcessCpuTime();
    }

    static synchronized void begin() {
        beganNs = usedNs();
    }

    static synchronized void end() {
        sumNs += usedNs() - beganNs;
    }

    private static synchronized long takeSumNs() {
        long taken = sumNs;
        sumNs = 0;
        return taken;
    }

    @Override
    public String getDescription() {
        return "CPU time of the process";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        takeSumNs();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long sum = takeSumNs();
        long calls = result.getMetadata().getAllOps();
        return sum == 0 || calls == 0 ? List.of() : List.of(new ScalarResult(LABEL, sum / 1e9 / calls, "s/op", AggregationPolicy.AVG));
    }
}
