package murder.benchmarks.bed;

/**
 * Seconds of processor time that the programs on each side used while the clock ran. What tracker
 * and seeder did before, such as checking the payload, is not in it: some clients can be told to
 * leave that out and some cannot.
 */
record Cpu(double tracker, double seeder, double peers) {
    double total() {
        return tracker + seeder + peers;
    }

    Cpu minus(Cpu before) {
        return new Cpu(tracker - before.tracker, seeder - before.seeder, peers - before.peers);
    }
}
