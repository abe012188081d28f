package murder.benchmarks.bed;

/**
 * Seconds of processor time that the programs on each side used while the clock ran. Earlier work
 * of tracker and seeder does not count, such as checking the payload, because only some clients can
 * skip it.
 */
record Cpu(double tracker, double seeder, double peers) {
    double total() {
        return tracker + seeder + peers;
    }

    Cpu minus(Cpu before) {
        return new Cpu(tracker - before.tracker, seeder - before.seeder, peers - before.peers);
    }
}
